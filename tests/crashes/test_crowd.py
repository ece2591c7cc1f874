"""Many at the same orders for a minute, while the worker is killed every two seconds: nothing is lost, none doubled."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from tests.crashes.crowd import BEGINS_WITH, CHARGED
from tests.crashes.lane import ROOT, SETTINGS, Lane, lane
from tests.crashes.money import MONEY
from tests.crashes.script import HEARS, WRONG
from tests.stripe_server import refunds
from tests.waiting import until

THREADS, SECONDS, KILLED_EVERY, ORDERS = 32, 60, 2.0, 150


def program(shop: Lane, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.crashes.crowd", *words]
    there = {**os.environ, **SETTINGS, "DATABASE_URL": shop.url}
    return subprocess.Popen(
        command, cwd=ROOT, env=there, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def kill_again_and_again(shop: Lane, over: Event) -> int:
    kills = 0
    while not over.wait(KILLED_EVERY):
        os.kill(shop.pid("worker"), signal.SIGKILL)
        shop.start("worker")
        kills += 1
    return kills


def everything_told(shop: Lane) -> None:
    """All that is pending at the gateway is settled there, and we hear of all."""
    for each in shop.side.server.books.all("refund"):
        if each["status"] == "pending":
            refunds.settle(shop.side.server.books, each)
    while shop.side.is_behind:
        until(lambda: shop.ask(HEARS, shop.side.push()), seconds=60, what=HEARS)
        shop.side.told += 1
    until(shop.is_quiet, seconds=600, what="quiet")


@pytest.mark.exhaustive
def test_whatever_a_crowd_does_while_the_worker_dies_money_is_where_it_belongs(folder: Path, empty: Path, capsys):
    home = folder / "crowd"
    subprocess.run(["cp", "-a", "--reflink=auto", empty, home], check=True)
    with lane(MONEY, home) as shop:
        for number in range(ORDERS):
            shop.side.charge(CHARGED, order=str(number))
        shop.side.told = len(shop.side.server.books.events)
        payments = [each["id"] for each in shop.side.server.books.all("payment_intent")]
        said, _ = program(shop, "open").communicate("\n".join(payments[:BEGINS_WITH]))
        assert not said
        shop.start("web")
        shop.start("worker")
        crowd, over, kills = program(shop, str(THREADS), str(SECONDS)), Event(), []
        killer = Thread(target=lambda: kills.append(kill_again_and_again(shop, over)))
        killer.start()
        said, _ = crowd.communicate("\n".join(payments[BEGINS_WITH:]))
        over.set()
        killer.join()
        until(shop.is_quiet, seconds=600, what="quiet")
        everything_told(shop)
        with capsys.disabled():
            sys.stdout.write(f"\n{said.strip()}; the worker was killed {kills[0]} times\n")
        assert crowd.returncode == 0, said
        assert kills[0] > 10
        assert shop.ask(WRONG, "")
        assert stuck(shop.url) == []
        assert shop.side.misrefunded(shop.url) == []
        for intent in shop.side.server.books.all("payment_intent"):
            back = [each for each in shop.side.server.books.all("refund") if each["payment_intent"] == intent["id"]]
            assert sum(each["amount"] for each in back if each["status"] != "failed") <= CHARGED


def stuck(url: str) -> list[str]:
    """Refunds that wait for a gateway for ever, jobs that are left, and reactions that gave up."""
    questions = {
        "refund": "SELECT id, state, failure FROM makegood_refund"
        " WHERE route = 'gateway' AND (state NOT IN ('settled', 'failed') OR gateway_reference = '')",
        "job": "SELECT id FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')",
        "reaction": "SELECT error FROM makegood_deadletter",
    }
    with psycopg.connect(url) as connection:
        return [f"{what}: {row}" for what, question in questions.items() for row in connection.execute(question)]
