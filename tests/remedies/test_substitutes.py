"""What goes in the place of what was ordered: which, when it is asked, what it costs whom, and what is undone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from makegood.catalog.actions import put_products
from makegood.catalog.models import Stock
from makegood.catalog.records import ProductRecord
from makegood.channels.models import Message
from makegood.kit import clock
from makegood.money.accounts import Account, AccountKind
from makegood.money.queries import balance
from makegood.orders.models import Delivery, DeliveryUnits
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.shortages import say_short
from makegood.payments.models import Refund
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import AskFirst, grant_remedy
from makegood.remedies.models import Grant, GrantStep
from makegood.remedies.planner import plan
from makegood.remedies.queries import options_for, options_together
from makegood.remedies.rules.values import Substitute
from makegood.remedies.undoing import NothingToUndo, undo_grant
from tests import worlds
from tests.remedies.situations import TODAY, route, situation, units, usd
from tests.remedies.test_not_left import waiting
from tests.worlds import HELPER, LEAD, order_record

UPGRADE, SUBSTITUTE, REFUND = RemedyKind.UPGRADE_EDITION, RemedyKind.SUBSTITUTE, RemedyKind.REFUND
HARD = Substitute(product_id=2, title="Hardcover", is_edition=True, price=usd(2495), cost_each=usd(900))
POCKET = Substitute(product_id=3, title="Pocket", is_edition=True, price=usd(795), cost_each=usd(300))
OTHER = Substitute(product_id=4, title="Another", is_edition=False, price=usd(1995), cost_each=usd(700))


def short(*substitutes, price=1295, quantity=1, due=None, promised=TODAY + timedelta(days=5), number=1):
    unit = replace(waiting(number, promised=promised, price=price, quantity=quantity), substitutes=substitutes)
    return replace(unit, not_left=replace(unit.not_left, postage_due=due))


def kinds(lost, stock, **more):
    return plan(situation(lost, stock=stock, **more)).kinds


def test_a_better_edition_in_time_comes_before_the_money_and_nobody_is_asked():
    found = plan(situation([short(HARD)], stock={(1, 2): 1}))
    assert found.kinds == (UPGRADE, REFUND)
    upgrade = found.best
    assert upgrade.refund is None
    assert upgrade.instead_by_title == {"Hardcover": 1}
    # Its goods cost us so much more, and all of its way, where none was due.
    assert upgrade.cost == usd(900 - 600 + 480)


def test_what_was_due_for_its_way_is_no_cost_of_ours():
    assert plan(situation([short(HARD, due=usd(480))], stock={(1, 2): 1})).best.cost == usd(300)
    dearer = plan(situation([short(HARD, due=usd(480))], stock={(1, 2): 1}, routes=(route(rate=900),)))
    assert dearer.best.cost == usd(300 + 420)


@pytest.mark.parametrize(
    ("substitutes", "stock", "expected"),
    [
        ((POCKET,), {(1, 3): 1}, (SUBSTITUTE, REFUND)),
        ((OTHER,), {(1, 4): 1}, (SUBSTITUTE, REFUND)),
        ((HARD, POCKET, OTHER), {(1, 2): 1, (1, 3): 1, (1, 4): 1}, (UPGRADE, SUBSTITUTE, REFUND)),
        ((HARD,), {(1, 2): 0}, (REFUND,)),
        ((), {(1, 2): 9}, (REFUND,)),
    ],
)
def test_a_cheaper_edition_and_another_title_are_asked_about(substitutes, stock, expected):
    assert kinds([short(*substitutes)], stock) == expected


def test_what_can_go_as_it_was_ordered_goes_so():
    assert UPGRADE not in kinds([short(HARD)], {(2, 1): 1, (1, 2): 1}, routes=(route(1), route(2)))


def test_a_better_edition_that_is_late_comes_after_a_later_day():
    late = short(HARD, promised=TODAY + timedelta(days=1))
    assert kinds([late], {(1, 2): 1}) == (UPGRADE, REFUND)
    assert plan(situation([late], stock={(1, 2): 1})).best.arrives_date > TODAY + timedelta(days=1)


def test_of_several_to_choose_from_each_is_offered_in_the_order_of_preference():
    found = plan(situation([short(OTHER, POCKET)], stock={(1, 3): 1, (1, 4): 1}))
    assert [each.instead_by_title for each in found if each.kind is SUBSTITUTE] == [{"Another": 1}, {"Pocket": 1}]
    assert len({each.fingerprint for each in found}) == 3


def test_what_is_worth_less_brings_the_same_share_of_what_was_paid_back():
    found = plan(situation([short(OTHER, POCKET)], stock={(1, 3): 1, (1, 4): 1}))
    other, pocket = [each for each in found if each.kind is SUBSTITUTE]
    assert (other.refund, pocket.refund) == (None, usd(500))
    # Half of it was taken off at the till: half of the difference is theirs.
    half = replace(short(POCKET), refunds=(usd(0), usd(648)))
    found = plan(situation([half], stock={(1, 3): 1})).of_kind(SUBSTITUTE)
    assert found.refund == usd(251)


def test_part_as_ordered_and_part_in_another_edition():
    found = plan(situation([short(HARD, quantity=3)], stock={(2, 1): 2, (1, 2): 5}, routes=(route(1), route(2)))).best
    assert found.kind is UPGRADE
    assert [(each.route.place_id, each.units, bool(each.in_place)) for each in found.sendings] == [
        (2, ((1, 2),), False),
        (1, ((1, 1),), True),
    ]
    assert sum(each.quantity for each in found.makes_good) == 3


def test_two_lines_go_in_one_box_where_one_is_as_ordered():
    lost = [short(HARD), replace(short(number=2), product_id=9)]
    (box,) = plan(situation(lost, stock={(1, 2): 1, (1, 9): 1})).best.sendings
    assert (box.units, len(box.in_place)) == (((2, 1), (1, 1)), 1)


def test_what_was_lost_and_what_takes_its_place_cost_us_themselves():
    found = plan(situation([replace(units(1), substitutes=(HARD,))], stock={(1, 2): 1})).best
    assert (found.kind, found.cost) == (UPGRADE, usd(900 + 480))


# What follows is carried out in a shop.


@pytest.fixture
def shop(db):
    worlds.open_shop(stock={"BIRDS": 1})
    worlds.customer()
    stand_in = [{"sku": "HARD", "kind": "edition"}, {"sku": "POCKET", "kind": "edition"}]
    book = {"currency": "USD", "title": "Field Notes on Birds"}
    put_products(
        [
            ProductRecord(sku="HARD", price_minor=2995, cost_minor=1100, **book | {"title": "Birds, hardcover"}),
            ProductRecord(sku="POCKET", price_minor=995, cost_minor=310, **book | {"title": "Birds, pocket"}),
            ProductRecord.model_validate(
                {"sku": "BIRDS", "price_minor": 1695, "cost_minor": 610, "substitutes": stand_in, **book}
            ),
        ]
    )


def not_there(quantity=1, ordered=1, **stock):
    order = worlds.take_in(order_record(lines={"BIRDS": ordered}))
    worlds.count(**stock)
    say_short(order_id=order.pk, line="BIRDS", quantity=quantity, place="reno", by="helper:2", now=clock.now())
    worlds.settle()
    return order


def held(sku):
    return Stock.objects.values_list("on_hand", "held").get(product__sku=sku, place__reference="reno")


def booked(kind, order):
    return balance(Account(kind), "USD", customer_id=order.customer_id).amount_minor


def choose(order, kind, by=HELPER, **more):
    grant = grant_remedy(order_id=order.pk, kind=kind, by=by, now=clock.now(), **more)
    worlds.settle()
    return grant


def leaves(number=77):
    dispatch = Dispatch.objects.get(state="requested")
    now = clock.now()
    parcel = announce_parcel(
        dispatch_id=dispatch.pk, carrier="usps", number=worlds.number_of(number), label_at=now, now=now
    )
    worlds.settle()
    return parcel


def letters():
    return [each.body for each in Message.objects.filter(direction="out").order_by("id")]


def test_what_was_ordered_what_is_sent_and_who_bears_the_difference_are_three_facts(shop):
    order = not_there(HARD=2)
    charged = order.charged_minor
    assert letters() == []
    choose(order, UPGRADE)
    order.refresh_from_db()
    line = order.lines.get()
    assert (line.product.sku, line.unit_price_minor, order.charged_minor) == ("BIRDS", 1695, charged)
    (sent,) = DeliveryUnits.objects.filter(delivery__is_replacement=True)
    assert (sent.instead.sku, sent.quantity, sent.less_minor) == ("HARD", 1, 0)
    assert booked(AccountKind.GOODWILL, order) == 2995 - 1695
    assert Grant.objects.get().cost_minor == 1100 - 610
    assert not Refund.objects.exists()
    assert (held("HARD"), held("BIRDS")) == ((2, 1), (0, 0))
    leaves()
    assert (held("HARD"), held("BIRDS")) == ((1, 0), (0, 0))


def test_the_customer_reads_what_is_sent_instead_of_what(shop):
    order = not_there(HARD=2)
    choose(order, UPGRADE)
    (letter,) = letters()
    assert "We are sending you “Birds, hardcover” in place of “Field Notes on Birds”." in letter
    assert "It costs you no more than what you ordered." in letter
    assert "this was not there when we packed it: “Field Notes on Birds”" in letter
    leaves()
    assert len(letters()) == 2


def test_nothing_cheaper_goes_unless_its_customer_says_so(shop):
    order = not_there(POCKET=2)
    (question,) = letters()
    assert "We have something else that may suit you: “Birds, pocket”" in question
    assert "We send it only if you say that you want it." in question
    with pytest.raises(AskFirst):
        choose(order, SUBSTITUTE, by=LEAD)
    with pytest.raises(AskFirst):
        choose(order, SUBSTITUTE, by=LEAD, agreed="  ")
    assert not Dispatch.objects.exists()
    assert held("POCKET") == (2, 0)
    choose(order, SUBSTITUTE, by=worlds.acting(order.customer))
    order.refresh_from_db()
    assert (order.charged_minor, order.lines.get().taken_off_minor) == (1695 + 480 - 700, 700)
    assert sum(each.amount_minor for each in Refund.objects.all()) == 700
    assert booked(AccountKind.GOODWILL, order) == 0
    assert DeliveryUnits.objects.get(delivery__is_replacement=True).less_minor == 700
    assert "You are getting what you agreed to" in letters()[-1]
    assert "We will pay back 7.00\N{NO-BREAK SPACE}USD" in letters()[-1]


def test_a_helper_sends_it_on_their_word_which_is_kept(shop):
    order = not_there(POCKET=2)
    choose(order, SUBSTITUTE, by=HELPER, agreed="Said yes by phone.")
    assert Grant.objects.get().agreed == "Said yes by phone."
    assert held("POCKET") == (2, 1)


def test_what_was_sent_instead_is_lost_and_made_good_from_what_was_sent_or_ordered(shop):
    order = not_there(HARD=2)
    choose(order, UPGRADE)
    parcel = leaves()
    worlds.say(parcel, ScanKind.LOST)
    worlds.settle()
    again = options_for(order, now=clock.now()).best
    assert (again.kind, again.cost) == (RemedyKind.SEND_AGAIN, usd(1100 + again.sendings[0].route.rate.amount_minor))
    choose(order, RemedyKind.SEND_AGAIN)
    assert held("HARD") == (1, 1)
    last = Delivery.objects.latest("id")
    assert last.units.get().instead.sku == "HARD"


def test_where_the_edition_is_gone_what_was_ordered_will_do(shop):
    order = not_there(HARD=1)
    choose(order, UPGRADE)
    worlds.say(leaves(), ScanKind.LOST)
    worlds.count(BIRDS=1)
    worlds.settle()
    choose(order, UPGRADE)
    assert (held("BIRDS"), Delivery.objects.latest("id").units.get().instead) == ((1, 1), None)


def test_money_back_for_what_was_cheaper_is_what_it_cost_in_the_end(shop):
    order = not_there(POCKET=2)
    choose(order, SUBSTITUTE, by=worlds.acting(order.customer))
    worlds.say(leaves(), ScanKind.LOST)
    worlds.settle()
    back = options_for(order, now=clock.now()).refund
    assert back.refund == usd(1695 - 700 + 480)
    choose(order, REFUND)
    order.refresh_from_db()
    assert order.charged_minor == 0
    assert sum(each.amount_minor for each in Refund.objects.all()) == 1695 + 480


def test_undone_while_it_has_not_left_all_is_to_be_made_good_as_before(shop):
    order = not_there(HARD=2)
    grant = choose(order, UPGRADE)
    worlds.count(BIRDS=4)
    undo_grant(grant_id=grant.pk, by=HELPER, now=clock.now())
    worlds.settle()
    assert (held("HARD"), booked(AccountKind.GOODWILL, order)) == ((2, 0), 0)
    assert {each.state for each in GrantStep.objects.exclude(kind="stop")} == {"compensated"}
    found = options_for(order, now=clock.now())
    assert found.best.kind in {RemedyKind.SEND_ELSEWHERE, RemedyKind.SEND_FASTER}
    choose(order, found.best.kind)
    assert held("BIRDS") == (4, 1)
    with pytest.raises(NothingToUndo):
        undo_grant(grant_id=grant.pk, by=HELPER, now=clock.now())


def test_what_has_left_is_undone_no_more(shop):
    order = not_there(HARD=2)
    grant = choose(order, UPGRADE)
    leaves()
    with pytest.raises(NothingToUndo):
        undo_grant(grant_id=grant.pk, by=HELPER, now=clock.now())


def test_of_three_one_goes_in_another_edition_and_the_rest_as_it_was_to(shop):
    order = not_there(ordered=3, HARD=2)
    choose(order, UPGRADE)
    # The rest is to be sent anyway, so that a box of its own is all ours to pay.
    assert Grant.objects.get().cost_minor > 1100 - 610
    assert sorted((row.title, row.quantity) for row in DeliveryUnits.objects.filter(delivery__order=order)) == [
        ("Birds, hardcover", 1),
        ("Field Notes on Birds", 1),
        ("Field Notes on Birds", 2),
    ]


def test_many_orders_take_as_many_queries_as_one(shop):
    orders = [not_there(HARD=9)]
    with CaptureQueriesContext(connection) as one:
        options_together(orders, now=clock.now())
    for number in (200, 300, 400):
        orders.append(worlds.take_in(order_record(str(number))))
        say_short(order_id=orders[-1].pk, line="BIRDS", quantity=1, place="reno", by="x", now=clock.now())
    with CaptureQueriesContext(connection) as many:
        assert len(options_together(orders, now=clock.now())) == 4
    assert len(many) == len(one)
