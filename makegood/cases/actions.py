"""Opening cases, what helpers do on them, and closing them by their outcome."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from makegood.cases.facts import CaseChanged, CaseClosed, CaseOpened
from makegood.cases.models import Case, CaseDelivery, CaseMessage, Note, Unassigned
from makegood.cases.queries import ending_of
from makegood.cases.rules import Attention, CaseState, Matter, is_over, reply_due_at
from makegood.channels import actions as channels
from makegood.channels.models import Message
from makegood.channels.rules import Via
from makegood.customers.models import Customer
from makegood.journal.actions import announce
from makegood.kit.holidays import calendar_of
from makegood.orders.models import Order
from makegood.promises.actions import fulfil_promise, make_promise, withdraw_promise
from makegood.promises.models import Promise
from makegood.promises.rules import Kind
from makegood.promises.rules import State as PromiseState
from makegood.remedies.actions import grant_remedy
from makegood.remedies.models import Grant
from makegood.remedies.queries import lost_units, options_for
from makegood.remedies.rules.values import RemedyKind
from makegood.staff.models import Helper
from makegood.staff.rules import SYSTEM, Actor

# Words nobody could be matched to wait for a helper; beyond this many open ones the form says so (law 10).
KEEP_UNASSIGNED = 10_000


class CaseIsClosed(Exception):
    """A closed case takes nothing more; writing opens a new one."""

    def __init__(self) -> None:
        super().__init__("this case is closed; the customer's next message opens a new one")


class NothingSaid(Exception):
    """No words."""

    def __init__(self) -> None:
        super().__init__("body: write something")


class TooManyWaiting(Exception):
    """The list of words nobody could be matched to is full."""

    def __init__(self) -> None:
        super().__init__("too many messages are waiting; sign in with the link we send you, and write from there")


def open_case(*, customer_id: int, matter: Matter, now: datetime) -> Case:
    """The customer's open case of this matter, locked, opened if there is none."""
    while True:
        case, is_new = Case.objects.get_or_create(
            customer_id=customer_id, matter=matter, state=CaseState.OPEN, defaults={"opened_at": now}
        )
        if is_new:
            announce([CaseOpened(customer_id=customer_id, case_id=case.pk)], now=now)
        locked = Case.objects.select_for_update(of=("self",)).select_related("customer").get(pk=case.pk)
        # Whoever held the lock may have closed it; then the next one is opened.
        if locked.state == CaseState.OPEN:
            return locked


def gather(case: Case, *, delivery_ids: Iterable[int]) -> None:
    """Let a case cover these deliveries too."""
    CaseDelivery.objects.bulk_create(
        [CaseDelivery(case=case, customer_id=case.customer_id, delivery_id=each) for each in delivery_ids],
        ignore_conflicts=True,
    )


def attach(case: Case, message: Message) -> None:
    """Let a message belong to a case."""
    CaseMessage.objects.get_or_create(message=message, defaults={"case": case, "customer_id": case.customer_id})


def reconsider(case: Case, *, now: datetime) -> None:
    """Ask for a person where one is needed, or close the case where its outcome is proven."""
    ending = ending_of(case)
    if is_over(ending.ending):
        _close(case, now=now)
        return
    was = case.attention
    case.attention, case.due_at = ending.attention, ending.due_at
    if case.attention == Attention.NONE:
        case.attention_since = None
    elif was != case.attention:
        case.attention_since = now
    case.save(update_fields=["attention", "attention_since", "due_at"])
    announce([CaseChanged(customer_id=case.customer_id, case_id=case.pk)], now=now)


def _close(case: Case, *, now: datetime) -> None:
    case.state, case.closed_at = CaseState.CLOSED, now
    case.attention, case.attention_since, case.due_at = Attention.NONE, None, None
    case.save(update_fields=["state", "closed_at", "attention", "attention_since", "due_at"])
    announce([CaseClosed(customer_id=case.customer_id, case_id=case.pk)], now=now)


