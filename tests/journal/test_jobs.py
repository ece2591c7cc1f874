"""What becomes of the jobs: in order for each ordering_key, tried again, parked, taken over."""

import pytest
from django.db import IntegrityError, connection, transaction

from makegood import working
from makegood.journal import actions
from makegood.journal.actions import (
    ATTEMPTS,
    DEATHS,
    Away,
    dismiss_dead_letter,
    retry_dead_letter,
    retry_what_was_away,
    take_over_jobs_of_the_dead,
)
from makegood.journal.models import DeadLetter, FactRow, ReactionRun
from makegood.journal.queries import count_dead_letters, dead_letters
from makegood.kit import sql
from makegood.kit.errors import AlreadyResolved, DismissalWithoutReason
from tests.committed import at_once
from tests.journal.stumbles import NAME, queued, stop_waiting, stumble


def try_until_parked():
    for _ in range(ATTEMPTS):
        working.settle()
        stop_waiting()


def waiting():
    return [task for task, _, _ in queued()]


def test_the_worker_takes_facts_of_one_matter_in_order_and_leaves_nothing_behind(committed, diary):
    stumble(1, 2, 3)
    working.settle()
    assert diary.taken == [1, 2, 3]
    assert queued() == []


def test_a_failing_reaction_holds_its_own_matter_back_and_no_other(committed, diary):
    diary.fails_at = {1}
    stumble(1, 2)
    stumble(3, about="another")
    working.settle()
    assert diary.taken == [3]
    assert waiting() == [NAME, "journal.look_on", NAME, "journal.look_on"]


def test_a_retry_comes_within_two_minutes_in_all(committed, diary):
    diary.fails_at = {1}
    stumble(1)
    waited = 0.0
    for _ in range(ATTEMPTS - 1):
        working.settle()
        (row,) = sql.rows(
            "SELECT extract(epoch FROM scheduled_at - now()) AS seconds FROM procrastinate_jobs"
            " WHERE scheduled_at IS NOT NULL ORDER BY id LIMIT 1"
        )
        waited += float(row["seconds"])
        stop_waiting()
    assert 0 < waited < 60


def test_what_keeps_failing_is_parked_with_its_error_and_later_ones_go_on(committed, diary):
    diary.fails_at = {1}
    stumble(1, 2)
    try_until_parked()
    (parked,) = dead_letters(limit=10)
    assert (parked.reaction, parked.customer_id, count_dead_letters()) == (NAME, 7, 1)
    assert "stumbled at step 1" in parked.error
    assert diary.taken == [2]
    assert queued() == []


def test_a_parked_reaction_can_be_tried_again(committed, diary):
    diary.fails_at = {1}
    stumble(1)
    try_until_parked()
    (parked,) = dead_letters(limit=10)
    diary.fails_at = set()
    retry_dead_letter(parked_id=parked.pk, by="helper:2")
    assert queued() == [(NAME, "walk", parked.fact_id)]
    working.settle()
    assert (diary.taken, count_dead_letters()) == ([1], 0)
    parked.refresh_from_db()
    assert (parked.resolution, parked.resolved_by) == ("retried", "helper:2")
    with pytest.raises(AlreadyResolved):
        retry_dead_letter(parked_id=parked.pk, by="helper:2")


def test_what_fails_again_after_a_retry_is_parked_again(committed, diary):
    diary.fails_at = {1}
    stumble(1)
    try_until_parked()
    retry_dead_letter(parked_id=dead_letters(limit=1)[0].pk, by="helper:2")
    try_until_parked()
    assert (count_dead_letters(), DeadLetter.objects.count()) == (1, 2)


def test_a_parked_reaction_is_let_go_only_with_a_reason(committed, diary):
    diary.fails_at = {1}
    stumble(1)
    try_until_parked()
    (parked,) = dead_letters(limit=10)
    with pytest.raises(DismissalWithoutReason):
        dismiss_dead_letter(parked_id=parked.pk, by="helper:2", reason="  ")
    assert count_dead_letters() == 1
    dismiss_dead_letter(parked_id=parked.pk, by="helper:2", reason=" a test order ")
    parked.refresh_from_db()
    assert (parked.resolution, parked.reason, count_dead_letters()) == ("dismissed", "a test order", 0)
    with pytest.raises(AlreadyResolved):
        retry_dead_letter(parked_id=parked.pk, by="helper:2")
    assert queued() == []


