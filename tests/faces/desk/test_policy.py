"""The policy on its page: read by all, tried and changed by a lead."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from makegood.cases.models import Case
from makegood.kit import clock
from makegood.money.rules import Money
from makegood.policies.models import AdoptedPolicy
from makegood.policies.queries import policy_text
from makegood.policies.reading import SHIPPED
from makegood.remedies.crediting import give_credit
from tests import worlds
from tests.worlds import HELPER

DEFAULT = SHIPPED.read_text()
STRICTER = DEFAULT.replace('remedies = ["credit"]\nup_to = 50', 'remedies = ["credit"]\nup_to = 5')
PAGE = "/desk/authority/policy"


@pytest.fixture(autouse=True)
def _granted(db: None) -> None:
    worlds.open_shop()
    money = Money(amount_minor=700, currency="USD")
    give_credit(customer=worlds.customer(), money=money, reason="x", expires_at=None, by=HELPER, now=clock.now())


def words(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def typed(text: str, **more: str) -> dict[str, str]:
    """As a browser sends it."""
    return {"text": text.replace("\n", "\r\n"), "seen": "0", **more}


def test_a_helper_reads_it_and_may_not_change_it(desk: Client) -> None:
    page = desk.get(PAGE)
    assert "A lead may change it." in words(page)
    assert "effective_from" in page.content.decode()
    answer = desk.post(f"{PAGE}/adoption", typed(STRICTER, reason="less"))
    assert (answer.status_code, AdoptedPolicy.objects.count()) == (403, 0)


def test_a_lead_sees_what_differs_and_whom_it_would_have_stopped(lead_desk: Client) -> None:
    page = words(lead_desk.post(f"{PAGE}/trial", typed(STRICTER)))
    assert "-up_to = 50 +up_to = 5" in page
    assert "1 grant since" in page
    assert "1 of them would not have been for whoever granted it to grant alone." in page
    assert "Helpers: 1 no longer alone" in page
    assert "No longer alone: Helpers, Programs." in page
    assert AdoptedPolicy.objects.count() == 0
    same = words(lead_desk.post(f"{PAGE}/trial", typed(DEFAULT)))
    assert "None of them would have been another’s to grant." in same
    assert "What changes" not in same


def test_what_is_wrong_is_said_with_its_place_and_nothing_typed_is_lost(lead_desk: Client) -> None:
    wrong = DEFAULT.replace("up_to = 150", 'up_to = "much"')
    for address in ("trial", "adoption"):
        answer = lead_desk.post(f"{PAGE}/{address}", typed(wrong, reason="r"))
        assert answer.status_code == 422
        assert "up_to" in words(answer)
        assert 'up_to = "much"' in unescape(answer.content.decode())
    assert lead_desk.post(f"{PAGE}/trial", typed(DEFAULT, since="yesterday")).status_code == 422
    assert lead_desk.post(f"{PAGE}/adoption", typed(STRICTER, reason="")).status_code == 422
    assert AdoptedPolicy.objects.count() == 0


def test_it_counts_once_adopted_and_the_page_says_who_did_it_and_why(lead_desk: Client) -> None:
    answer = lead_desk.post(f"{PAGE}/adoption", typed(STRICTER, reason="too much credit"), follow=True)
    assert "It counts from now on, for everybody." in words(answer)
    assert "Changed by Lena on" in words(answer)
    assert "too much credit" in words(answer)
    assert policy_text() == STRICTER
    assert "Credit – 5.00 USD 5.00 USD no limit" in words(lead_desk.get("/desk/authority"))
    late = lead_desk.post(f"{PAGE}/adoption", typed(DEFAULT, reason="back"))
    assert (late.status_code, policy_text()) == (409, STRICTER)
    seen = str(AdoptedPolicy.objects.latest("id").pk)
    lead_desk.post(f"{PAGE}/adoption", typed("", reason="back", back="1") | {"seen": seen})
    assert policy_text() == DEFAULT
    assert Case.objects.count() == 0
