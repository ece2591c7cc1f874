"""Making, moving, keeping, breaking and withdrawing, and what is said of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from makegood.promises import actions
from makegood.promises.actions import NewPromise
from makegood.promises.facts import (
    PromiseAtRisk,
    PromiseBroken,
    PromiseFact,
    PromiseKept,
    PromiseMade,
    PromiseRevised,
    PromiseWithdrawn,
)
from makegood.promises.models import Promise
from makegood.promises.queries import OWED, answers_owed, kept_and_broken
from makegood.promises.rules import PromiseClosed, PromiseKind, PromiseState, RevisionInThePast, RevisionWithoutReason
from tests import worlds
from tests.committed import at_once
from tests.worlds import DAY, HOUR, MINUTE, MONDAY

pytestmark = pytest.mark.django_db
NOON = MONDAY


def promise(*, due_at=NOON + DAY, kind=PromiseKind.CALL, **more):
    who = worlds.customer()
    return actions.make_promise(customer_id=who.pk, kind=kind, due_at=due_at, by="test", now=NOON - DAY, **more)


def said(*kinds):
    return worlds.facts(*(kinds or PromiseFact.__subclasses__()))


def words(one, **more):
    one.refresh_from_db()
    return {
        "promise_id": one.pk,
        "customer_id": one.customer_id,
        "kind": PromiseKind(one.kind),
        "due_at": one.due_at,
    } | more


def state_of(one):
    one.refresh_from_db()
    return one.state, one.fulfilled_at, one.closed_at


def test_a_promise_is_made_and_said():
    one = promise()
    assert (one.state, one.original_due_at, one.made_at, one.made_by) == ("open", NOON + DAY, NOON - DAY, "test")
    assert said() == [PromiseMade(**words(one))]


def test_promises_made_in_bulk_keep_their_order():
    who = worlds.customer()
    new = [NewPromise(customer_id=who.pk, kind=PromiseKind.CALL, due_at=NOON + n * DAY) for n in (3, 1, 2)]
    made = actions.make_promises(new, by="test", now=NOON)
    assert [one.due_at for one in made] == [NOON + n * DAY for n in (3, 1, 2)]
    assert [fact.promise_id for fact in said(PromiseMade)] == [one.pk for one in made]


def test_breaking_says_so_once():
    one = promise(due_at=NOON)
    assert actions.break_overdue(now=NOON - MINUTE) == 0
    assert [actions.break_overdue(now=NOON), actions.break_overdue(now=NOON)] == [1, 0]
    assert state_of(one) == ("broken", None, NOON)
    assert said(PromiseBroken) == [PromiseBroken(**words(one))]


def test_the_sweep_takes_no_more_than_it_may_and_the_longest_due_first():
    old, new = promise(due_at=NOON - DAY), promise(due_at=NOON - HOUR)
    assert actions.break_overdue(now=NOON, limit=1) == 1
    assert [state_of(old)[0], state_of(new)[0]] == ["broken", "open"]


def test_a_promise_is_at_risk_from_its_instant_on_and_said_so_once():
    one = promise(due_at=NOON + 2 * DAY, at_risk_at=NOON)
    assert [actions.sweep(NOON - MINUTE), actions.sweep(NOON), actions.sweep(NOON)] == [0, 1, 0]
    one.refresh_from_db()
    assert (one.at_risk_since, one.state) == (NOON, "open")
    assert said(PromiseAtRisk) == [PromiseAtRisk(**words(one))]


def test_worrying_is_said_once_and_calm_is_calm():
    one = promise()
    assert [actions.mark_at_risk(promise_ids=[one.pk], now=NOON) for _ in range(2)] == [1, 0]
    actions.clear_risk(promise_ids=[one.pk])
    one.refresh_from_db()
    assert one.at_risk_since is None
    assert actions.mark_due_at_risk(now=NOON + 9 * DAY) == 0


def test_a_revision_keeps_every_date_and_why():
    one = promise(due_at=NOON + DAY)
    for days, reason in ((3, " the press is late "), (5, "the binder too")):
        actions.revise_promise(promise_id=one.pk, due_at=NOON + days * DAY, reason=reason, by="helper:2", now=NOON)
    one.refresh_from_db()
    assert (one.due_at, one.original_due_at) == (NOON + 5 * DAY, NOON + DAY)
    history = one.revisions.order_by("id").values_list("was_due_at", "due_at", "reason", "revised_by")
    assert list(history) == [
        (NOON + DAY, NOON + 3 * DAY, "the press is late", "helper:2"),
        (NOON + 3 * DAY, NOON + 5 * DAY, "the binder too", "helper:2"),
    ]
    assert [fact.was_due_at for fact in said(PromiseRevised)] == [NOON + DAY, NOON + 3 * DAY]


def test_a_revision_moves_the_instant_of_worry_with_the_date():
    one = promise(due_at=NOON + 2 * DAY, at_risk_at=NOON)
    actions.sweep(NOON)
    actions.revise_promise(promise_id=one.pk, due_at=NOON + 6 * DAY, reason="late", by="helper:2", now=NOON)
    assert actions.sweep(NOON + 4 * DAY - MINUTE) == 0
    assert actions.sweep(NOON + 4 * DAY) == 1


def test_a_revision_that_cannot_be_leaves_no_trace():
    one = promise()
    for due_at, reason, error in (
        (NOON - DAY, "late", RevisionInThePast),
        (NOON + 2 * DAY, " ", RevisionWithoutReason),
    ):
        with pytest.raises(error):
            actions.revise_promise(promise_id=one.pk, due_at=due_at, reason=reason, by="helper:2", now=NOON)
    actions.withdraw_promise(promise_id=one.pk, now=NOON)
    with pytest.raises(PromiseClosed):
        actions.revise_promise(promise_id=one.pk, due_at=NOON + 2 * DAY, reason="late", by="helper:2", now=NOON)
    assert one.revisions.count() == 0


def test_what_is_called_off_is_owed_no_more_and_what_broke_before_stays_broken():
    one, two, three = promise(due_at=NOON), promise(due_at=NOON + DAY), promise(due_at=NOON + DAY)
    actions.break_overdue(now=NOON)
    actions.fulfil_promise(promise_id=three.pk, fulfilled_at=NOON, now=NOON)
    for at in (NOON + HOUR, NOON + DAY):
        actions.call_off(promise_ids=[one.pk, two.pk, three.pk], now=at)
    assert list(Promise.objects.order_by("id").values_list("state", "called_off_at")) == [
        (PromiseState.BROKEN, NOON + HOUR),
        (PromiseState.WITHDRAWN, None),
        (PromiseState.KEPT, None),
    ]
    assert [each.is_owed for each in Promise.objects.all()] == [False] * 3
    assert not Promise.objects.filter(OWED).exists()
    assert [each.promise_id for each in said(PromiseWithdrawn)] == [two.pk]


def test_what_was_called_off_is_not_opened_again_by_news_that_it_did_not_come():
    one = promise(due_at=NOON)
    actions.break_overdue(now=NOON)
    actions.call_off(promise_ids=[one.pk], now=NOON)
    actions.fulfil_promise(promise_id=one.pk, fulfilled_at=NOON - HOUR, now=NOON + HOUR)
    actions.reopen_promises(promise_ids=[one.pk], now=NOON + DAY)
    one.refresh_from_db()
    assert (one.state, one.is_owed) == ("kept", False)


def test_in_time_is_kept():
    one = promise(due_at=NOON)
    assert actions.fulfil_promise(promise_id=one.pk, fulfilled_at=NOON, now=NOON + HOUR) is PromiseState.KEPT
    assert state_of(one) == ("kept", NOON, NOON + HOUR)
    assert said(PromiseKept) == [PromiseKept(**words(one), kept_at=NOON)]


def test_late_is_broken_and_said_once():
    one = promise(due_at=NOON)
    for _ in range(2):
        assert (
            actions.fulfil_promise(promise_id=one.pk, fulfilled_at=NOON + HOUR, now=NOON + DAY) is PromiseState.BROKEN
        )
    assert state_of(one) == ("broken", NOON + HOUR, NOON + DAY)
    assert len(said(PromiseBroken)) == 1


INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize("gap", [-400 * DAY, -INSTANT, timedelta(), INSTANT, 400 * DAY], ids=str)
@pytest.mark.parametrize("was", PromiseState)
def test_in_time_is_kept_and_late_is_broken_whatever_was_believed(was, gap):
    one = promise(due_at=NOON)
    Promise.objects.filter(pk=one.pk).update(state=was, closed_at=None if was is PromiseState.OPEN else NOON)
    now = actions.fulfil_promise(promise_id=one.pk, fulfilled_at=NOON + gap, now=NOON + HOUR)
    if was is PromiseState.WITHDRAWN:
        assert now is PromiseState.WITHDRAWN
    else:
        assert now is (PromiseState.KEPT if gap <= timedelta() else PromiseState.BROKEN)
    assert len(said(PromiseKept, PromiseBroken)) == (now is not was)


def test_news_of_a_promise_kept_in_time_that_comes_late_undoes_its_breaking():
    one = promise(due_at=NOON)
    actions.break_overdue(now=NOON)
    assert actions.fulfil_promise(promise_id=one.pk, fulfilled_at=NOON - HOUR, now=NOON + DAY) is PromiseState.KEPT
    assert state_of(one) == ("kept", NOON - HOUR, NOON)
    assert [type(fact) for fact in said(PromiseBroken, PromiseKept)] == [PromiseBroken, PromiseKept]
    assert kept_and_broken(customer_id=one.customer_id) == (1, 0)


def test_what_did_not_happen_after_all_is_open_in_danger_and_broken_when_due():
    one = promise(due_at=NOON + DAY)
    actions.fulfil_promise(promise_id=one.pk, fulfilled_at=NOON, now=NOON)
    actions.reopen_promises(promise_ids=[one.pk], now=NOON + HOUR)
    assert state_of(one) == ("open", None, None)
    assert actions.mark_at_risk(promise_ids=[one.pk], now=NOON + HOUR) == 0
    assert said(PromiseAtRisk) == [PromiseAtRisk(**words(one))]
    assert actions.break_overdue(now=NOON + DAY) == 1


def test_what_broke_stays_broken_when_it_did_not_happen_after_all():
    one = promise(due_at=NOON)
    actions.fulfil_promise(promise_id=one.pk, fulfilled_at=NOON + HOUR, now=NOON + HOUR)
    actions.reopen_promises(promise_ids=[one.pk], now=NOON + DAY)
    assert state_of(one) == ("broken", None, NOON + HOUR)
    assert said(PromiseAtRisk) == []


def test_a_withdrawn_promise_is_let_go_for_good():
    one = promise(due_at=NOON)
    actions.withdraw_promise(promise_id=one.pk, now=NOON - HOUR)
    assert said(PromiseWithdrawn) == [PromiseWithdrawn(**words(one))]
    assert actions.sweep(NOON + DAY) == 0
    assert actions.fulfil_promise(promise_id=one.pk, fulfilled_at=NOON, now=NOON) is PromiseState.WITHDRAWN
    actions.reopen_promises(promise_ids=[one.pk], now=NOON)
    assert state_of(one)[0] == "withdrawn"
    with pytest.raises(PromiseClosed):
        actions.withdraw_promise(promise_id=one.pk, now=NOON)


def test_answers_owed_are_those_not_given():
    late, open_, given = (promise(kind=PromiseKind.REPLY, due_at=NOON + n * DAY) for n in (0, 1, 2))
    actions.break_overdue(now=NOON)
    actions.fulfil_promise(promise_id=given.pk, fulfilled_at=NOON, now=NOON)
    assert answers_owed(late.customer_id) == [late, open_]


def test_postgresql_knows_no_closed_promise_without_its_instant():
    one = promise()
    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.filter(pk=one.pk).update(state="kept")


def test_two_sweepers_break_each_promise_once(committed):
    who = worlds.customer()
    actions.make_promises(
        [NewPromise(customer_id=who.pk, kind=PromiseKind.CALL, due_at=NOON)] * 60, by="test", now=NOON - DAY
    )
    answers = at_once(*[lambda: sum(actions.break_overdue(now=NOON, limit=7) for _ in range(12))] * 2)
    assert sum(answers) == 60
    broken = [fact.promise_id for fact in said(PromiseBroken)]
    assert sorted(broken) == list(Promise.objects.order_by("id").values_list("id", flat=True))
