"""The product behind a real web server in the test's own process, on the test's own database."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from django.test import Client

from makegood.asgi import application
from tests import worlds
from tests.committed import committed
from tests.waiting import until

__all__ = ["committed", "cookies", "heard", "server"]


class Heard:
    """The product, and the headers of what it was asked."""

    def __init__(self) -> None:
        self.headers: list[dict[str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.headers.append({name.decode(): said.decode("latin-1") for name, said in scope["headers"]})
        await application(scope, receive, send)

    def by_host(self, name: str) -> list[dict[str, str]]:
        return [headers for headers in self.headers if headers["host"].partition(":")[0] == name]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def server(committed: None, heard: Heard) -> Iterator[str]:
    """The product behind a real web server in this process, on a port of its own."""
    config = uvicorn.Config(heard, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    web = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as ours:
        thread = threading.Thread(target=lambda: asyncio.run(web.serve(sockets=[ours])))
        thread.start()
        until(lambda: web.started, what="the web server")
        yield f"http://127.0.0.1:{ours.getsockname()[1]}"
        web.should_exit = True
        thread.join()


@pytest.fixture
def cookies(committed: None) -> dict[str, str]:
    client = Client()
    client.force_login(worlds.helper())
    return {name: morsel.value for name, morsel in client.cookies.items()}
