"""The one gate: what limits over days are held against, whoever asks and at once."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from makegood.kit import clock
from makegood.money.rules import Money
from makegood.orders.models import Order
from makegood.parcels.actions import say_not_received
from makegood.parcels.rules.scans import ScanKind
from makegood.policies.reading import SHIPPED
from makegood.policies.rules.grant_situations import TroubleKind
from makegood.policies.rules.values import Grantor, RemedyKind
from makegood.remedies.actions import grant_remedy
from makegood.remedies.claims import claims_of
from makegood.remedies.crediting import give_credit
from makegood.remedies.models import AuthorityUse, Grant
from makegood.remedies.queries import options_for, situation_of
from makegood.remedies.refunding import RefundPart, refund_order
from makegood.remedies.rules.authority import NotYoursToGrant
from makegood.staff.rules import Actor, Standpoint
from tests import worlds
from tests.committed import at_once
from tests.worlds import HELPER, LEAD, acting

AGAIN, REFUND = RemedyKind.SEND_AGAIN, RemedyKind.REFUND
OTHER = Actor(standpoint=Standpoint.HELPER, id=77)


@pytest.fixture(autouse=True)
def _shop(request):
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")
    worlds.open_shop()
    worlds.customer()


@pytest.fixture
def policy(settings, tmp_path: Path):
    """The policy that ships, with more rules."""

    def write(rules: str) -> None:
        file = tmp_path / "policy.toml"
        file.write_text(SHIPPED.read_text() + rules)
        settings.POLICY = str(file)

    return write


def credit(minor, *, by=HELPER, key=""):
    money = Money(amount_minor=minor, currency="USD")
    return give_credit(
        customer=worlds.customer(), money=money, reason="sorry", expires_at=None, by=by, now=clock.now(), key=key
    )


def uses():
    return list(AuthorityUse.objects.order_by("id").values_list("remedy", "currency", "amount_minor", "used_by"))


TWICE = """
[[version.limits]]
name = "twice"
who = ["helper", "token"]
remedies = ["credit"]
per = "{per}"
days = 7
count = 2
words.en = "Enough."
"""


def test_everything_that_costs_something_is_remembered_with_who_granted_it():
    worlds.lost()
    order = Order.objects.get()
    credit(500)
    grant = grant_remedy(order_id=order.pk, kind=AGAIN, by=HELPER, now=clock.now())
    refund_order(
        order_id=order.pk, parts=[RefundPart(line="BIRDS", amount_minor=100)], reason="late", by=LEAD, now=clock.now()
    )
    assert uses() == [
        ("credit", "USD", 500, str(HELPER)),
        ("send_again", "USD", grant.cost_minor, str(HELPER)),
        ("refund", "USD", 100, str(LEAD)),
    ]
    claims = claims_of([order.customer_id], by=None, now=clock.now())[order.customer_id]
    assert (claims.customer.remedies_12_months, claims.customer.worth_12_months) == (3, 500 + grant.cost_minor + 100)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        AuthorityUse.objects.update(amount_minor=0)


def test_the_same_key_uses_authority_once_and_is_not_refused_when_it_comes_again(policy):
    policy(TWICE.format(per="customer"))
    assert {credit(500, key="a").pk for _ in range(5)} == {credit(500, key="a").pk}
    credit(500, key="b")
    with pytest.raises(NotYoursToGrant) as refused:
        credit(500, key="c")
    assert (refused.value.rule, refused.value.may_grant) == ("twice", (Standpoint.LEAD,))
    assert credit(500, key="b")


def test_what_a_customer_was_granted_counts_whoever_granted_it_and_is_forgotten_in_time(policy):
    policy(TWICE.format(per="customer"))
    credit(500), credit(500, by=OTHER)
    for by in (HELPER, OTHER):
        with pytest.raises(NotYoursToGrant):
            credit(500, by=by)
    credit(500, by=LEAD)
    clock.freeze(clock.now() + timedelta(days=7))
    assert credit(500)


def test_what_a_grantor_granted_counts_for_nobody_else(policy):
    policy(TWICE.format(per="grantor"))
    credit(500), credit(500)
    with pytest.raises(NotYoursToGrant):
        credit(500)
    assert credit(500, by=OTHER)


def test_what_goes_through_a_token_counts_for_it_and_for_whom_it_acts(policy):
    policy(TWICE.format(per="grantor"))
    through = Actor(standpoint=Standpoint.HELPER, id=77, through=5)
    token = Actor(standpoint=Standpoint.TOKEN, id=5)
    credit(500, by=through), credit(500, by=token)
    with pytest.raises(NotYoursToGrant) as refused:
        credit(500, by=through)
    assert refused.value.standpoint is Standpoint.TOKEN
    assert credit(500, by=OTHER)
    with pytest.raises(NotYoursToGrant):
        credit(500, by=OTHER)


def test_a_remedy_shows_what_whoever_looks_may_still_grant(policy):
    worlds.lost()
    policy(TWICE.format(per="grantor").replace('"credit"', '"send_again"').replace("count = 2", "up_to = 1"))
    order = Order.objects.get()
    seen = {by: options_for(order, now=clock.now(), by=by).of_kind(AGAIN).may_grant for by in (None, HELPER)}
    assert {Standpoint.HELPER in may for may in seen.values()} == {False}
    spent = situation_of(order, now=clock.now(), by=HELPER).claims.spent
    assert {each.grantor for each in spent} == {None, *Grantor}


def test_what_a_customer_says_alone_is_told_apart_from_what_a_carrier_says():
    parcel = worlds.shipped()
    brought = clock.now() + timedelta(days=2)
    worlds.say(parcel, ScanKind.DELIVERED, brought)
    clock.freeze(brought + timedelta(days=1))
    say_not_received(parcel_id=parcel.pk, now=clock.now())
    trouble = situation_of(Order.objects.get(), now=clock.now()).trouble
    assert (trouble.kind, trouble.is_self_reported, trouble.delivered_at) == (TroubleKind.NOT_RECEIVED, True, brought)


def test_what_a_carrier_says_itself_is_not_the_customers_word():
    worlds.lost()
    trouble = situation_of(Order.objects.get(), now=clock.now()).trouble
    assert (trouble.kind, trouble.is_self_reported, trouble.delivered_at) == (TroubleKind.LOST, False, None)


def test_two_at_once_do_not_pass_a_limit_together(committed, policy):
    policy(TWICE.format(per="customer").replace("count = 2", "count = 1"))
    who = worlds.customer()
    answers = at_once(*[lambda by=by: credit(500, by=by) for by in (HELPER, OTHER, HELPER, OTHER)])
    refused = [each for each in answers if isinstance(each, NotYoursToGrant)]
    assert (len(refused), AuthorityUse.objects.filter(customer=who).count()) == (3, 1)


def test_a_grantor_does_not_pass_a_limit_at_two_customers_at_once(committed, policy):
    policy(TWICE.format(per="grantor").replace("count = 2", "count = 1"))
    people = [worlds.customer(), worlds.customer("bo")]
    money = Money(amount_minor=500, currency="USD")

    def give(who):
        return give_credit(customer=who, money=money, reason="sorry", expires_at=None, by=HELPER, now=clock.now())

    answers = at_once(*[lambda who=who: give(who) for who in people])
    assert len([each for each in answers if isinstance(each, NotYoursToGrant)]) == 1
    assert AuthorityUse.objects.count() == 1


def test_customers_helping_themselves_come_to_an_end_and_a_person_goes_on(policy):
    policy("")
    for number, reference in enumerate(("100", "200", "300"), start=1):
        worlds.lost(reference)
        order = Order.objects.get(reference=reference)
        AuthorityUse.objects.create(
            customer=order.customer, key=f"past:{number}", remedy=REFUND, currency="USD", amount_minor=15_000,
            used_at=clock.now(), used_by="customer:1", asked={},
        )  # fmt: skip
    customer = acting(order.customer)
    with pytest.raises(NotYoursToGrant) as refused:
        grant_remedy(order_id=order.pk, kind=AGAIN, by=customer, now=clock.now())
    assert refused.value.rule == "customers-in-a-month"
    assert Grant.objects.count() == 0
    assert grant_remedy(order_id=order.pk, kind=AGAIN, by=HELPER, now=clock.now()).pk
