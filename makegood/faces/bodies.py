"""Bodies from outside, read no further and no longer than they may be, before anything keeps them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, get_resolver

from makegood.faces.problems import Problem

MIB = 1024 * 1024
# The most that an address under such a beginning takes at once; where programs send what a whole shop has, the most
# that Django would read. What a page's form holds, a file among it, is far less than the last.
PROGRAMS = "/v1/"
BOUNDS: Mapping[str, int] = {PROGRAMS: settings.DATA_UPLOAD_MAX_MEMORY_SIZE, "/inlets/": 4 * MIB, "/": 8 * MIB}
# What all bodies under way may come to; more is asked to come again, before it fills the machine's disk.
TOGETHER = 512 * MIB
# A body has so long to begin with, and a second more for each so many bytes that came: a byte now and then is too slow.
GRACE_SECONDS = 20.0
SLOWEST_A_SECOND = 16 * 1024
# Who sends on although they are answered may do so for a moment, so that they hear the answer and no broken line.
HEARS_OUT_SECONDS = 1.0
WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
CLOSE = (b"connection", b"close")

Message = Mapping[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Untaken(StrEnum):
    """Why a body was not taken; under this name in the scope of its request."""

    TOO_LARGE = "too-large"
    TOO_SLOW = "too-slow"
    TOO_BUSY = "too-busy"


UNTAKEN = "makegood.untaken"


class Bounded:
    """An ASGI application whose requests' bodies are bounded in size, in time and all together.

    Nothing is read for an address that nothing is at, nor of what no address takes: it is answered at once. A body that
    is not taken reaches the application empty, and why stands in the scope (`UNTAKEN`).
    """

    def __init__(
        self, application: Application, *, grace_seconds: float = GRACE_SECONDS, together: int = TOGETHER
    ) -> None:
        self.application = application
        self.grace_seconds, self.together = grace_seconds, together
        self.under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", ()))
        stated = headers.get(b"content-length", b"")
        if scope["type"] != "http" or not (stated.strip(b"0") or b"transfer-encoding" in headers):
            await self.application(scope, receive, send)
            return
        body = _Body(self, scope, receive, send, most=bound_of(scope, headers))
        if stated.isdigit() and int(stated[:20]) > body.most > 0:
            body.refuse(Untaken.TOO_LARGE)
        try:
            await self.application(scope, body.receive, body.send)
        finally:
            self.under_way -= body.size


class _Body:
    """One request's body on its way in, and the answer to it."""

    def __init__(self, bounds: Bounded, scope: Scope, receive: Receive, send: Send, *, most: int) -> None:
        self.bounds, self.scope, self.most = bounds, scope, most
        self._receive, self._send = receive, send
        self.size = 0
        self._began = time.monotonic()
        # Whether all of it came; whether no more of it is read; and whether the application knows.
        self._is_whole = False
        self._is_over = most == 0
        self._is_told = False

    def refuse(self, why: Untaken) -> None:
        self.scope[UNTAKEN] = why
        self._is_over = True

    async def receive(self) -> Message:
        if self._is_whole:
            return await self._receive()
        if self._is_told:
            # Nothing more is read until the answer is given.
            await asyncio.get_running_loop().create_future()
        if self._is_over:
            return self._end()
        try:
            async with asyncio.timeout(self._seconds_left()):
                message = await self._receive()
        except TimeoutError:
            self.refuse(Untaken.TOO_SLOW)
            return self._end()
        if message["type"] != "http.request":
            return message
        came = len(message.get("body", b""))
        self.size += came
        self.bounds.under_way += came
        if self.size > self.most or self.bounds.under_way > self.bounds.together:
            self.refuse(Untaken.TOO_LARGE if self.size > self.most else Untaken.TOO_BUSY)
            return self._end()
        self._is_whole = not message.get("more_body", False)
        return message

    def _end(self) -> Message:
        self._is_told = True
        return {"type": "http.request", "body": b"", "more_body": False}

    def _seconds_left(self) -> float:
        allowed = self.bounds.grace_seconds + self.size / SLOWEST_A_SECOND
        return max(self._began + allowed - time.monotonic(), 0)

    async def send(self, message: Message) -> None:
        """The answer. Where the body is not read to its end, the line is closed once it may have been heard."""
        if self._is_whole:
            await self._send(message)
        elif message["type"] == "http.response.start":
            headers = [each for each in message.get("headers", ()) if each[0].lower() != CLOSE[0]]
            await self._send({**message, "headers": [*headers, CLOSE]})
        elif message.get("more_body", False):
            await self._send(message)
        else:
            await self._send({**message, "more_body": True})
            await self._hear_out()
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _hear_out(self) -> None:
        """Let go what still comes, for a moment."""
        is_there = True
        try:
            async with asyncio.timeout(HEARS_OUT_SECONDS):
                while is_there:
                    message = await self._receive()
                    is_there = message["type"] == "http.request" and message.get("more_body", False)
        except TimeoutError:
            return


def bound_of(scope: Scope, headers: Mapping[bytes, bytes]) -> int:
    """How large a request's body may be: nothing where no address takes one, or nobody says who asks."""
    path = scope["path"]
    if scope["method"] not in WITH_BODY:
        return 0
    try:
        get_resolver().resolve(path)
    except Resolver404:
        return 0
    if path.startswith(PROGRAMS) and b"authorization" not in headers:
        return 0
    return next(most for beginning, most in BOUNDS.items() if path.startswith(beginning))


def untaken(request: HttpRequest) -> Untaken | None:
    """Why this request's body was not taken, if it was not."""
    found: Untaken | None = getattr(request, "scope", {}).get(UNTAKEN)
    return found


def raw_body(request: HttpRequest, *, most: int) -> bytes:
    """The body as it was sent, of at most `most` bytes; its stated length is believed only where it is too much.

    Raises:
        Problem: it is longer.
    """
    stated = request.headers.get("Content-Length", "")
    if not (stated.isdecimal() and int(stated[:20]) > most):
        raw = request.read(most + 1)
        if len(raw) <= most:
            return raw
    raise Problem("too-large", f"at most {most} bytes at once")
