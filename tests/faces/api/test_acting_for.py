"""Who acts for somebody may do no more than either of the two, and both stand on what was granted."""

import pytest
from django.test import Client

from makegood.cases.models import Case
from makegood.policies.rules.values import RemedyKind
from makegood.staff.models import Helper
from makegood.staff.rules import Role
from tests import worlds


@pytest.fixture
def lost(program, ada):
    worlds.helper("lena", role=Role.LEAD)
    parcel = worlds.lost()
    worlds.settle()
    return parcel


@pytest.mark.parametrize("somebody", ["customer:ada", "helper:lena"])
def test_a_token_grants_nobody_more_than_it_may_itself(program, lost, somebody, limited):
    limited("token", RemedyKind, 1)
    acting = program.acting_for(somebody)
    assert {each["you_may"] for each in acting.items("/orders/100/remedies")} == {False}
    problem = acting.post("/orders/100/remedies", {"remedy": "refund"}, status=403)
    assert "is not a token's to grant" in problem["detail"]
    assert program.items("/grants") == []


def test_both_stand_on_the_grant(program, lost):
    acting = program.acting_for("helper:lena")
    assert {each["you_may"] for each in acting.items("/orders/100/remedies")} == {True}
    acting.post("/orders/100/remedies", {"remedy": "refund"})
    (grant,) = program.items("/grants")
    (token,) = program.items("/tokens")
    assert grant["granted_by"].startswith("lead:")
    assert grant["granted_through"] == f"token:{token['id']}"
    worlds.settle()
    desk = Client()
    desk.force_login(Helper.objects.get(email="lena@shop.example"))
    page = desk.get(f"/desk/cases/{Case.objects.get().pk}").content.decode()
    assert f"Lena (through {token['name']}) chose the money back" in page


def test_a_token_that_acts_for_itself_stands_there_once(program, lost):
    program.post("/orders/100/remedies", {"remedy": "refund"})
    (grant,) = program.items("/grants")
    assert (grant["granted_by"].partition(":")[0], grant["granted_through"]) == ("token", "")
