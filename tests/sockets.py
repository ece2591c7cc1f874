"""Tests speak to unix sockets and to this machine's loopback, and to nobody else."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

UNIX = socket.AF_UNIX
UNKNOWN_HERE = "a test tried to reach {}: tests speak only to unix sockets and to loopback services that they started"


class ClosedToTests(RuntimeError):
    """No OSError, so that code which expects a failing network does not take it for one."""


def is_near(host: object) -> bool:
    """Whether `host` is this machine: a loopback address or a name that can't mean anything else."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False


class Guard:
    """Stands before the socket module, and remembers what it refused in case the product swallowed it."""

    def __init__(self) -> None:
        self.refused: list[str] = []
        self._originals: dict[str, Callable[..., Any]] = {}

    def close(self) -> None:
        for method in ("connect", "connect_ex", "sendto"):
            self._originals[method] = getattr(socket.socket, method)
            setattr(socket.socket, method, self._guarded(self._originals[method]))
        self._originals["getaddrinfo"] = socket.getaddrinfo
        socket.getaddrinfo = self._looked_up

    def open(self) -> None:
        socket.getaddrinfo = self._originals.pop("getaddrinfo")
        for method, original in self._originals.items():
            setattr(socket.socket, method, original)

    def _guarded(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(the_socket: socket.socket, *arguments: Any) -> Any:
            if the_socket.family != UNIX:
                self._check(arguments[-1][0], of=arguments[-1])
            return original(the_socket, *arguments)

        return call

    def _looked_up(self, host: Any, *arguments: Any, **words: Any) -> Any:
        self._check(host, of=host)
        return self._originals["getaddrinfo"](host, *arguments, **words)

    def _check(self, host: object, *, of: object) -> None:
        if not is_near(host):
            said = UNKNOWN_HERE.format(of)
            self.refused.append(said)
            raise ClosedToTests(said)


def answers(port: int) -> bool:
    """Whether somebody listens at this port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
