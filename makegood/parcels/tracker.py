"""The port through which we ask carriers about parcels."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import ClassVar, Protocol

from makegood.kit.clock import system_now
from makegood.kit.outside import Address, NoToken, Reply, Tokens, Unreachable
from makegood.parcels.rules.polling import PollLimit

LONGEST_WAIT = timedelta(days=1)
Headers = dict[str, str]


class AskingFailed(Exception):
    """A call brought no answer about parcels; the words say why, for a helper."""


class TokenRefused(AskingFailed):
    """A token was refused before its time; it is forgotten, so that the next call asks for a new one."""

    def __init__(self) -> None:
        super().__init__("the token was refused before its time")


class NotLetIn(AskingFailed):
    """The carrier does not know us, or does not allow us this: somebody has to look at the credentials."""


class CarrierAway(AskingFailed):
    """Nobody answered, or the carrier is broken."""


class AskedTooOften(AskingFailed):
    """The carrier wants to be left alone; `wait`: for how long at least, where it says so."""

    def __init__(self, wait: timedelta | None) -> None:
        told = f"for {int(wait.total_seconds())} seconds" if wait else "and doesn’t say for how long"
        super().__init__(f"it wants to be left alone, {told}")
        self.wait = wait


class NumbersRefused(AskingFailed):
    """The carrier did not take these numbers together; one of them alone may be to blame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerResponse:
    """What the carrier answered, decoded from JSON, as its `Carrier.parse` reads it; None where it knows none of them.

    `next_page` names the rest where the carrier gives its answer in parts; "" where this is all.
    """

    body: object
    next_page: str = ""


class Tracker(Protocol):
    """A carrier that can be asked. One thread asks; each `ask` is one call that the carrier counts."""

    @property
    def code(self) -> str:
        """Our code of the carrier, as in `Scan.carrier`."""

    @property
    def limits(self) -> tuple[PollLimit, ...]:
        """How often it may be called; all of them hold."""

    @property
    def at_once(self) -> int:
        """How many numbers one call may carry."""

    def ask(self, numbers: Sequence[str], *, page: str = "") -> TrackerResponse:
        """Ask about at most `at_once` numbers; `page` as an earlier answer about the same ones named it.

        Raises:
            AskingFailed: there is no answer; which of its kinds says what to do about it.
        """


class TokenTracker(ABC):
    """A carrier that lets us in by a token for client credentials, and gives everything at once.

    Whoever derives from it says where it is, how often it may be called, and how a token and parcels are asked for.
    """

    code: ClassVar[str]
    at_once: ClassVar[int] = 1
    home: ClassVar[str]
    allowed: ClassVar[tuple[PollLimit, ...]]

    def __init__(self, *, id: str, secret: str, url: str = "", limits: tuple[PollLimit, ...] = ()) -> None:  # noqa: A002
        self.limits = limits or self.allowed
        self.id, self.secret = id, secret
        self.address = Address(url or self.home)
        self._tokens = Tokens(self.ask_token)

    @abstractmethod
    def ask_token(self) -> Reply:
        """The answer that holds a new token."""

    @abstractmethod
    def ask_about(self, numbers: Sequence[str], headers: Headers) -> Reply:
        """The answer about these numbers to who shows the token in `headers`."""

    def ask(self, numbers: Sequence[str], *, page: str = "") -> TrackerResponse:
        """What the carrier knows of these numbers.

        Raises:
            AskingFailed: there is no answer; a token that was refused before its time is forgotten.
        """
        try:
            token = self._tokens.current()
            reply = self.ask_about(numbers, {"Authorization": f"Bearer {token.text}"})
        except NoToken as error:
            raise (CarrierAway if error.status >= 500 else NotLetIn)(str(error)) from error
        except Unreachable as error:
            raise CarrierAway(str(error)) from error
        if reply.status == 401:
            self._tokens.forget()
            if not token.is_new:
                raise TokenRefused
        return TrackerResponse(body=answered(reply, now=system_now()))


def answered(reply: Reply, *, now: datetime) -> object:
    """The body of an answer about parcels, decoded; None for a 404, by which carriers say that they know no such one.

    Raises:
        AskingFailed: by its status, or it is not JSON.
    """
    if reply.status == 404:
        return None
    if reply.status in {401, 403}:
        raise NotLetIn(f"we are not let in: the answer was {reply.status}")
    if reply.status in {429, 503}:
        raise AskedTooOften(retry_after(reply.headers.get("retry-after", ""), now=now))
    if reply.status >= 500 or not 200 <= reply.status < 500 or 300 <= reply.status < 400:
        raise CarrierAway(f"the answer was {reply.status}")
    if reply.status >= 400:
        raise NumbersRefused(f"the answer was {reply.status}")
    try:
        return reply.decoded()
    except ValueError as error:
        raise CarrierAway("the answer is not JSON") from error


def retry_after(value: str, *, now: datetime) -> timedelta | None:
    """How long a Retry-After (RFC 9110, 10.2.3: seconds, or a date) tells us to wait, at most a day; or None."""
    text = value.strip()
    if text.isdecimal():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(text) - now
    except (TypeError, ValueError):
        return None
    return min(max(wait, timedelta()), LONGEST_WAIT)


def within(text: str) -> tuple[PollLimit, ...]:
    """Limits as an operator writes them: `60/3600` is 60 calls an hour; several with commas, and all hold.

    Raises:
        ValueError: it is not written like that.
    """
    found = []
    for part in text.split(","):
        calls, _, seconds = part.strip().partition("/")
        if not (calls.isdecimal() and seconds.isdecimal()):
            raise ValueError(f"{part.strip()!r} is no limit; write calls/seconds, as in 60/3600 for sixty an hour")
        found.append(PollLimit(int(calls), int(seconds)))
    return tuple(found)


TRACKERS: dict[str, Tracker] = {}
"""Which carriers are asked; `wiring` fills it from the settings."""
