"""Facts and the jobs that follow them are written together, or not at all."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from makegood.journal.actions import announce, react
from makegood.journal.models import FactRow, ReactionRun
from makegood.journal.queries import facts_of, last_fact_id, read
from makegood.journal.registry import REACTIONS
from tests.journal.stumbles import NAME, Stumbled, queued, stumble
from tests.worlds import MONDAY


def ids():
    return list(FactRow.objects.order_by("id").values_list("id", flat=True))


@pytest.mark.django_db
def test_a_fact_comes_with_one_job_for_each_reaction(diary):
    stumble(1, 2)
    first, second = ids()
    assert queued() == [
        (NAME, "walk", first),
        ("journal.look_on", "walk", first),
        (NAME, "walk", second),
        ("journal.look_on", "walk", second),
    ]


@pytest.mark.django_db
def test_facts_are_written_in_the_order_given_and_read_as_they_were_announced(diary):
    steps = [9, 1, 5, 3]
    stumble(*steps)
    assert [read(row) for row in FactRow.objects.order_by("id")] == [Stumbled(customer_id=7, step=n) for n in steps]
    assert set(FactRow.objects.values_list("kind", "customer_id", "ordering_key", "happened_at")) == {
        ("Stumbled", 7, "walk", MONDAY)
    }


@pytest.mark.django_db
def test_rollback_takes_facts_and_jobs_away(diary):
    with transaction.atomic():
        stumble(1)
        transaction.set_rollback(True)
    assert (FactRow.objects.count(), queued()) == (0, [])


@pytest.mark.django_db
def test_nothing_is_announced_for_nothing(diary):
    announce([], now=MONDAY)
    assert (FactRow.objects.count(), queued()) == (0, [])


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["UPDATE makegood_fact SET customer_id = 8", "DELETE FROM makegood_fact"])
def test_a_fact_is_never_changed(diary, words):
    stumble(1)
    with (
        pytest.raises(DatabaseError, match="never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(words)
    assert FactRow.objects.get().customer_id == 7


@pytest.mark.django_db
def test_a_reaction_takes_effect_once_however_often_its_job_runs(diary):
    stumble(1)
    for _ in range(3):
        react(fact_id=ids()[0], reaction=NAME)
    assert diary.taken == [1]
    assert ReactionRun.objects.count() == 1


@pytest.mark.django_db
def test_a_reaction_that_fails_leaves_no_mark_and_may_try_again(diary):
    stumble(1)
    diary.fails_at = {1}
    with pytest.raises(RuntimeError):
        react(fact_id=ids()[0], reaction=NAME)
    assert ReactionRun.objects.count() == 0
    diary.fails_at = set()
    react(fact_id=ids()[0], reaction=NAME)
    assert diary.taken == [1]


@pytest.mark.django_db
def test_a_customers_facts_are_read_oldest_first_and_only_theirs(diary):
    stumble(1, 2, 3)
    with transaction.atomic():
        announce([Stumbled(customer_id=8, step=4)], now=MONDAY)
    found = facts_of(customer_id=7, kinds=[Stumbled], limit=2)
    assert [fact.step for _, fact in found if isinstance(fact, Stumbled)] == [2, 3]
    assert last_fact_id(customer_id=7) == found[-1][0].pk
    assert last_fact_id() == ids()[-1]


def test_there_is_no_fact_outside_a_transaction(committed, diary):
    with pytest.raises(TransactionManagementError):
        announce([Stumbled(customer_id=7, step=1)], now=MONDAY)
    assert (FactRow.objects.count(), queued()) == (0, [])


def needs_even(facts):
    return [fact.step % 2 == 0 for fact in facts]


@pytest.mark.django_db
def test_a_fact_that_a_reaction_has_nothing_to_do_with_gets_no_job_of_it(diary, monkeypatch):
    monkeypatch.setitem(REACTIONS.should_run, ("Stumbled", NAME), needs_even)
    stumble(2, 3, 1, 4)
    two, three, one, four = ids()
    assert queued() == [
        (NAME, "walk", two),
        ("journal.look_on", "walk", two),
        ("journal.look_on", "walk", three),
        ("journal.look_on", "walk", one),
        (NAME, "walk", four),
        ("journal.look_on", "walk", four),
    ]
