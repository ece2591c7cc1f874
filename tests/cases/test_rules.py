"""What is news, when a case is over, and when it needs a person: decided over values, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from makegood.cases.models import Case
from makegood.cases.rules import (
    RANKS,
    STALE,
    Attention,
    CaseLife,
    CaseType,
    Outlook,
    Owed,
    SubjectKind,
    is_news,
    is_over,
    outlook_of,
)
from makegood.cases.types.registry import CASE_TYPES, types_gathering
from makegood.parcels.rules.verdicts import Verdict
from makegood.promises.rules import PromiseKind, PromiseState
from makegood.remedies.rules.trouble import DeliveryCondition
from makegood.replies.rules.values import NewsKind

NOW = datetime(2026, 10, 5, 16, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BROKEN, IN_DANGER = NewsKind.BROKEN, NewsKind.IN_DANGER


def delivery(*, heard=frozenset(), heard_with_whole=False, **more):
    words = {"promise": PromiseState.OPEN, "verdict": Verdict.LOST, "due_at": NOW + DAY}
    condition = DeliveryCondition(**{"units": 1, "made_good": 0, "now": NOW, "awaits_news": False} | words | more)
    return condition, heard, heard_with_whole


def late(**more):
    return delivery(**{"promise": PromiseState.BROKEN, "due_at": NOW - HOUR} | more)


def news_of(it):
    condition, heard, with_whole = it
    return [kind for kind in (IN_DANGER, BROKEN) if is_news(kind, condition, heard, heard_with_whole=with_whole)]


@pytest.mark.parametrize(
    ("it", "expected"),
    [
        (delivery(), [IN_DANGER]),
        (delivery(verdict=Verdict.MOVING), []),
        (delivery(heard=frozenset({IN_DANGER})), []),
        # What is due now is told once it broke, and as broken alone.
        (delivery(due_at=NOW), []),
        (late(), [BROKEN]),
        (late(verdict=Verdict.DELIVERED), []),
        (late(made_good=1), []),
        # What was cancelled after its day is no trouble of ours to tell any more.
        (late(was_called_off=True), []),
        (late(was_called_off=True, heard=frozenset({BROKEN})), []),
        (delivery(promise=PromiseState.WITHDRAWN), []),
        (late(heard_with_whole=True, verdict=Verdict.MOVING), []),
        (late(heard=frozenset({BROKEN})), [IN_DANGER]),
        (late(heard=frozenset({BROKEN, IN_DANGER})), []),
    ],
)
def test_each_kind_of_news_is_told_once_and_one_story_in_one_message(it, expected):
    assert news_of(it) == expected


def test_what_broke_long_ago_is_history_unless_the_customer_knows_of_it():
    long_ago = NOW - STALE
    old = {"promise": PromiseState.BROKEN, "due_at": long_ago}
    assert news_of(delivery(**old)) == []
    assert news_of(delivery(**old | {"due_at": long_ago + HOUR})) == [BROKEN]
    # They have heard that it is late; that it is lost, too, is news however old.
    assert news_of(delivery(**old, heard=frozenset({BROKEN}))) == [IN_DANGER]
    # Nobody told them that an open promise of long ago stands.
    assert news_of(delivery(due_at=long_ago)) == []


def box(due_at, *, in_danger=False):
    return Owed(kind=PromiseKind.DELIVER, due_at=due_at, is_in_danger=in_danger)


def ours(kind, due_at):
    return Owed(kind=kind, due_at=due_at)


@pytest.mark.parametrize(
    ("owed", "expected"),
    [
        ((box(NOW + DAY),), Outlook(Attention.NONE)),
        ((box(NOW + DAY, in_danger=True), box(NOW + HOUR)), Outlook(Attention.DANGER, NOW + DAY)),
        ((ours(PromiseKind.REFUND, NOW + DAY),), Outlook(Attention.WAITING, NOW + DAY)),
        # Whoever waits for us comes first, and danger still says by when.
        (
            (ours(PromiseKind.REPLY, NOW + DAY), box(NOW + HOUR, in_danger=True)),
            Outlook(Attention.WAITING, NOW + HOUR),
        ),
        (
            (ours(PromiseKind.REPLY, NOW + HOUR), box(NOW, in_danger=False)),
            Outlook(Attention.WAITING, NOW + HOUR),
        ),
    ],
)
def test_a_person_is_needed_by_the_earliest_that_can_be_saved(owed, expected):
    life = CaseLife(owed=owed)
    assert (outlook_of(life), is_over(life)) == (expected, False)


def test_news_that_came_back_keeps_a_case_open_and_waiting():
    assert is_over(CaseLife(owed=()))
    back = CaseLife(owed=(), unreached_since=NOW)
    assert (is_over(back), outlook_of(back)) == (False, Outlook(Attention.WAITING, NOW))


@pytest.mark.parametrize("kind", PromiseKind)
def test_every_kind_of_promise_is_ours_to_do_or_a_carriers(kind):
    attention = outlook_of(CaseLife(owed=(ours(kind, NOW),))).attention
    by_carrier = kind in {PromiseKind.SHIP, PromiseKind.DELIVER}
    assert attention is (Attention.NONE if by_carrier else Attention.WAITING)


def test_every_type_has_its_rules_and_every_attention_its_rank():
    assert set(CASE_TYPES) == set(CaseType)
    assert set(RANKS) == set(Attention)
    assert types_gathering(SubjectKind.DELIVERY) == [CaseType.DELIVERY]
    assert all(len(each) <= Case._meta.get_field("case_type").max_length for each in CaseType)
