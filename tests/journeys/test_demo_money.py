"""The demo, lived through: what it shows of money, so that each page that tells of money has something to tell."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from makegood.channels.models import Message
from makegood.channels.rules import MessageState
from makegood.customers.models import Customer
from makegood.demo import fill_shop
from makegood.demo_money import DISPUTE
from makegood.money.queries import faults_in_books
from makegood.orders.queries import faults_in_payments
from makegood.orders.statement import account_statements
from makegood.payments.disputing import accept_dispute
from makegood.payments.gateway import PORT
from makegood.payments.models import Dispute, Refund, UnmatchedReceipt
from makegood.wiring import _gateway
from tests import worlds

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 10, 20, 17, tzinfo=UTC)


def stands(reference):
    (account,) = account_statements(customer_id=Customer.objects.get(reference=reference).pk)
    return [each.amount_minor for each in (account.balance, account.due, account.free, account.at_bank)]


def test_the_demo_shows_money_and_its_books_agree(settings, monkeypatch):
    settings.DEMO = settings.MAIL_IS_PLAYED = True
    monkeypatch.setattr(PORT, "gateway", _gateway())
    monkeypatch.setattr("makegood.demo.settle", worlds.settle)
    fill_shop(today=TODAY)
    assert [*faults_in_books(), *faults_in_payments()] == []
    assert not Message.objects.filter(state=MessageState.HELD).exists()
    told = Counter(Message.objects.filter(direction="out").values_list("news", flat=True))
    assert (told["money_left"], told["money_short"], told["order_cancelled"]) == (1, 1, 1)
    assert stands("walt") == [-690, 690, 0, 0]
    assert stands("tom") == [-2175, 0, 0, 2175]
    assert [(row.amount_minor, row.state) for row in Refund.objects.all()] == [(2175, "requested")]
    assert [row.reference for row in UnmatchedReceipt.objects.all()] == ["MO-7319"]
    # Its gateway knows the dispute, in whichever process somebody answers it.
    dispute = Dispute.objects.get(reference=DISPUTE)
    accept_dispute(dispute_id=dispute.pk, reason="so be it", by="helper:1", now=TODAY)
    worlds.settle()
    dispute.refresh_from_db()
    assert (dispute.status, stands("tom")) == ("lost", [0, 0, 0, 0])
