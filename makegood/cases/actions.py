"""Opening cases, what helpers do on them, and closing them by their outcome."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from makegood.cases.facts import CaseChanged, CaseClosed, CaseOpened
from makegood.cases.lives import life_of
from makegood.cases.locks import lock_case, lock_open_cases
from makegood.cases.models import Case, CaseMessage, CaseSubject, Note, WordsOverride
from makegood.cases.naming import link_named_orders
from makegood.cases.news import head_of, our_signatures
from makegood.cases.rules import ANSWER, ORIGINS_OF_WORDS, Attention, CaseState, CaseType, Origin, Subject
from makegood.cases.subjects import key_of
from makegood.cases.truth_check import Override
from makegood.cases.types.registry import CASE_TYPES
from makegood.channels import actions as channels
from makegood.channels.models import Message
from makegood.channels.rules import UNREACHED, UNSAID, Via
from makegood.customers.models import Customer
from makegood.journal.actions import announce
from makegood.kit.errors import Conflict, InvalidField
from makegood.kit.holidays import calendar_of
from makegood.promises.actions import fulfil_promise, make_promise, withdraw_promise
from makegood.promises.rules import PromiseKind, PromiseState, reply_due_at
from makegood.replies.wording import says_nothing
from makegood.staff.models import Helper
from makegood.staff.rules import SYSTEM, Actor


class CaseIsClosed(Conflict):
    """A closed case takes nothing more; writing opens a new one."""

    slug, title = "case-closed", "The case is closed"

    def __init__(self) -> None:
        super().__init__("this case is closed; the customer's next message opens a new one")


class CustomerStillWaits(Conflict):
    """Nobody is left waiting by a slip: whoever closes such a case says that they mean it."""

    slug, title = "customer-waits", "The customer still waits for us"

    def __init__(self) -> None:
        super().__init__("they still wait for us; say `although_they_wait` to close the case all the same")


class NothingSaid(InvalidField):
    """No words, or only those around them."""

    slug, title = "nothing-said", "There are no words"

    def __init__(self) -> None:
        super().__init__("body", "write something")


def open_case(*, customer_id: int, case_type: CaseType, now: datetime, origin: Origin = Origin.NOTICED) -> Case:
    """The customer's open case of this type, locked, opened from this origin if there is none."""
    while True:
        case, is_new = Case.objects.get_or_create(
            customer_id=customer_id,
            case_type=case_type,
            state=CaseState.OPEN,
            defaults={"opened_at": now, "origin": origin},
        )
        if is_new:
            announce([CaseOpened(customer_id=customer_id, case_id=case.pk)], now=now)
        locked = lock_case(case.pk)
        # Whoever held the lock may have closed it; then the next one is opened.
        if locked.state == CaseState.OPEN:
            return locked


def gather(case: Case, found: Iterable[Subject]) -> None:
    """Let a case cover these too.

    Raises:
        ValueError: cases of this type gather no such subjects.
    """
    rows = list(found)
    if not CASE_TYPES[CaseType(case.case_type)].gathers >= {each.kind for each in rows}:
        raise ValueError(f"a case of type {case.case_type} gathers no {', '.join(sorted({x.kind for x in rows}))}")
    CaseSubject.objects.bulk_create(
        [CaseSubject(case=case, customer_id=case.customer_id, **key_of(each)) for each in rows], ignore_conflicts=True
    )


def attach(case: Case, message: Message) -> None:
    """Let a message belong to a case."""
    CaseMessage.objects.get_or_create(message=message, defaults={"case": case, "customer_id": case.customer_id})


def thread_of(case: Case) -> str:
    """The Message-ID of the last mail on a case, either way, which the next one follows; "" where there is none yet.

    What never left, or came back, is in nobody's mailbox to be followed.
    """
    mails = CaseMessage.objects.filter(case=case, message__via=Via.EMAIL, message__is_automatic=False)
    mails = mails.exclude(message__state__in=(*UNREACHED, *UNSAID))
    ids = mails.exclude(message__message_id="").order_by("-message_id").values_list("message__message_id", flat=True)
    return ids.first() or ""


