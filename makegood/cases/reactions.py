"""What cases do when something happens below. Each runs once, in the transaction of its mark."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from makegood.cases.actions import add_note, gather, note_unreached, open_case, reconsider
from makegood.cases.correcting import last_cases, tell_corrected, tell_turned_up, told_wrongly
from makegood.cases.facts import CaseOpened
from makegood.cases.locks import lock_open_cases
from makegood.cases.mail_ingest import case_told_by
from makegood.cases.mailing import take_in_mail
from makegood.cases.models import Case, CaseSubject
from makegood.cases.money_letters import cancelling_changes
from makegood.cases.notifications import (
    confirm_grant,
    tell,
    tell_corrected_number,
    tell_replacements_left,
)
from makegood.cases.outlook import outlooks_of
from makegood.cases.queries import is_learning, with_grant, with_open_case_about
from makegood.cases.refunding import tell_came_back, tell_settled
from makegood.cases.resending import try_again
from makegood.cases.rules import STALE, CaseState, CaseType, Origin, SubjectKind, is_ours_to_do
from makegood.cases.subjects import deliveries_behind, not_heard, subjects, subjects_of_promises
from makegood.cases.telling_money import tell_cancelled, tell_left, tell_short
from makegood.channels.facts import MailArrived, MessageBounced, MessageFact, MessageFailed
from makegood.channels.models import Message
from makegood.customers.facts import HandlesCorrected
from makegood.journal.actions import Away
from makegood.journal.facts import Fact
from makegood.kit import clock
from makegood.kit.locks import are_free
from makegood.orders.facts import OrderCancelled
from makegood.orders.models import Delivery
from makegood.orders.queries import promised_deliveries
from makegood.parcels.facts import ParcelLabelled, ParcelRenumbered, UnitsShort, VerdictChanged
from makegood.parcels.models import Parcel
from makegood.parcels.queries import not_left
from makegood.parcels.rules.verdicts import IN_DANGER, Verdict
from makegood.payments.facts import DisputeFact, MoneyReceived, RefundCameBack, RefundFact, RefundSettled
from makegood.payments.models import Receipt
from makegood.payments.queries import asked_for_here, disputes_to_answer
from makegood.payments.rules.tenders import rule_of
from makegood.payments.words import asked_back
from makegood.promises.actions import worry_from
from makegood.promises.facts import PromiseAtRisk, PromiseBroken
from makegood.promises.models import Promise
from makegood.promises.queries import OWED
from makegood.promises.rules import PromiseKind
from makegood.remedies.conditions import conditions_of
from makegood.remedies.facts import RemedyGranted
from makegood.remedies.models import Grant
from makegood.replies.rules.values import NewsKind


def changes_something(news: Sequence[VerdictChanged]) -> list[bool]:
    """Which verdicts anybody must hear of: danger, its end, and what concerns customers with a case or a remedy."""
    ids = {each.customer_id for each in news}
    waiting = with_open_case_about(SubjectKind.DELIVERY, ids) | with_grant(ids)
    return [each.in_danger or each.was in IN_DANGER or each.customer_id in waiting for each in news]


def leaves_for_somebody(facts: Sequence[ParcelLabelled]) -> list[bool]:
    """Which labels anybody must hear of: replacements, and orders of customers with an open case."""
    open_ones = with_open_case_about(SubjectKind.DELIVERY, (fact.customer_id for fact in facts))
    return [fact.is_replacement or fact.customer_id in open_ones for fact in facts]


class StillHeld(Away):
    """Somebody is still writing what must be seen; it is looked at again when they are done."""


def look_again(fact: CaseOpened) -> None:
    """Look at a new case once more when everybody can see it.

    Whoever judged or labelled a parcel while the case was being opened may not have seen the case, and the case not
    what they wrote. They hold the parcel, or the promise of what had not left, until it is written. Nobody waits for
    them here, in a slot that others could use: as long as something is held, the job comes back.

    Raises:
        StillHeld: somebody holds a parcel of the customer, or a promise that the case gathers.
    """
    gathered = CaseSubject.objects.filter(case_id=fact.case_id).exclude(delivery=None)
    parcels = Parcel.objects.filter(customer_id=fact.customer_id)
    promises = Promise.objects.filter(id__in=[*gathered.values_list("delivery__promise_id", flat=True)])
    if not (are_free(parcels) and are_free(promises)):
        raise StillHeld
    with transaction.atomic():
        _reconsider_open_cases(fact.customer_id, is_news=False)


def look_after_parcels(facts: Sequence[VerdictChanged], *, apart: bool = False) -> None:
    """Parcels in danger open a case and are told before the customer asks; what is well again may end it.

    All of one customer's at once. What was made good opens nothing any more, however sure we become that it is lost.
    """
    now, customer_id = clock.now(), facts[0].customer_id
    worrying = {fact.parcel_id for fact in facts if fact.in_danger}
    with transaction.atomic():
        rows = Parcel.objects.filter(id__in=[fact.parcel_id for fact in facts]).order_by("id")
        parcels = list(rows.select_related("delivery__order", "delivery__promise", "estimate"))
        conditions = conditions_of([parcel.delivery for parcel in parcels], now=now)
        in_trouble = [
            each.delivery_id for each in parcels if each.pk in worrying and conditions[each.delivery_id].is_in_trouble
        ]
        _tell_what_turned_up(customer_id, [each for each in parcels if conditions[each.delivery_id].has_turned_up])
        _correct(customer_id, told_wrongly(parcels, conditions))
        _tell_of(customer_id, in_trouble, NewsKind.IN_DANGER, apart=apart, origin=_origin_of(facts), now=now)


def _origin_of(news: Sequence[VerdictChanged]) -> Origin:
    """Only its customer can say that a box which the carrier calls delivered is not there."""
    was_told = any(fact.verdict is Verdict.NOT_RECEIVED for fact in news)
    return Origin.NOT_RECEIVED if was_told else Origin.NOTICED


def _tell_of(
    customer_id: int,
    delivery_ids: Sequence[int],
    kind: NewsKind,
    *,
    apart: bool,
    now: datetime,
    origin: Origin = Origin.NOTICED,
) -> None:
    """Let the customer's case cover these and tell what is new; then look at what has become of the customer's cases.

    Whatever else there is to tell goes into the same letter, unless these are kept `apart`.
    """
    cases, told = _cover(customer_id, delivery_ids, origin=origin, now=now)
    if told is not None:
        tell(told, kind, only=delivery_ids if apart else None, now=now)
    for case in cases:
        reconsider(case, now=now)


def _cover(
    customer_id: int, delivery_ids: Sequence[int], *, now: datetime, origin: Origin = Origin.NOTICED
) -> tuple[list[Case], Case | None]:
    """The customer's open cases, locked, and which of them covers these, opened if need be; None if there are none."""
    cases = {case.pk: case for case in lock_open_cases(customer_id)}
    if not delivery_ids:
        return list(cases.values()), None
    case = open_case(customer_id=customer_id, case_type=CaseType.DELIVERY, origin=origin, now=now)
    gather(case, subjects(SubjectKind.DELIVERY, delivery_ids))
    return list((cases | {case.pk: case}).values()), case


