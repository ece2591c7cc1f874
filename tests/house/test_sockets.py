"""The guard before the sockets holds, and lets through what it should."""

import asyncio
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.sockets import ClosedToTests, Guard, is_near

ELSEWHERE = "192.0.2.1"  # RFC 5737: belongs to nobody


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "", None, b"127.0.0.1"])
def test_this_machine_is_near(host: object) -> None:
    assert is_near(host)


@pytest.mark.parametrize("host", [ELSEWHERE, "example.org", "localhost.example.org", "0x7f.example", "10.0.0.1"])
def test_the_world_is_not(host: object) -> None:
    assert not is_near(host)


def test_the_world_is_closed(guard: Guard) -> None:
    with socket.socket() as plain:
        for method in (plain.connect, plain.connect_ex):
            with pytest.raises(ClosedToTests):
                method((ELSEWHERE, 443))
    with socket.socket(type=socket.SOCK_DGRAM) as datagrams, pytest.raises(ClosedToTests):
        datagrams.sendto(b"hello", (ELSEWHERE, 53))
    with pytest.raises(ClosedToTests):
        urllib.request.urlopen("http://example.org")
    with pytest.raises(ClosedToTests):
        asyncio.run(asyncio.open_connection(ELSEWHERE, 443))
    assert len(guard.refused) == 5
    guard.refused.clear()


def test_loopback_and_unix_sockets_are_open(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))