def take_in_message(
    *,
    key: str,
    customer: Customer,
    body: str,
    now: datetime,
    subject: str = "",
    via: Via = Via.WEB,
    in_reply_to: str = "",
) -> Case:
    """A customer wrote: keep it, put it on their open case, and promise an answer. The same key again changes nothing.

    Raises:
        NothingSaid: there are no words.
    """
    if not body.strip():
        raise NothingSaid
    with transaction.atomic():
        message = channels.take_in_message(
            key=key,
            customer=customer,
            via=via,
            subject=subject.strip(),
            body=body.strip(),
            in_reply_to=in_reply_to,
            now=now,
        )
        known = CaseMessage.objects.filter(message=message).select_related("case__customer").first()
        if known:
            return known.case
        case = _case_for_words(customer, in_reply_to, now=now)
        attach(case, message)
        if not case.subject:
            case.subject = (subject.strip() or body.strip().splitlines()[0])[:120]
        if case.reply_promise is None or case.reply_promise.fulfilled_at is not None:
            case.reply_promise = _promise_reply(customer.pk, now=now)
        case.save(update_fields=["subject", "reply_promise"])
        reconsider(case, now=now)
    return case


def _promise_reply(customer_id: int, *, now: datetime) -> Promise:
    shop = calendar_of(country=settings.SHOP_COUNTRY, zone=settings.SHOP_ZONE)
    return make_promise(
        customer_id=customer_id, kind=Kind.REPLY, due_at=reply_due_at(shop=shop, now=now), by=str(SYSTEM), now=now
    )


def _case_for_words(customer: Customer, in_reply_to: str, *, now: datetime) -> Case:
    """The open case that the words answer, else the customer's latest open one, else a new question."""
    rows = Case.objects.select_for_update(of=("self",)).filter(customer=customer, state=CaseState.OPEN)
    answered = rows.filter(messages__message__message_id=in_reply_to).first() if in_reply_to else None
    case = answered or rows.order_by("-id").first()
    return case or open_case(customer_id=customer.pk, matter=Matter.QUESTION, now=now)


def send_reply(*, case_id: int, key: str, subject: str, body: str, by: Actor, now: datetime) -> Message:
    """Send checked words on a case; whoever waited for an answer has it. The same key again sends nothing more.

    Raises:
        Case.DoesNotExist, CaseIsClosed, NothingSaid
        KeyKnownOtherwise: the key was used on another case.
    """
    if not body.strip():
        raise NothingSaid
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).select_related("customer", "reply_promise").get(id=case_id)
        known = CaseMessage.objects.filter(case=case, message__key=key).select_related("message").first()
        if known:
            return known.message
        case = _open(case_id)
        message = channels.request_message(
            key=key,
            customer=case.customer,
            news="reply",
            subject=subject.strip() or case.subject or settings.SHOP_NAME,
            body=body.strip(),
            language=case.customer.language,
            by=str(by),
            now=now,
        )
        if CaseMessage.objects.filter(message=message).exists():
            raise channels.KeyKnownOtherwise(key)
        attach(case, message)
        _answer(case, now=now)
        reconsider(case, now=now)
    return message


def _answer(case: Case, *, now: datetime) -> None:
    """Whoever waited for an answer has it, in time or late; only the promise knows which."""
    promise = case.reply_promise
    if promise is not None and promise.fulfilled_at is None:
        fulfil_promise(promise_id=promise.pk, fulfilled_at=now, now=now)
        promise.refresh_from_db()


def _open(case_id: int) -> Case:
    case = Case.objects.select_for_update(of=("self",)).select_related("customer", "reply_promise").get(id=case_id)
    if case.state == CaseState.CLOSED:
        raise CaseIsClosed
    return case


def add_note(*, case_id: int, body: str, by: Helper | None, now: datetime) -> Note:
    """Write something down for helpers only.

    Raises:
        Case.DoesNotExist, NothingSaid
    """
    if not body.strip():
        raise NothingSaid
    with transaction.atomic():
        case = Case.objects.get(id=case_id)
        note = Note.objects.create(
            case=case, customer_id=case.customer_id, body=body.strip(), written_by=by, written_at=now
        )
        announce([CaseChanged(customer_id=case.customer_id, case_id=case.pk)], now=now)
    return note