def _tell_what_turned_up(customer_id: int, parcels: Sequence[Parcel]) -> None:
    """Boxes we made good already arrive after all."""
    for case, gathered in last_cases(customer_id, parcels):
        for parcel in gathered:
            tell_turned_up(case, parcel, now=clock.now())


def _correct(customer_id: int, parcels: Sequence[Parcel]) -> None:
    """What we told of these was not so: one letter for all that is on one case."""
    for case, gathered in last_cases(customer_id, parcels):
        tell_corrected(case, gathered, now=clock.now())


def has_an_open_case(facts: Sequence[Fact]) -> list[bool]:
    """Which facts are of customers with an open case that lives on what was promised for deliveries."""
    open_ones = with_open_case_about(SubjectKind.DELIVERY, (fact.customer_id for fact in facts))
    return [fact.customer_id in open_ones for fact in facts]


def reconsider_cases(facts: Sequence[Fact], *, apart: bool = False) -> None:
    """What cases live on has changed: a date moved, a promise fell away, an order is another or cancelled.

    Told apart or together, it is one look at the customer's cases as everything is now.
    """
    with transaction.atomic():
        _reconsider_open_cases(facts[0].customer_id)


def _reconsider_open_cases(customer_id: int, *, is_news: bool = True) -> None:
    for case in lock_open_cases(customer_id):
        reconsider(case, now=clock.now(), is_news=is_news)


def answer_for_broken_promises(facts: Sequence[PromiseBroken], *, apart: bool = False) -> None:
    """On the evening a date passes, the customer is told; other promises bring their case to the top of the inbox."""
    now, customer_id = clock.now(), facts[0].customer_id
    with transaction.atomic():
        found = promised_deliveries([fact.promise_id for fact in facts if fact.kind is PromiseKind.DELIVER]).values()
        conditions = conditions_of(found, now=now)
        late = sorted(
            each.pk for each in found if conditions[each.pk].is_in_trouble or conditions[each.pk].waits_for_them
        )
        _cover_ours_to_do(customer_id, [fact.promise_id for fact in facts if is_ours_to_do(fact.kind)], now=now)
        _tell_of(customer_id, late, NewsKind.BROKEN, apart=apart, now=now)


