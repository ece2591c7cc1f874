"""The port through which mail leaves: what a mailer must do, and the one that keeps everything on this machine."""

from dataclasses import dataclass
from typing import Protocol

from makegood.journal.actions import Away

# The header that says which shop a letter is from.
OUR_MARK = "X-Loop"


class Refused(Exception):
    """The next hand said no; saying it again would not help."""


class Unreachable(Away):
    """The next hand could not be reached before anything was handed over; trying again is safe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail, as RFC 5322 has it: `message_id` with its angle brackets, plain text."""

    message_id: str
    in_reply_to: str
    sender: str
    to: str
    subject: str
    text: str
    language: str
    # Every mail that this one follows, the oldest first (RFC 5322 §3.6.4).
    references: tuple[str, ...] = ()
    # Where answers and failures come back to, where that is not `sender`.
    reply_to: str = ""
    return_path: str = ""
    # Whether nobody wrote it: no vacation reply should answer (RFC 3834).
    is_automatic: bool = True


class Mailer(Protocol):
    def deliver(self, letter: Letter) -> None:
        """Give a letter to the next hand; returning means that it was taken.

        Raises:
            Refused: it will never be taken.
            Unreachable: nothing was handed over.
            NoHost: the shop has nobody to hand it to.
        """


class NoHost(Exception):
    """There is nobody to hand a letter to: the shop names no mail host."""


class NoMailer:
    """A shop's that names no mail host yet: nothing leaves, and nothing is called sent."""

    def deliver(self, letter: Letter) -> None:
        _refuse_nowhere(letter)
        raise NoHost


class LocalMailer:
    """Takes every letter and sends none: what customers received is read on the demo's mailbox page."""

    def deliver(self, letter: Letter) -> None:
        _refuse_nowhere(letter)


def _refuse_nowhere(letter: Letter) -> None:
    if not letter.to:
        raise Refused("there is no address to send to")


@dataclass(slots=True)
class Port:
    """Which mailer carries letters; `wiring` binds it."""

    mailer: Mailer


PORT = Port(mailer=LocalMailer())


def sends_mail() -> bool:
    """Whether letters go anywhere: to the shop's mail host, or to a mailbox on this machine."""
    return not isinstance(PORT.mailer, NoMailer)