def parked_until_it_is_tried_again(diary):
    """How long, in minutes, what is parked waits until it is tried again by itself; None where a person must."""
    try_until_parked()
    (parked,) = dead_letters(limit=10)
    return parked.try_again_at and round((parked.try_again_at - parked.parked_at).total_seconds() / 60)


def make_due():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE makegood_deadletter SET try_again_at = now() WHERE try_again_at IS NOT NULL")


def test_what_somebody_outside_was_away_for_is_tried_again_by_itself_ever_later(committed, diary):
    diary.fails_at, diary.error = {1}, Away
    stumble(1)
    waits = []
    for _ in range(7):
        waits.append(parked_until_it_is_tried_again(diary))
        assert retry_what_was_away() == 0
        make_due()
        assert retry_what_was_away() == 1
    diary.fails_at = set()
    working.settle()
    assert waits == [2, 5, 15, 30, 60, 60, 60]
    assert (diary.taken, count_dead_letters()) == ([1], 0)


def test_what_fails_for_another_reason_waits_for_a_person(committed, diary):
    diary.fails_at = {1}
    stumble(1)
    assert parked_until_it_is_tried_again(diary) is None
    assert retry_what_was_away() == 0


def test_after_two_days_only_a_person_tries_again(committed, diary):
    diary.fails_at, diary.error = {1}, Away
    stumble(1)
    (long_ago,) = FactRow.objects.all()
    long_ago.recorded_at -= actions.LONGEST_AWAY
    assert actions._try_again_at(long_ago, NAME) is None


def test_a_job_that_ends_its_workers_is_parked_in_the_end(committed, diary):
    stumble(1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s WHERE task_name = %s", [ATTEMPTS + DEATHS, NAME])
    working.settle()
    (parked,) = dead_letters(limit=10)
    assert diary.taken == []
    assert "begun 12 times, and every time the worker ended" in parked.error
    retry_dead_letter(parked_id=parked.pk, by="helper:2")
    working.settle()
    assert diary.taken == [1]


@pytest.mark.django_db
def test_postgresql_keeps_the_reason_of_a_dismissal(diary):
    stumble(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        DeadLetter.objects.create(
            fact=FactRow.objects.get(), customer_id=7, reaction=NAME, error="x", resolution="dismissed"
        )


def seize(*, last_heard: str | None) -> None:
    """Let a worker that was last heard so long ago hold the first job; None is a worker that is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id",
            [last_heard or "0"],
        )
        (worker,) = cursor.fetchone()
        cursor.execute("SELECT id FROM procrastinate_fetch_job_v2(ARRAY['reactions'], %s)", [worker])
        if last_heard is None:
            cursor.execute("DELETE FROM procrastinate_workers")


@pytest.mark.parametrize("last_heard", ["1 hour", None])
def test_jobs_of_a_dead_worker_are_taken_over(committed, diary, last_heard):
    stumble(1, 2)
    seize(last_heard=last_heard)
    working.settle()
    assert diary.taken == []
    assert take_over_jobs_of_the_dead() == 1
    working.settle()
    assert diary.taken == [1, 2]


def test_jobs_of_a_living_worker_are_left_to_it(committed, diary):
    stumble(1)
    seize(last_heard="1 second")
    assert take_over_jobs_of_the_dead() == 0


def test_two_workers_with_one_job_have_one_effect(committed, diary):
    stumble(1)
    (fact_id,) = FactRow.objects.values_list("id", flat=True)
    answers = at_once(*[lambda: actions.react(fact_id=fact_id, reaction=NAME)] * 2)
    assert answers == [None, None]
    assert diary.taken == [1]
    assert ReactionRun.objects.count() == 1