def _cover_ours_to_do(customer_id: int, promise_ids: Sequence[int], *, now: datetime) -> None:
    """Whoever waits for money of ours past its day has an open case, also where somebody closed theirs by hand."""
    owed = Promise.objects.filter(OWED, id__in=promise_ids).values_list("id", flat=True)
    about = subjects_of_promises(owed).values()
    behind = {delivery for those in deliveries_behind(about).values() for delivery in those}
    if behind:
        case = open_case(customer_id=customer_id, case_type=CaseType.DELIVERY, now=now)
        gather(case, subjects(SubjectKind.DELIVERY, sorted(behind)))


def look_after_unsent(facts: Sequence[PromiseAtRisk], *, apart: bool = False) -> None:
    """Orders that should be packed by now show up in the inbox while something can still be done.

    Their customer is told once they can't leave in time any more in the way in which they were meant to go: until then
    a shop may only be packing late, and nobody is worried for nothing.
    """
    with transaction.atomic():
        found = promised_deliveries([fact.promise_id for fact in facts if fact.kind is PromiseKind.DELIVER])
        _look_after_unsent(facts[0].customer_id, found.values(), apart=apart, now=clock.now())


def look_after_short(facts: Sequence[UnitsShort], *, apart: bool = False) -> None:
    """What was not there when it was packed is on a case at once. Its customer hears of it where they have something to
    choose, or where it can't be in time.
    """
    with transaction.atomic():
        found = Delivery.objects.filter(id__in=[fact.delivery_id for fact in facts]).order_by("id")
        rows = found.select_related("order", "promise")
        _look_after_unsent(facts[0].customer_id, rows, apart=apart, now=clock.now())


def _look_after_unsent(customer_id: int, found: Iterable[Delivery], *, apart: bool, now: datetime) -> None:
    unsent = [each for each in not_left(found) if each.promise.is_owed]
    outlook = outlooks_of(unsent, now=now)
    ids = sorted(each.pk for each in unsent if not outlook[each.pk].calm_until)
    # Cases are locked, and opened, before promises, everywhere.
    cases, case = _cover(customer_id, ids, now=now)
    worry_from(
        {each.promise_id: at for each in unsent if (at := outlook[each.pk].look_at)},
        still_worrying={each.promise_id for each in unsent if outlook[each.pk].tell_at},
    )
    late = [each for each in ids if outlook[each].is_to_be_told]
    if case is not None and late:
        tell(case, NewsKind.IN_DANGER, only=late if apart else None, now=now)
    for each in cases:
        reconsider(each, now=now)


def confirm_remedy(fact: RemedyGranted) -> None:
    """What was granted is confirmed in words, on the customer's case."""
    now = clock.now()
    with transaction.atomic():
        case = open_case(customer_id=fact.customer_id, case_type=CaseType.DELIVERY, origin=Origin.REMEDY, now=now)
        confirm_grant(case, Grant.objects.select_related("order").get(id=fact.grant_id), now=now)


def tell_replacement_left(fact: ParcelLabelled) -> None:
    """The replacement is on its way: its number and its day. An order that was late to leave needs nobody any more, and
    where we wrote that it had not left, and it had, we say so.
    """
    now = clock.now()
    if not fact.is_replacement:
        with transaction.atomic():
            rows = Parcel.objects.filter(id=fact.parcel_id)
            parcels = list(rows.select_related("delivery__order", "delivery__promise", "estimate"))
            _correct(
                fact.customer_id, told_wrongly(parcels, conditions_of([each.delivery for each in parcels], now=now))
            )
            _reconsider_open_cases(fact.customer_id)
        return
    with transaction.atomic():
        case = open_case(customer_id=fact.customer_id, case_type=CaseType.DELIVERY, origin=Origin.REMEDY, now=now)
        parcel = Parcel.objects.get(id=fact.parcel_id)
        tell_replacements_left(case, parcel, now=now)
        reconsider(case, now=now)


def tell_number_corrected(fact: ParcelRenumbered) -> None:
    """Whoever was told a number that was wrong hears the right one."""
    now = clock.now()
    with transaction.atomic():
        parcel = Parcel.objects.select_related("delivery__order", "delivery__promise").get(id=fact.parcel_id)
        if not_heard(NewsKind.REPLACEMENT_LEFT, SubjectKind.PARCEL, [parcel.pk]):
            return
        case = open_case(customer_id=fact.customer_id, case_type=CaseType.DELIVERY, origin=Origin.REMEDY, now=now)
        tell_corrected_number(case, parcel, now=now)
        reconsider(case, now=now)


