"""Tokens by client credentials: kept while they last, whatever form their time is given in."""

import json
import threading
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from makegood.kit.outside import Address, NoToken, Reply, Tokens, Unreachable
from tests.connectors.hosts import NOON
from tests.listening import Server


@contextmanager
def dripping(pause):
    """A server that answers for ever, byte by byte."""
    stop = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                while not stop.wait(pause):
                    self.wfile.write(b" ")

        def log_message(self, *_):
            """Nobody reads it."""

    server = Server(Handler)
    try:
        yield f"http://{server.host}"
    finally:
        stop.set()
        server.close()


def test_an_answer_that_comes_byte_by_byte_is_not_waited_for():
    with dripping(0.02) as url, pytest.raises(Unreachable, match="not whole"):
        Address(url, timeout_seconds=0.2).call("GET", "/")


class Giver:
    """Gives one token after the other, and is the clock."""

    def __init__(self, **words):
        self.words, self.given, self.now = words, 0, NOON

    def __call__(self):
        self.given += 1
        body = {"access_token": f"token-{self.given}"} | self.words
        return Reply(status=200, headers={}, body=json.dumps(body).encode())

    def tokens(self):
        return Tokens(self, clock=lambda: self.now)


@pytest.mark.parametrize("lasts", [3600, "3600"])
def test_a_token_is_kept_until_a_minute_before_its_end(lasts):
    giver = Giver(expires_in=lasts)
    tokens = giver.tokens()
    assert (tokens.current().text, tokens.current().is_new) == ("token-1", False)
    giver.now = NOON + timedelta(minutes=58, seconds=59)
    assert tokens.current().text == "token-1"
    giver.now = NOON + timedelta(minutes=59)
    assert (tokens.current().text, giver.given) == ("token-2", 2)


def test_a_token_that_lasts_a_moment_is_used_in_its_first_half():
    giver = Giver(expires_in=10)
    tokens = giver.tokens()
    tokens.current()
    giver.now = NOON + timedelta(seconds=4)
    assert tokens.current().text == "token-1"
    giver.now = NOON + timedelta(seconds=5)
    assert tokens.current().text == "token-2"


@pytest.mark.parametrize("lasts", [None, "soon", -5])
def test_a_time_nobody_can_read_is_five_minutes(lasts):
    giver = Giver(expires_in=lasts)
    tokens = giver.tokens()
    tokens.current()
    giver.now = NOON + timedelta(minutes=3)
    assert tokens.current().text == "token-1"
    giver.now = NOON + timedelta(minutes=4)
    assert tokens.current().text == "token-2"


def test_a_forgotten_token_is_asked_for_anew():
    tokens = Giver(expires_in=3600).tokens()
    tokens.current()
    tokens.forget()
    assert (tokens.current().text, tokens.current().is_new) == ("token-2", False)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"access_token": ""}', b"[" * 100_000])
def test_an_answer_without_a_token_is_told(body):
    tokens = Tokens(lambda: Reply(status=200, headers={}, body=body))
    with pytest.raises(NoToken, match="200"):
        tokens.current()
