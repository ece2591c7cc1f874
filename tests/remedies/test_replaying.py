"""A changed policy asked about what was granted, and let count."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given

from makegood.kit import clock
from makegood.kit.errors import InvalidField
from makegood.money.rules import Money
from makegood.orders.models import Order
from makegood.policies.actions import LARGEST, PolicyAmiss, PolicyChangedMeanwhile, tried
from makegood.policies.models import AdoptedPolicy
from makegood.policies.queries import policy_text, shop_policies, shop_policy
from makegood.policies.reading import SHIPPED
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from makegood.remedies.adopting import adopt
from makegood.remedies.crediting import give_credit
from makegood.remedies.models import AuthorityUse
from makegood.remedies.replaying import replay
from makegood.remedies.rules.asked import Asked, asked_from
from makegood.remedies.rules.authority import NotYoursToGrant
from makegood.staff.rules import Actor, OnlyALead, Standpoint
from tests import worlds
from tests.committed import at_once
from tests.policies.granted import situations
from tests.worlds import HELPER, LEAD

DEFAULT = SHIPPED.read_text()
CREDIT = 'remedies = ["credit"]\nup_to = {}'
# Helpers may give a tenth of the credit that they may give today.
STRICTER = DEFAULT.replace(CREDIT.format(50), CREDIT.format(5))
MONTH = timedelta(days=30)


@pytest.fixture
def shop(request):
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")
    worlds.open_shop()
    return worlds.customer()


def credit(minor, *, by=HELPER):
    money = Money(amount_minor=minor, currency="USD")
    return give_credit(customer=worlds.customer(), money=money, reason="sorry", expires_at=None, by=by, now=clock.now())


def replayed(text, *, since=MONTH):
    return replay(tried(text), since=clock.now() - since, now=clock.now())


@given(situations())
def test_what_was_asked_is_kept_as_it_was(situation):
    asked = Asked(proposed=situation.grant, trouble=situation.trouble, customer=situation.customer)
    assert asked_from(asked.as_plain()) == asked


def test_the_same_policy_changes_nothing(shop):
    credit(1000)
    found = replayed(DEFAULT)
    assert (found.grants, found.differing, found.fewer, found.more) == (1, (), {}, {})


def test_what_somebody_could_not_have_granted_is_shown_with_the_rule(shop):
    for minor, by in ((500, HELPER), (501, HELPER), (501, LEAD)):
        credit(minor, by=by)
    found = replayed(STRICTER)
    assert (found.grants, len(found.differing), len(found.withheld)) == (3, 2, 1)
    by_lead, by_helper = found.differing
    assert (by_helper.rule, by_helper.used_by, by_helper.costs) == ("credit-besides", str(HELPER), (("USD", 501),))
    assert set(by_helper.may_now) - set(by_helper.may_then) == {Standpoint.HELPER, Standpoint.TOKEN}
    assert (by_lead.rule, by_lead.may_then) == ("", (Standpoint.LEAD,))
    assert found.fewer == {Standpoint.HELPER: 2, Standpoint.TOKEN: 2}
    assert replayed(DEFAULT.replace(CREDIT.format(50), CREDIT.format(90))).differing == ()


def test_a_limit_over_days_counts_what_was_granted_before_each(shop):
    limit = """
[[version.limits]]
name = "once-a-week"
who = ["helper"]
remedies = ["credit"]
per = "customer"
days = 7
count = 1
words.en = "Enough."
words.fr = "Assez."
words.es = "Basta."
"""
    start = clock.now()
    for day in (0, 3, 11):
        clock.freeze(start + timedelta(days=day))
        credit(100)
    found = replayed(DEFAULT + limit)
    assert [each.used_at - start for each in found.withheld] == [timedelta(days=3)]
    # Of what lies before the days that are asked about, only what counts against a limit.
    assert replayed(DEFAULT + limit, since=timedelta(days=9)).grants == 2


def test_a_remedy_is_asked_about_with_what_went_wrong_then(shop):
    worlds.lost()
    order = Order.objects.get()
    grant_remedy(order_id=order.pk, kind=RemedyKind.SEND_AGAIN, by=HELPER, now=clock.now())
    held = """
[[version.holds]]
name = "lost-ones"
who = ["helper"]
when = "trouble.kind == 'lost' && customer.order_count == 1 && grant.unit_count == 1"
because = "Look first."
"""
    (each,) = replayed(DEFAULT + held).withheld
    assert (each.rule, each.remedy) == ("lost-ones", RemedyKind.SEND_AGAIN)
    assert replayed(DEFAULT + held.replace("order_count == 1", "order_count == 2")).withheld == ()


def test_nothing_is_changed_by_asking(shop):
    credit(501)
    before = list(AuthorityUse.objects.values())
    replayed(STRICTER)
    assert (list(AuthorityUse.objects.values()), AdoptedPolicy.objects.count()) == (before, 0)


def test_a_lead_lets_a_policy_count_at_once_and_go_back(shop):
    assert policy_text() == DEFAULT
    adopted = adopt(text=STRICTER, reason=" too much credit ", seen=0, by=LEAD, now=clock.now())
    assert (adopted.reason, adopted.adopted_by, policy_text()) == ("too much credit", str(LEAD), STRICTER)
    with pytest.raises(NotYoursToGrant):
        credit(501)
    with pytest.raises(PolicyChangedMeanwhile):
        adopt(text=DEFAULT, reason="x", seen=0, by=LEAD, now=clock.now())
    adopt(text=" ", reason="it was fine", seen=adopted.pk, by=LEAD, now=clock.now())
    assert (policy_text(), len(shop_policies())) == (DEFAULT, 1)
    assert credit(501)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        AdoptedPolicy.objects.update(reason="y")


@pytest.mark.parametrize("standpoint", [Standpoint.HELPER, Standpoint.CUSTOMER, Standpoint.POLICY])
def test_nobody_else_changes_it(shop, standpoint):
    with pytest.raises(OnlyALead):
        adopt(text=STRICTER, reason="x", seen=None, by=Actor(standpoint=standpoint, id=1), now=clock.now())


HELD = """
[[version.holds]]
name = "never"
who = ["customer", "helper", "lead", "token"]
when = "true"
because = "No."
"""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = ", "not TOML"),
        (DEFAULT.replace("up_to = 150", "up_to = -1"), "up_to"),
        (DEFAULT + '[[version.grants]]\nname = "x"\nwho = ["helper"]\nwhen = "customer.nothing > 1"\n', "nothing"),
        ("#" * (LARGEST + 1), "longer"),
        (DEFAULT + HELD, "Directive"),
    ],
    ids=["no TOML", "no sum", "nothing known", "too long", "less than the law gives"],
)
def test_what_can_be_no_policy_is_refused_with_its_place_and_the_one_before_counts(shop, text, says):
    with pytest.raises(PolicyAmiss, match=says):
        adopt(text=text, reason="x", seen=None, by=LEAD, now=clock.now())
    assert (AdoptedPolicy.objects.count(), policy_text()) == (0, DEFAULT)


def test_without_a_reason_nothing_counts(shop):
    with pytest.raises(InvalidField, match="reason"):
        adopt(text=STRICTER, reason=" ", seen=None, by=LEAD, now=clock.now())


def test_of_two_who_changed_the_same_one_is_told(committed, shop):
    calls = [lambda: adopt(text=STRICTER, reason="x", seen=0, by=LEAD, now=clock.now()) for _ in range(2)]
    answers = at_once(*calls)
    assert sorted(type(each).__name__ for each in answers) == ["AdoptedPolicy", "PolicyChangedMeanwhile"]
    assert shop_policy(now=clock.now()) is not None