def look_after_dispute(fact: DisputeFact) -> None:
    """What a bank asks is a case of its own until it is answered; its date is the bank's."""
    now = clock.now()
    with transaction.atomic():
        cases = [case for case in lock_open_cases(fact.customer_id) if case.case_type == CaseType.DISPUTE]
        asked = disputes_to_answer(fact.customer_id)
        if asked and not cases:
            case = open_case(customer_id=fact.customer_id, case_type=CaseType.DISPUTE, now=now)
            case.subject = asked_back(asked[0])
            case.save(update_fields=["subject"])
            cases = [case]
        for case in cases:
            reconsider(case, now=now)


def were_asked_here(facts: Sequence[RefundFact]) -> list[bool]:
    """Which refunds somebody here had asked for: of what was made elsewhere nobody waits for our words."""
    asked = asked_for_here([fact.refund_id for fact in facts])
    return [fact.refund_id in asked for fact in facts]


def note_refund_done(facts: Sequence[RefundSettled], *, apart: bool = False) -> None:
    """Money back is one thing less that is owed, and its customer hears of it: all of one customer's at once."""
    with transaction.atomic():
        tell_settled(facts[0].customer_id, [fact.refund_id for fact in facts], now=clock.now())


def look_after_refunds(facts: Sequence[RefundCameBack], *, apart: bool = False) -> None:
    """Money that did not arrive needs another way, which its customer says and a helper sees to."""
    with transaction.atomic():
        tell_came_back(facts[0].customer_id, [fact.refund_id for fact in facts], now=clock.now())


def were_cancelled_here(facts: Sequence[OrderCancelled]) -> list[bool]:
    """Which orders were cancelled here: whoever cancels them in the shop's own system says so there."""
    changes = cancelling_changes(fact.order_id for fact in facts)
    return [fact.order_id in changes for fact in facts]


def tell_orders_cancelled(facts: Sequence[OrderCancelled], *, apart: bool = False) -> None:
    """Who had ordered it hears that it is cancelled, and where its money goes."""
    with transaction.atomic():
        tell_cancelled(facts[0].customer_id, [fact.order_id for fact in facts], now=clock.now())


def came_by_themselves(facts: Sequence[MoneyReceived]) -> list[bool]:
    """Which money its owners sent of their own accord and lately: a till takes just what is due, and what came long
    ago is no news.
    """
    since = clock.now() - STALE
    rows = Receipt.objects.filter(id__in=[fact.receipt_id for fact in facts], received_at__gt=since, amount_minor__gt=0)
    sent = {pk for pk, kind in rows.values_list("id", "kind") if rule_of(kind).is_sent}
    return [fact.receipt_id in sent for fact in facts]


def tell_what_came(facts: Sequence[MoneyReceived], *, apart: bool = False) -> None:
    """More or less than was due came in, and whoever sent it hears it; a shop that is learning tells nothing."""
    if is_learning():
        return
    now, customer_id, ids = clock.now(), facts[0].customer_id, [fact.receipt_id for fact in facts]
    with transaction.atomic():
        tell_left(customer_id, ids, now=now)
        tell_short(customer_id, ids, now=now)


def take_in_arrived(fact: MailArrived) -> None:
    """A mail reached us: it joins a case, waits for a helper, or says what became of a letter of ours."""
    take_in_mail(mail_id=fact.mail_id, now=clock.now())


def look_after_bounced(fact: MessageBounced) -> None:
    """News that did not arrive needs a person: its case waits for us; a closed one is followed by another."""
    _look_after_unreached(fact)


def look_after_failed(fact: MessageFailed) -> None:
    """So does what nobody would take from us. A link to sign in is asked for again by whoever wanted it."""
    if not Message.objects.filter(id=fact.message_id, news=NewsKind.SIGN_IN).exists():
        _look_after_unreached(fact)


def send_to_new_address(fact: HandlesCorrected) -> None:
    """Letters that had no address to go to go to the one that is known now."""
    if not fact.is_email:
        return
    cases = Case.objects.filter(customer_id=fact.customer_id, state=CaseState.OPEN, unreached__address="")
    for case_id in cases.order_by("id").values_list("id", flat=True):
        try_again(case_id=case_id, now=clock.now())


def _look_after_unreached(fact: MessageFact) -> None:
    now = clock.now()
    with transaction.atomic():
        message = Message.objects.get(id=fact.message_id)
        told = case_told_by(message)
        case = open_case(
            customer_id=fact.customer_id, case_type=CaseType(told.case_type) if told else CaseType.QUESTION, now=now
        )
        if told is None or told.pk != case.pk:
            case.subject = case.subject or message.subject
            case.save(update_fields=["subject"])
            body = f"“{message.subject}” did not reach {message.address}: {message.error}"
            add_note(case_id=case.pk, body=body, by=None, now=now)
        note_unreached(case, message, now=now)
