"""What a case gathers and what a message told: links to real rows, each once."""

import pytest
from django.db import IntegrityError, transaction

from makegood.cases.actions import gather, open_case, reconsider
from makegood.cases.locks import lock_open_cases
from makegood.cases.models import Case, CaseSubject, MessageSubject
from makegood.cases.queries import inbox
from makegood.cases.rules import CaseType, Origin, Subject, SubjectKind
from makegood.cases.subjects import (
    concerns_of,
    deliveries_behind,
    heard_of,
    not_heard,
    orders_of_promises,
    subjects,
    subjects_of_promises,
)
from makegood.channels.models import Message
from makegood.payments.models import Refund
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from makegood.replies.rules.values import NewsKind
from tests import worlds
from tests.worlds import HELPER

pytestmark = pytest.mark.django_db


@pytest.fixture
def parcel():
    worlds.open_shop()
    worlds.customer()
    parcel = worlds.lost()
    worlds.settle()
    return parcel


def refused(match, write):
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        write()


@pytest.mark.parametrize("kinds", [(), ("delivery", "parcel"), tuple(SubjectKind)])
def test_a_link_sets_one_key_and_no_other(parcel, kinds):
    case = open_case(customer_id=parcel.customer_id, case_type=CaseType.DELIVERY, now=worlds.MONDAY)
    keys = {f"{kind}_id": 1 for kind in kinds}
    refused(
        "casesubject_has_one_subject",
        lambda: CaseSubject.objects.create(case=case, customer_id=case.customer_id, **keys),
    )


def test_a_case_gathers_each_subject_once(parcel):
    case = open_case(customer_id=parcel.customer_id, case_type=CaseType.DELIVERY, now=worlds.MONDAY)
    gather(case, subjects(SubjectKind.DELIVERY, [parcel.delivery_id]))
    assert [link.subject for link in case.subjects.all()] == [Subject(SubjectKind.DELIVERY, parcel.delivery_id)]


def test_one_kind_of_news_of_one_delivery_is_told_once(parcel):
    message = Message.objects.get()
    refused(
        "messagesubject_once_a_delivery",
        lambda: MessageSubject.objects.create(
            message=message, customer_id=parcel.customer_id, topic=NewsKind.IN_DANGER, delivery=parcel.delivery
        ),
    )
    assert heard_of(SubjectKind.DELIVERY, [parcel.delivery_id]) == {
        parcel.delivery_id: {NewsKind.IN_DANGER: message.written_at}
    }
    assert not_heard(NewsKind.BROKEN, SubjectKind.DELIVERY, [parcel.delivery_id]) == [parcel.delivery_id]


def test_what_a_letter_is_about_is_read_from_its_links(parcel):
    grant = grant_remedy(order_id=parcel.delivery.order_id, kind=RemedyKind.SEND_AGAIN, by=HELPER, now=worlds.MONDAY)
    worlds.settle()
    letters = list(Message.objects.order_by("id"))
    assert [letter.news for letter in letters] == ["in_danger", "sent_again"]
    assert {(each.orders, each.parcels) for each in concerns_of(letters).values()} == {(("100",), ("P100",))}
    of_grant, of_parcel = Subject(SubjectKind.GRANT, grant.pk), Subject(SubjectKind.PARCEL, parcel.pk)
    assert deliveries_behind([of_grant, of_parcel]) == {
        of_grant: [parcel.delivery_id],
        of_parcel: [parcel.delivery_id],
    }


@pytest.mark.parametrize("kind", [RemedyKind.SEND_AGAIN, RemedyKind.REFUND])
def test_between_a_grant_and_its_confirmation_the_case_lives_on_what_took_the_promises_place(parcel, kind):
    case = lock_open_cases(parcel.customer_id)[0]
    grant_remedy(order_id=parcel.delivery.order_id, kind=kind, by=HELPER, now=worlds.MONDAY)
    reconsider(case, now=worlds.MONDAY)
    worlds.settle()
    assert list(Case.objects.values_list("id", "state")) == [(case.pk, "open")]


def test_a_case_gathers_what_its_type_gathers(parcel):
    case = open_case(customer_id=parcel.customer_id, case_type=CaseType.QUESTION, now=worlds.MONDAY)
    with pytest.raises(ValueError, match="question gathers no delivery"):
        gather(case, subjects(SubjectKind.DELIVERY, [parcel.delivery_id]))


def test_a_promise_is_about_what_the_room_that_owes_says(parcel):
    grant_remedy(order_id=parcel.delivery.order_id, kind=RemedyKind.REFUND, by=HELPER, now=worlds.MONDAY)
    refund = Refund.objects.get()
    promises = [parcel.delivery.promise_id, refund.promise_id, 0]
    assert subjects_of_promises(promises) == {
        parcel.delivery.promise_id: Subject(SubjectKind.DELIVERY, parcel.delivery_id),
        refund.promise_id: Subject(SubjectKind.REFUND, refund.pk),
    }
    assert orders_of_promises(promises) == {parcel.delivery.promise_id: "100", refund.promise_id: "100"}


def test_the_inbox_sorts_by_rank_then_by_when():
    worlds.open_shop()
    soon, later = worlds.MONDAY, worlds.MONDAY + worlds.DAY
    rows = [("waiting", soon), ("danger", later), ("waiting", later), ("danger", soon), ("none", None)]
    for number, (attention, due_at) in enumerate(rows):
        who = worlds.customer(f"c{number}")
        Case.objects.create(
            customer=who,
            case_type=CaseType.QUESTION,
            origin=Origin.NOTICED,
            opened_at=soon,
            attention=attention,
            due_at=due_at,
        )
    assert [(case.attention, case.rank, case.due_at) for case in inbox(limit=9)] == [
        ("danger", 1, soon),
        ("danger", 1, later),
        ("waiting", 2, soon),
        ("waiting", 2, later),
    ]
