import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from beancount import loader
from beancount.core import data, realization

from makegood.customers.models import Customer
from makegood.kit import clock
from makegood.money.accounts import RUNNING, Account, AccountKind, Leg
from makegood.money.actions import book, post, void
from makegood.money.models import Transfer
from makegood.money.plain_books import beancount
from makegood.money.queries import shop_balances
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.orders.queries import names_in_books
from makegood.payments.drawing import draw
from makegood.payments.models import Refund
from makegood.remedies.actions import finish_refund
from tests import worlds

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 5, 5, tzinfo=UTC)
DAY = timedelta(days=1)
ZONE = ZoneInfo("America/Los_Angeles")
CARD, SALES, TAX = Account(AccountKind.RECEIVED, 7), Account(AccountKind.SALES), Account(AccountKind.TAX)


def booked(customer: int, key: str, *legs: tuple[Account, Account, int, str], at=NOW, **more) -> Transfer:
    moved = [Leg(debit=d, credit=c, amount=Money(amount_minor=sum_, currency=code)) for d, c, sum_, code in legs]
    kind = TransferKind.CHARGED
    return Transfer.objects.get(pk=book(customer_id=customer, kind=kind, key=key, legs=moved, at=at, **more))


def fill() -> None:
    for customer, currency in ((1, "USD"), (2, "JPY"), (30, "BHD"), (30, "USD")):
        booked(customer, f"{currency}1", (RUNNING, SALES, 8000, currency), (RUNNING, TAX, 450, currency))
        booked(customer, f"{currency}2", (CARD, RUNNING, 10000, currency), at=NOW + 3 * DAY)
    back = booked(1, "back", (RUNNING, CARD, 1550, "USD"), at=NOW + 4 * DAY, is_pending=True)
    post(back, key="settled", at=NOW + 5 * DAY)
    void(booked(2, "never", (RUNNING, CARD, 1, "JPY"), is_pending=True), key="voided", at=NOW)


def read(text: str) -> tuple[list[data.Directive], list[data.BeancountError]]:
    entries, errors, _ = loader.load_string(text)
    return entries, errors


def test_bean_check_is_silent_and_its_balances_are_ours():
    fill()
    entries, errors = read("\n".join(beancount(zone=ZONE)))
    assert errors == []
    real = realization.realize(entries)
    theirs: dict[tuple[str, str], Decimal] = {}
    for held in shop_balances():
        heading, currency = held.account.rule.heading, held.amount.currency
        below = realization.get(real, heading)
        assert below is not None, heading
        total = realization.compute_balance(below, leaf_only=False).get_currency_units(currency).number
        theirs[heading, currency] = total
        sign = 1 if held.account.rule.grows_by == "debit" else -1
        assert total == sign * held.amount.decimal(), (heading, currency)
    assert ("Income:Sales", "BHD") in theirs


def test_days_are_the_shops_and_nobody_is_named():
    fill()
    text = "\n".join(beancount(zone=ZONE))
    assert '2026-10-04 * "charged" ^t' in text
    assert "Assets:Received:C30:N7  10.000 BHD" in text
    assert "2026-10-10 balance Liabilities:Customers:C1  0.00 ~ 0 USD" in text


def test_a_bookkeeper_reads_whose_it_is_and_what_it_is_for():
    worlds.open_shop()
    worlds.customer()
    worlds.take_in(worlds.order_record(paid=[]))
    worlds.pays('MO "1"\\', order="100", amount_minor=3175)
    ada = Customer.objects.get()
    draw(customer_id=ada.pk, currency="USD", amount_minor=None, to=None, key="d", by="test", now=clock.now())
    finish_refund(refund_id=Refund.objects.get().pk, by=worlds.LEAD, note="", now=clock.now())
    text = "\n".join(beancount(zone=ZONE, names=names_in_books))
    entries, errors = read(text)
    assert errors == []
    told = [(each.payee, each.narration, each.meta) for each in entries if isinstance(each, data.Transaction)]
    assert [(payee, narration) for payee, narration, _ in told] == [
        ("ada", "charged: order 100"),
        ("ada", 'received: receipt MO "1"\\'),
        ("ada", 'paid back: receipt MO "1"\\'),
    ]
    about = [(meta.get("order"), meta.get("receipt")) for _, _, meta in told]
    assert about == [("100", None), (None, 'MO "1"\\'), (None, 'MO "1"\\')]
    assert all(meta["customer"] == "ada" for _, _, meta in told)


def test_a_cent_too_much_is_seen():
    fill()
    text = "\n".join(beancount(zone=ZONE)).replace("C1  0.00 ~", "C1  0.01 ~")
    assert len(read(text)[1]) == 1


def test_books_of_nothing_are_books():
    assert read("\n".join(beancount(zone=ZONE))) == ([], [])


def test_the_commands(committed):
    fill()
    environment = {**os.environ, "DATABASE_URL": _url()}

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "makegood.cli", *arguments]
        return subprocess.run(command, env=environment | more, capture_output=True, text=True, check=False, timeout=60)

    exported = run("export", "ledger", "--format", "beancount")
    assert (exported.returncode, read(exported.stdout)[1]) == (0, []), exported.stderr
    examined = run("doctor", "--json")
    told = json.loads(examined.stdout)
    assert (examined.returncode, told["faults"]) == (0, [])
    assert {"account": "tax", "currency": "JPY", "amount_minor": 450} in told["balances"]
    assert run("export", "ledger", "--format", "xml").returncode == 2
    away = run("doctor", MAKEGOOD_STRIPE_KEY="rk_test_1", MAKEGOOD_STRIPE_URL="http://127.0.0.1:9")
    (line,) = [each for each in away.stdout.splitlines() if "gateway" in each]
    assert (away.returncode, line.startswith("the gateway could not be asked: ")) == (1, True), away.stderr


def _url() -> str:
    from django.db import connection  # noqa: PLC0415

    return os.environ["DATABASE_URL"].replace("/makegood?", f"/{connection.settings_dict['NAME']}?")