def reconsider(case: Case, *, now: datetime, is_news: bool = True) -> None:
    """Ask for a person where one is needed, or close the case where its outcome is proven.

    Where `is_news` says that nothing has happened, nothing is said either, unless it turns out otherwise.
    """
    rules = CASE_TYPES[CaseType(case.case_type)]
    life = life_of(case, now=now)
    if rules.is_over(life):
        _close(case, now=now)
        return
    outlook = rules.outlook(life)
    was, was_due_at = case.attention, case.due_at
    case.attention, case.due_at = outlook.attention, outlook.due_at
    if case.attention == Attention.NONE:
        case.attention_since = None
    elif was != case.attention:
        case.attention_since = now
    if is_news or (was, was_due_at) != (case.attention, case.due_at):
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
    case_number: int = 0,
    order_reference: str = "",
    written_at: datetime | None = None,
    metadata: channels.MailMetadata | None = None,
) -> Case:
    """A customer wrote: keep it, put it on their open case, and promise an answer, unless a program wrote it for them.

    The same key again changes nothing.

    `case_number` is the case they answered, where the address says so; `order_reference` what a form's field names;
    `written_at` when they wrote, where that was not now; `metadata` what a mail brought along.

    Raises:
        NothingSaid: there are no words.
        IdempotencyConflict: the key was used for other words, or by somebody else.
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
            written_at=written_at,
            metadata=metadata,
        )
        known = CaseMessage.objects.filter(message=message).select_related("case__customer").first()
        if known:
            # A mail is known by its Message-ID, whatever we read of its words by now.
            if via is not Via.EMAIL and message.body != body.strip():
                raise channels.key_conflict(key)
            return known.case
        case = _case_for_words(customer, in_reply_to, case_number, via=via, now=now)
        row = CaseMessage.objects.create(message=message, case=case, customer_id=case.customer_id)
        link_named_orders(row, order_reference=order_reference)
        if not case.subject:
            case.subject = (subject.strip() or body.strip().splitlines()[0])[:120]
        case.save(update_fields=["subject"])
        # What a program wrote for them nobody waits to have answered.
        if not message.is_automatic:
            owe_answer(case, now=now, written_at=written_at or now)
        reconsider(case, now=now)
    return case


def owe_answer(case: Case, *, now: datetime, written_at: datetime | None = None) -> None:
    """Promise an answer on a case, locked, from when somebody wrote; one that is owed already is the same answer."""
    if case.reply_promise is not None and case.reply_promise.is_owed:
        return
    case.reply_promise = make_promise(
        customer_id=case.customer_id,
        kind=PromiseKind.REPLY,
        due_at=answer_due_at(written_at or now),
        by=str(SYSTEM),
        now=now,
    )
    case.save(update_fields=["reply_promise"])


def answer_due_at(written_at: datetime) -> datetime:
    """By when words that were written at an instant are answered."""
    shop = calendar_of(country=settings.SHOP_COUNTRY, zone=settings.SHOP_ZONE)
    return reply_due_at(shop=shop, now=written_at)


def _case_for_words(customer: Customer, in_reply_to: str, case_number: int, *, via: Via, now: datetime) -> Case:
    """The open case that the words answer, else the customer's latest open one, else a new question."""
    cases = {case.pk: case for case in lock_open_cases(customer.pk)}
    answered = cases.get(case_number)
    if answered is None and in_reply_to:
        rows = CaseMessage.objects.filter(case__in=cases, message__message_id=in_reply_to)
        answered = cases.get(rows.values_list("case_id", flat=True).first() or 0)
    case = answered or cases.get(max(cases, default=0))
    return case or open_case(
        customer_id=customer.pk, case_type=CaseType.QUESTION, origin=ORIGINS_OF_WORDS[via], now=now
    )


