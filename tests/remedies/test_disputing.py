"""Whoever lets a bank keep money pays it back, and is held to the same authority."""

import pytest

from makegood.kit import clock
from makegood.kit.errors import InvalidField
from makegood.payments.disputing import AnsweredBefore
from makegood.payments.gateway import PORT
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.disputing import grant_dispute
from makegood.remedies.rules.authority import NotYoursToGrant
from makegood.staff.rules import Actor, Standpoint
from tests import worlds
from tests.payments.gateways import ConsoleSide
from tests.worlds import HELPER, LEAD

pytestmark = pytest.mark.django_db
LIMIT = 4_000


@pytest.fixture
def dispute(db, monkeypatch, limit):
    """Of 40.01, a cent more than helpers and programs may pay back."""
    worlds.open_shop()
    worlds.customer()
    monkeypatch.setattr(PORT, "gateway", ConsoleSide().gateway)
    worlds.pays("CH-1", amount_minor=LIMIT + 1, customer="ada", tender="card", payment="pi_1")
    for standpoint in (Standpoint.CUSTOMER, Standpoint.HELPER, Standpoint.TOKEN):
        limit(standpoint, LIMIT)
    return worlds.disputed("pi_1", amount_minor=LIMIT + 1)


@pytest.fixture
def limit(limited):
    return lambda standpoint, minor: limited(standpoint.value, [RemedyKind.REFUND], minor)


def grant(dispute, by, reason="it was never sent"):
    return grant_dispute(dispute_id=dispute.pk, reason=reason, by=by, now=clock.now())


TOKEN = Actor(standpoint=Standpoint.TOKEN, id=1)
# A program that acts for a lead may do no more than a program may.
FOR_LEAD = Actor(standpoint=Standpoint.LEAD, id=1, through=1)


@pytest.mark.parametrize("by", [HELPER, TOKEN, FOR_LEAD], ids=["helper", "program", "program for a lead"])
def test_nobody_lets_a_bank_keep_more_than_they_may_pay_back(dispute, limit, by):
    with pytest.raises(NotYoursToGrant) as refused:
        grant(dispute, by)
    assert refused.value.may_grant == (Standpoint.LEAD,)
    dispute.refresh_from_db()
    assert (dispute.answer, dispute.answer_tries) == ("", 0)
    limit(by.standpoints[0], LIMIT + 1)
    assert grant(dispute, by).answer == "acceptance"


def test_a_lead_accepts_once_and_the_reason_is_kept(dispute):
    grant(dispute, LEAD, "  it was never sent ")
    dispute.refresh_from_db()
    assert (dispute.answer_reason, dispute.answer_asked_by) == ("it was never sent", str(LEAD))
    with pytest.raises(AnsweredBefore):
        grant(dispute, LEAD)


def test_why_is_said(dispute):
    with pytest.raises(InvalidField):
        grant(dispute, LEAD, " ")