def assign(*, case_id: int, to: Helper | None, now: datetime) -> Case:
    """Give a case to a helper, or to nobody.

    Raises:
        Case.DoesNotExist, CaseIsClosed
    """
    with transaction.atomic():
        case = _open(case_id)
        case.assigned_to = to
        case.save(update_fields=["assigned_to"])
        announce([CaseChanged(customer_id=case.customer_id, case_id=case.pk)], now=now)
    return case


def close_case(*, case_id: int, by: Actor, now: datetime) -> Case:
    """A helper closes a case by hand; whoever waited for an answer is owed none any more.

    Raises:
        Case.DoesNotExist, CaseIsClosed
    """
    with transaction.atomic():
        case = _open(case_id)
        _owe_no_answer(case, now=now)
        _close(case, now=now)
    return case


def _owe_no_answer(case: Case, *, now: datetime) -> None:
    """Nobody answered, so nothing was kept; a promise that broke stays broken, and is seen to."""
    promise = case.reply_promise
    if promise is not None and promise.state == PromiseState.OPEN:
        withdraw_promise(promise_id=promise.pk, now=now)
    else:
        _answer(case, now=now)


def make_good(*, case_id: int, kind: RemedyKind, by: Actor, now: datetime, order_id: int | None = None) -> list[Grant]:
    """One click on a case: the remedy chosen, for every order of the case that has something to make good, or for one.

    To send part is to send whatever can be, of each order, and to pay the rest back.

    Raises:
        Case.DoesNotExist, CaseIsClosed, and what `remedies.grant_remedy` raises
    """
    with transaction.atomic():
        case = _open(case_id)
        orders = set(case.gathered.values_list("delivery__order_id", flat=True))
        return [
            grant_remedy(order_id=each, kind=_best_of(each, kind, now=now), by=by, now=now)
            for each in sorted(orders & {order_id} if order_id else orders)
            if has_something_lost(each)
        ]


def _best_of(order_id: int, kind: RemedyKind, *, now: datetime) -> RemedyKind:
    if kind is not RemedyKind.SEND_PART:
        return kind
    return options_for(Order.objects.get(id=order_id), now=now)[0].kind


def has_something_lost(order_id: int) -> bool:
    return bool(lost_units(Order.objects.get(id=order_id)))


def leave_words(
    *, name: str, address: str, order_reference: str, body: str, language: str, now: datetime
) -> Unassigned:
    """Words from somebody who is not signed in: they prove nothing and wait for a helper.

    Raises:
        NothingSaid, TooManyWaiting
    """
    if not body.strip():
        raise NothingSaid
    if Unassigned.objects.filter(closed_at=None).count() >= KEEP_UNASSIGNED:
        raise TooManyWaiting
    return Unassigned.objects.create(
        name=name.strip(),
        address=address.strip(),
        order_reference=order_reference.strip(),
        body=body.strip(),
        language=language,
        received_at=now,
    )


class DealtWith(Exception):
    """Somebody else has matched or dismissed these words."""

    def __init__(self) -> None:
        super().__init__("these words have been dealt with already; load the page again")


def take_to_customer(*, unassigned_id: int, customer: Customer, now: datetime) -> Case:
    """A helper says whose words these are; they join the customer's case like any message.

    Raises:
        Unassigned.DoesNotExist, DealtWith
    """
    with transaction.atomic():
        row = _waiting(unassigned_id)
        case = take_in_message(
            key=f"unassigned:{row.pk}", customer=customer, body=row.body, subject="", now=now, via=Via.WEB
        )
        row.taken_to, row.closed_at = case, now
        row.save(update_fields=["taken_to", "closed_at"])
    return case


def dismiss_words(*, unassigned_id: int, reason: str, now: datetime) -> None:
    """Words that need no answer: spam, say. The reason is kept.

    Raises:
        Unassigned.DoesNotExist, DealtWith, NothingSaid
    """
    if not reason.strip():
        raise NothingSaid
    with transaction.atomic():
        row = _waiting(unassigned_id)
        row.dismissed_reason, row.closed_at = reason.strip(), now
        row.save(update_fields=["dismissed_reason", "closed_at"])


def _waiting(unassigned_id: int) -> Unassigned:
    row = Unassigned.objects.select_for_update().get(id=unassigned_id)
    if row.closed_at is not None:
        raise DealtWith
    return row