def send_reply(
    *, case_id: int, key: str, subject: str, body: str, by: Actor, now: datetime, override: Override | None = None
) -> Message:
    """Send checked words on a case; whoever waited for an answer has it. The same key again sends nothing more.

    `override` says for which of them somebody answers without a record, and is kept.

    Raises:
        Case.DoesNotExist, CaseIsClosed
        NothingSaid: there are no words, or only a greeting and a signature.
        IdempotencyConflict: the key was used on another case, or for other words.
    """
    with transaction.atomic():
        case = lock_case(case_id)
        if says_nothing(body, head=head_of(case.customer), signatures=our_signatures()):
            raise NothingSaid
        known = CaseMessage.objects.filter(case=case, message__key=key).select_related("message").first()
        if known:
            if known.message.body != body.strip():
                raise channels.key_conflict(key)
            return known.message
        if case.state == CaseState.CLOSED:
            raise CaseIsClosed
        message = channels.request_message(
            key=key,
            customer=case.customer,
            news=ANSWER,
            subject=subject.strip() or case.subject or settings.SHOP_NAME,
            body=body.strip(),
            language=case.customer.language,
            by=str(by),
            now=now,
            case_number=case.pk,
            follows=thread_of(case),
        )
        if CaseMessage.objects.filter(message=message).exists():
            raise channels.key_conflict(key)
        attach(case, message)
        if override is not None:
            _keep_override(message, override, by=by, now=now)
        _answer(case, now=now)
        forget_unreached(case)
        reconsider(case, now=now)
    return message


def _keep_override(message: Message, override: Override, *, by: Actor, now: datetime) -> None:
    """Write down who answers for which words, and why, beside the message that they went in."""
    WordsOverride.objects.create(
        case_message=CaseMessage.objects.get(message=message),
        customer_id=message.customer_id,
        claims=[{"text": claim.text, "why": claim.why} for claim in override.claims],
        reason=override.reason,
        overridden_by=str(by),
        overridden_at=now,
    )


def note_unreached(case: Case, message: Message, *, now: datetime) -> None:
    """News of ours did not leave, or came back: the case, locked, waits for somebody to reach them otherwise."""
    case.unreached = message
    case.save(update_fields=["unreached"])
    reconsider(case, now=now)


def unreached_on(case: Case) -> list[Message]:
    """All of ours on a case that could not go, or came back, and that nobody has seen to, the oldest first.

    Whoever answers sees to what was written before.
    """
    on_case = CaseMessage.objects.filter(case=case)
    answers = on_case.filter(message__news=ANSWER).exclude(message__state__in=(*UNREACHED, *UNSAID))
    answered: int | None = answers.aggregate(last=Max("message_id"))["last"]
    since = Q(id__in=on_case.values("message_id"), id__gt=answered or 0)
    return list(Message.objects.filter(since | Q(id=case.unreached_id), state__in=UNREACHED).order_by("id"))


def settle_unreached(case: Case) -> None:
    """Something that waited has gone, or need not go: what still waits of it, the newest, or nothing."""
    waiting = unreached_on(case)
    case.unreached = waiting[-1] if waiting else None
    case.save(update_fields=["unreached"])


def forget_unreached(case: Case) -> None:
    """Whoever could not be reached was, in another way."""
    case.unreached = None
    case.save(update_fields=["unreached"])


def _answer(case: Case, *, now: datetime) -> None:
    """Whoever waited for an answer has it, in time or late; only the promise knows which."""
    promise = case.reply_promise
    if promise is not None and promise.fulfilled_at is None:
        fulfil_promise(promise_id=promise.pk, fulfilled_at=now, now=now)
        promise.refresh_from_db()


def _open(case_id: int) -> Case:
    case = lock_case(case_id)
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


def close_case(*, case_id: int, by: Actor, now: datetime, although_they_wait: bool = False) -> Case:
    """A helper closes a case by hand; whoever waited for an answer is owed none any more.

    Raises:
        Case.DoesNotExist, CaseIsClosed
        CustomerStillWaits: somebody waits for us, and it was not said that it is closed all the same.
    """
    with transaction.atomic():
        case = _open(case_id)
        if case.attention == Attention.WAITING and not although_they_wait:
            raise CustomerStillWaits
        _owe_no_answer(case, now=now)
        forget_unreached(case)
        _close(case, now=now)
    return case


def _owe_no_answer(case: Case, *, now: datetime) -> None:
    """Nobody answered, so nothing was kept; a promise that broke stays broken, and is seen to."""
    promise = case.reply_promise
    if promise is not None and promise.state == PromiseState.OPEN:
        withdraw_promise(promise_id=promise.pk, now=now)
    else:
        _answer(case, now=now)
