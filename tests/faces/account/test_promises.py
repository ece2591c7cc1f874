"""Every promise is there, with what became of it."""

from datetime import timedelta

from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Refund
from makegood.policies.rules.values import RemedyKind
from makegood.promises.actions import NewPromise, make_promises, revise_promise
from makegood.promises.rules import PromiseKind
from makegood.remedies.actions import finish_refund, grant_remedy
from tests import worlds


def words(response):
    return response.content.decode()


def test_kept_and_broken_are_counted_and_told(page, lost):
    kept = worlds.shipped("200", serial=2, deliver_by_date="2026-10-30")
    worlds.say(kept, ScanKind.DELIVERED)
    text = words(page.get("/promises"))
    assert "To be at your door" in text
    assert text.count(">kept</span>") == 1
    assert text.count(">broken</span>") == 1
    assert "by Friday 16 October at 20:00 EDT" in text


def test_a_moved_date_says_why(page, ada):
    delivery = worlds.shipped().delivery
    revise_promise(
        promise_id=delivery.promise_id,
        due_at=worlds.DUE + timedelta(days=2),
        reason="the <road> is closed",
        by="helper:1",
        now=clock.now(),
    )
    text = words(page.get("/promises"))
    assert "first said for Friday 16 October; moved because: the &lt;road&gt; is closed" in text


def test_others_promises_are_not_there(page):
    worlds.customer("bob")
    worlds.shipped(by="bob")
    assert "We have promised you nothing yet." in words(page.get("/promises"))


def test_promises_are_paged_by_key(page, ada, django_assert_max_num_queries):
    due = [clock.now() + timedelta(days=number) for number in range(1, 31)]
    new = [NewPromise(customer_id=ada.pk, kind=PromiseKind.CALL, due_at=at) for at in due]
    make_promises(new, by="helper:1", now=clock.now())
    first = page.get("/promises")
    further = words(first).split('href="/promises?after=')[1].split('"')[0]
    with django_assert_max_num_queries(20):
        second = page.get(f"/promises?after={further}")
    assert words(first).count(">open</span>") == 25
    assert words(second).count(">open</span>") == 5
    assert page.get("/promises?after=nonsense").status_code == 200


def grant(kind):
    granted = grant_remedy(order_id=Order.objects.get(reference="100").pk, kind=kind, by=worlds.HELPER, now=clock.now())
    worlds.settle()
    return granted


def announced(serial):
    dispatch = Dispatch.objects.latest("id")
    parcel = announce_parcel(
        dispatch_id=dispatch.pk,
        carrier="usps",
        number=worlds.number_of(serial),
        label_at=clock.now(),
        now=clock.now(),
    )
    worlds.settle()
    return parcel


SENT_AGAIN = "we chose to send it again on Saturday 17 October; that is a promise of its own"


def test_what_is_to_be_sent_again_is_made_good_only_when_it_is_there(page, lost):
    grant(RemedyKind.SEND_AGAIN)
    text = words(page.get("/promises"))
    assert (SENT_AGAIN in text, "made good" in text) == (True, False)
    worlds.say(announced(50), ScanKind.DELIVERED)
    worlds.settle()
    text = words(page.get("/promises"))
    assert (SENT_AGAIN in text, "made good on Saturday 17 October" in text) == (False, True)


def test_a_promise_whose_replacement_was_lost_too_is_not_made_good(page, ada):
    worlds.lost()
    worlds.settle()
    grant(RemedyKind.SEND_AGAIN)
    worlds.say(announced(50), ScanKind.LOST)
    worlds.settle()
    text = words(page.get("/promises"))
    assert ("we chose to send it again" in text, ">replaced</span>" in text, "made good" in text) == (True, True, False)
    grant(RemedyKind.REFUND)
    text = words(page.get("/promises"))
    assert ("we chose to pay it back" in text, text.count(">replaced</span>"), "made good" in text) == (True, 2, False)
    finish_refund(refund_id=Refund.objects.get().pk, by=worlds.HELPER, note="", now=clock.now())
    text = words(page.get("/promises"))
    # The replacement's promise is made good by the money; the first was not by a replacement that never came.
    assert (text.count(">made good</span>"), text.count(">replaced</span>")) == (1, 1)


def test_more_made_good_asks_no_oftener(page, lost, django_assert_max_num_queries):
    grant(RemedyKind.REFUND)
    for serial in (2, 3):
        worlds.lost(f"{serial}00", serial=serial)
        order_id = Order.objects.get(reference=f"{serial}00").pk
        grant_remedy(order_id=order_id, kind=RemedyKind.REFUND, by=worlds.LEAD, now=clock.now())
    with django_assert_max_num_queries(20):
        page.get("/promises")
