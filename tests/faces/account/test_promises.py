"""Every promise is there, with what became of it."""

from datetime import timedelta

from makegood.kit import clock
from makegood.parcels.rules.scans import ScanKind
from makegood.promises.actions import NewPromise, make_promises, revise_promise
from makegood.promises.rules import PromiseKind
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
    assert "by Friday 16 October at 20:00" in text


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
