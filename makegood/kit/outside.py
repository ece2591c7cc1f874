"""Calls to somebody else's HTTP API: bounded in time and size, never redirected, and tokens by client credentials."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from makegood.kit.clock import system_now

TIMEOUT_SECONDS = 15.0
LARGEST = 8 * 1024 * 1024
# A token is not used in its last minute: it could end on its way.
MARGIN = timedelta(seconds=60)
# Where the answer does not say how long a token lasts (RFC 6749 only recommends it).
LASTS_SECONDS = 300


class Unreachable(Exception):
    """No whole answer came: refused, cut off, too slow or too large. What was asked may have been done all the same."""


class NoToken(Exception):
    """The other side gave no token; `status` is its answer's."""

    def __init__(self, status: int) -> None:
        super().__init__(f"no token was given: the answer was {status}; look at the id and the secret")
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was answered; header names are small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def decoded(self) -> object:
        """The body from JSON.

        Raises:
            ValueError: it is not JSON.
        """
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("it is nested too deeply") from error


class Address:
    """Where somebody's API is: `url` without a path of its own, as in https://apis.usps.com."""

    def __init__(self, url: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._seconds = timeout_seconds
        self._client = httpx.Client(base_url=url, timeout=timeout_seconds, follow_redirects=False)

    def call(self, method: str, path: str, **words: Any) -> Reply:
        """One request (`headers`, `params`, `json`, `data` and `auth` as httpx takes them), and its whole answer.

        Raises:
            Unreachable: there was none.
        """
        # httpx bounds each step, and an answer that comes byte by byte has no end of steps.
        ends_at = time.monotonic() + 2 * self._seconds
        try:
            with self._client.stream(method, path, **words) as response:
                body = b""
                for piece in response.iter_bytes():
                    body += piece
                    if time.monotonic() > ends_at:
                        raise Unreachable(f"the answer was not whole after {2 * self._seconds:g} seconds")
                    if len(body) > LARGEST:
                        raise Unreachable(f"the answer is larger than {LARGEST} bytes")
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Reply(status=response.status_code, headers=headers, body=body)
        except httpx.HTTPError as error:
            raise Unreachable(f"{type(error).__name__}: {error}".rstrip(": ")) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """`is_new`: it was given just now, so that a refusal is not due to its age."""

    text: str
    is_new: bool


class Tokens:
    """A bearer token by client credentials (RFC 6749, section 4.4), kept until shortly before it ends.

    `fetch` asks for one. One thread uses it.
    """

    def __init__(self, fetch: Callable[[], Reply], *, clock: Callable[[], datetime] = system_now) -> None:
        self._fetch, self._clock = fetch, clock
        self._text = ""
        self._until: datetime | None = None

    def current(self) -> Token:
        """A token that should be good now.

        Raises:
            NoToken: the other side gave none.
            Unreachable: it did not answer.
        """
        if self._until is not None and self._clock() < self._until:
            return Token(text=self._text, is_new=False)
        reply = self._fetch()
        given = _object(reply)
        if reply.status != 200 or not isinstance(text := given.get("access_token"), str) or not text:
            raise NoToken(reply.status)
        lasts = timedelta(seconds=_seconds(given.get("expires_in")))
        self._text, self._until = text, self._clock() + max(lasts - MARGIN, lasts / 2)
        return Token(text=text, is_new=True)

    def forget(self) -> None:
        """It was refused before its time: the next call asks for a new one."""
        self._until = None


def _object(reply: Reply) -> Mapping[str, object]:
    try:
        decoded = reply.decoded()
    except ValueError:
        return {}
    return decoded if isinstance(decoded, Mapping) else {}


def _seconds(value: object) -> int:
    """A number, also as text: UPS writes "14399"."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 10 else LASTS_SECONDS
