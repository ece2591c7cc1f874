"""The product behind a real web server in the test's own process, on the test's own database."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from django.test import Client

from makegood.asgi import application
from tests import worlds
from tests.committed import committed
from tests.waiting import until

__all__ = ["committed", "cookies", "server"]


@pytest.fixture
def server(committed: None) -> Iterator[str]:
    """The product behind a real web server in this process, on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(application, port=port, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    web = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(web.serve()))
    thread.start()
    until(lambda: web.started, what="the web server")
    yield f"http://127.0.0.1:{port}"
    web.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def cookies(committed: None) -> dict[str, str]:
    client = Client()
    client.force_login(worlds.helper())
    return {name: morsel.value for name, morsel in client.cookies.items()}
