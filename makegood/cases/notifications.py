"""Telling customers the news: one message for each kind, covering every parcel concerned, checked before it goes."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

import structlog
from django.conf import settings
from django.db.models import Q

from makegood.cases.actions import (
    attach,
    gather,
    note_unreached,
    open_case,
    owe_answer,
    reconsider,
    settle_unreached,
    thread_of,
    unreached_on,
)
from makegood.cases.grant_letters import GRANT_LETTERS, GrantLetter, replacements_of
from makegood.cases.models import Case, MessageSubject
from makegood.cases.news import (
    head_of,
    matter_of,
    offers_for,
    orders_of,
    page_of,
    trouble_letter,
)
from makegood.cases.queries import deliveries_gathered, is_learning, unanswered_by_case
from makegood.cases.rules import CaseState, CaseType, Subject, SubjectKind
from makegood.cases.subjects import deliveries_behind, key_of, not_heard, orders_named_by_message, subjects
from makegood.cases.truth_check import UnsupportedWords, check_words
from makegood.cases.untold import untold
from makegood.channels.actions import Words, drop_message, hold_message, request_message
from makegood.channels.models import Message
from makegood.channels.rules import Direction, MessageState
from makegood.orders.models import Delivery, Order
from makegood.orders.queries import deliveries_of_orders
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.queries import reported_missing
from makegood.parcels.words import carrier_brand
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.conditions import conditions_of
from makegood.remedies.models import Grant, Perk
from makegood.remedies.perks import grant_perk_for_case
from makegood.remedies.queries import perk_of_case
from makegood.replies.letters.in_danger import InDanger
from makegood.replies.letters.letter import Letter, Letterhead, Matter
from makegood.replies.letters.made_good import MadeGood
from makegood.replies.letters.number_corrected import NumberCorrected
from makegood.replies.letters.replacement_left import ReplacementLeft
from makegood.replies.letters.several import Several
from makegood.replies.rules.values import Draft, NewsKind
from makegood.replies.wording import compose, compose_opening
from makegood.staff.rules import SYSTEM

log = structlog.get_logger()

# How a subject says that it answers, or hands on: what it is called begins behind.
SUBJECT_MARKS = re.compile(r"^(?:\s*(?:re|aw|antw|wg|fwd?|tr|rép|rv|sv|vs)\s*(?:\[\d+\])?\s*:)+", re.IGNORECASE)
# A letter's link signs its reader in, and a draft's does not: what both say is the same.
ADDRESS = re.compile(r"https?://\S+")
WENT = (MessageState.REQUESTED, MessageState.SENT, MessageState.IN_DOUBT)


def tell(case: Case, kind: NewsKind, *, now: datetime, only: Collection[int] | None = None) -> Message | None:
    """Tell the customer all of this kind that they have not heard yet, in one message; None where all is told.

    `only`: of these deliveries, and of no others. A shop that is learning tells nothing by itself: it answers alone,
    who says that something never came.
    """
    news_now = untold(case.customer_id, kind, now=now, only=only)
    if not news_now:
        return None
    deliveries = [each.delivery for each in news_now]
    about = subjects(SubjectKind.DELIVERY, [each.pk for each in deliveries])
    gather(case, about)
    if is_learning():
        missed = reported_missing([each.pk for each in deliveries]) if kind is NewsKind.IN_DANGER else set()
        news_now = [each for each in news_now if each.delivery.pk in missed]
        if not news_now:
            return None
        deliveries = [each.delivery for each in news_now]
        about = subjects(SubjectKind.DELIVERY, [each.pk for each in deliveries])
    letter = _letter_of(case, kind, deliveries, _matter(case, deliveries, now=now), now=now)
    message = send_letter(case, letter, about=about, now=now)
    if letter.promises_answer:
        owe_answer(case, now=now)
    if kind is NewsKind.BROKEN and message.state != MessageState.HELD:
        # What is late says what we believe of it, too: that it is in danger is no news any more.
        unsure = [each.delivery.pk for each in news_now if each.in_danger and NewsKind.IN_DANGER not in each.heard]
        link(message, NewsKind.IN_DANGER, subjects(SubjectKind.DELIVERY, unsure))
    if not case.subject:
        case.subject = message.subject
        case.save(update_fields=["subject"])
    return message


def letter_untold(case: Case, kind: NewsKind, *, now: datetime) -> InDanger | None:
    """The letter that a case would be told of this kind now, without writing anything; None where all is told."""
    deliveries = [each.delivery for each in untold(case.customer_id, kind, now=now)]
    if not deliveries:
        return None
    perk = perk_of_case(case.pk, customer_id=case.customer_id)
    link = f"{settings.BASE_URL}{page_of(deliveries)}"
    return _letter_of(
        case, kind, deliveries, matter_of(case.customer, deliveries, perk=perk, now=now, link=link), now=now
    )


def _letter_of(
    case: Case, kind: NewsKind, deliveries: Sequence[Delivery], matter: Matter, *, now: datetime
) -> InDanger:
    conditions = conditions_of(deliveries, now=now)
    # Of what waits for them, they are offered no other.
    missing = [each for each in deliveries if not conditions[each.pk].waits_for_them]
    is_named = len(orders_of(deliveries)) > 1
    offers = offers_for(orders_of(missing), is_named=is_named, now=now) if missing else ()
    return trouble_letter(kind, head_of(case.customer), matter, offers)


def _matter(case: Case, deliveries: Sequence[Delivery], *, now: datetime) -> Matter:
    """What a letter of a case is about, with what policy gives besides."""
    perk = grant_perk_for_case(case.pk, customer_id=case.customer_id, now=now)
    return matter_of(case.customer, deliveries, perk=perk, now=now)


def send_letter(case: Case, letter: Letter, *, about: Sequence[Subject], now: datetime, version: str = "") -> Message:
    """Word a letter about these subjects, all of one kind, check it against the records, and send it on the case.

    `version` names what may be told of the same subjects anew.

    One that states what no record supports is held back: the case, locked, waits for a person, and the news stays
    untold, so that the next look at it tries again.
    """
    draft = compose(letter, now=now)
    deliveries = [delivery for those in deliveries_behind(about).values() for delivery in those]
    words = Words(
        key=f"{letter.kind}/{about[0].kind}:{'-'.join(str(each.id) for each in about)}" + (version and f"/{version}"),
        news=letter.kind,
        subject=draft.subject,
        body=draft.text,
        language=letter.head.language,
        by=str(SYSTEM),
        follows=thread_of(case),
    )
    try:
        check_words(case, draft.text, now=now, subject=draft.subject, letter=deliveries)
    except UnsupportedWords as refused:
        log.warning("letter held back", case_id=case.pk, news=letter.kind, claims=len(refused.claims))
        reason = ", ".join(f"“{claim}”" for claim in refused.claims)
        message = hold_message(customer=case.customer, now=now, case_number=case.pk, reason=reason, **words)
        attach(case, message)
        note_unreached(_open(case, now=now), message, now=now)
        return message
    message = request_message(customer=case.customer, now=now, case_number=case.pk, **words)
    attach(case, message)
    # Told anew, it is about the same still, which is written down once.
    told = not_heard(letter.kind, about[0].kind, [each.id for each in about]) if version else None
    link(message, letter.kind, [each for each in about if told is None or each.id in told])
    if case.unreached:
        _drop_told(case, letter.kind, {each.id for each in about})
    return message


def _drop_told(case: Case, kind: NewsKind, told: Collection[int]) -> None:
    """Drop what was held back of news that has been told now, with more of its kind."""
    for message in unreached_on(case):
        if message.state == MessageState.HELD and message.news == kind and told_of(message) <= set(told):
            drop_message(message_id=message.pk)
    settle_unreached(case)


def told_of(message: Message) -> set[int]:
    """The ids of what a letter of ours is about, by its key, as `send_letter` writes it; none for one about nothing."""
    _news, _, about = message.key.partition("/")
    return {int(each) for each in about.partition(":")[2].partition("/")[0].split("-") if each}


def _open(case: Case, *, now: datetime) -> Case:
    """The case, or the open one that its customer has by now of its type."""
    if case.state == CaseState.OPEN:
        return case
    return open_case(customer_id=case.customer_id, case_type=CaseType(case.case_type), now=now)


def link(message: Message, topic: NewsKind, about: Sequence[Subject]) -> None:
    """Write down what a message told, and of what."""
    MessageSubject.objects.bulk_create(
        MessageSubject(message=message, customer_id=message.customer_id, topic=topic, **key_of(each)) for each in about
    )


def confirm_grant(case: Case, grant: Grant, *, now: datetime) -> None:
    """Confirm what was chosen: what goes again, by when, and what is paid back.

    What one choice made for several orders is confirmed in one letter of a kind (law 11).
    """
    kind, write = GRANT_LETTERS[RemedyKind(grant.kind)]
    together = {each.pk: each for each in chosen_together(grant)}
    new = not_heard(kind, SubjectKind.GRANT, together)
    if grant.pk in new:
        _confirm(case, [together[each] for each in new], write, now=now)
    reconsider(case, now=now)


def chosen_together(grant: Grant) -> list[Grant]:
    """The grants of one kind that one click made for all the customer's orders; different currencies don't add up."""
    first = grant.chosen_with_id or grant.pk
    of_one_choice = Grant.objects.filter(Q(pk=first) | Q(chosen_with=first))
    return list(of_one_choice.filter(kind=grant.kind, currency=grant.currency).order_by("id"))


def _confirm(case: Case, grants: Sequence[Grant], write: GrantLetter, *, now: datetime) -> None:
    about = subjects(SubjectKind.GRANT, [grant.pk for grant in grants])
    behind = sorted({each for ids in deliveries_behind(about).values() for each in ids})
    gather(case, subjects(SubjectKind.DELIVERY, behind))
    matter = _matter(case, _deliveries(behind), now=now)
    if letter := write(head_of(case.customer), matter, grants, now=now):
        send_letter(case, letter, about=about, now=now)


def _deliveries(ids: Collection[int]) -> list[Delivery]:
    return list(Delivery.objects.filter(id__in=ids).select_related("order", "promise").order_by("id"))


def draft_for(case: Case, *, helper_name: str, now: datetime) -> Draft:
    """A helper's letter as the facts of now have it; where they hold no news, an opening for words of their own.

    Nothing is granted by drafting: a perk is only named where it was given. The link asks its reader to sign in, since
    the helper reads it too.
    """
    head = head_of(case.customer, helper_name=helper_name)
    asked = unanswered_by_case([case.pk]).get(case.pk, [])
    letter = _letter_now(case, head, asked, now=now)
    draft = compose(letter, now=now) if letter else None
    if draft is None or (asked and _had_already(case, draft)):
        return compose_opening(head, subject=_asked_as(asked) or case.subject or settings.SHOP_NAME)
    return draft


def _asked_as(asked: Sequence[Message]) -> str:
    """What whoever waits called what they wrote last, without the marks of answers and of letters handed on."""
    return next((SUBJECT_MARKS.sub("", each.subject).strip() for each in reversed(asked) if each.subject), "")


def _had_already(case: Case, draft: Draft) -> bool:
    """Whether all that a draft says stands in a letter that they had: whoever asks then asks something else."""
    said = {ADDRESS.sub("", paragraph.text) for paragraph in draft.paragraphs[1:-1]}
    letters = Message.objects.filter(id__in=case.messages.values("message_id"), direction=Direction.OUT, state__in=WENT)
    return any(said <= {*ADDRESS.sub("", body).split("\n\n")} for body in letters.values_list("body", flat=True))


def _letter_now(case: Case, head: Letterhead, asked: Sequence[Message], *, now: datetime) -> Letter | None:
    """What there is to say on a case: what is in trouble now, replacements included, else what was chosen; to who asked
    about an order, of that order.

    Of what has not left although it should have, only whoever asks there knows more.
    """
    named = {order.pk for those in orders_named_by_message(each.pk for each in asked).values() for order in those}
    gathered = list(deliveries_of_orders(named).select_related("order")) if named else deliveries_gathered(case)
    orders = orders_of(gathered)
    link = f"{settings.BASE_URL}{page_of(gathered)}"
    perk = perk_of_case(case.pk, customer_id=case.customer_id)
    again = deliveries_of_orders(order.pk for order in orders).select_related("order").filter(is_replacement=True)
    known = {each.pk: each for each in (*gathered, *again)}
    conditions = conditions_of(known.values(), now=now)
    if troubled := [each for pk, each in known.items() if conditions[pk].is_in_trouble]:
        concerned = orders_of(troubled)
        offers = offers_for(concerned, is_named=len(concerned) > 1, now=now)
        kind = NewsKind.BROKEN if any(conditions[each.pk].is_late for each in troubled) else NewsKind.IN_DANGER
        matter = matter_of(case.customer, troubled, perk=perk, now=now, link=link)
        return trouble_letter(kind, head, matter, offers) if offers else None
    return _chosen_now(head, orders, case=case, perk=perk, now=now, link=link)


def _chosen_now(
    head: Letterhead, orders: Sequence[Order], *, case: Case, perk: Perk | None, now: datetime, link: str
) -> Letter | None:
    """What was chosen for these orders and still holds, each choice beside what it is for."""
    choices: dict[tuple[int, str, str], list[Grant]] = {}
    for grant in Grant.objects.filter(order__in=orders).order_by("id"):
        choices.setdefault((grant.chosen_with_id or grant.pk, grant.kind, grant.currency), []).append(grant)
    letters: list[MadeGood] = []
    told: dict[int, Delivery] = {}
    for grants in choices.values():
        behind = deliveries_behind(subjects(SubjectKind.GRANT, [grant.pk for grant in grants]))
        deliveries = _deliveries({each for ids in behind.values() for each in ids})
        matter = matter_of(case.customer, deliveries, perk=perk, now=now, link=link)
        _, write = GRANT_LETTERS[RemedyKind(grants[0].kind)]
        if letter := write(head, matter, grants, now=now):
            letters.append(letter)
            told |= {each.pk: each for each in deliveries}
    if len(letters) < 2:
        return letters[0] if letters else None
    matter = matter_of(case.customer, list(told.values()), perk=perk, now=now, link=link)
    return Several(head=head, matter=matter, letters=tuple(letters))


def tell_replacements_left(case: Case, parcel: Parcel, *, now: datetime) -> None:
    """Tell of a replacement that has left, in one letter with those that were announced together with it."""
    dispatch = Dispatch.objects.filter(parcel=parcel).first()
    first = dispatch and (dispatch.announced_with_id or dispatch.pk)
    together = Dispatch.objects.filter(Q(pk=first) | Q(announced_with=first), customer_id=case.customer_id)
    rows = Parcel.objects.filter(Q(pk=parcel.pk) | Q(pk__in=together.values("parcel_id"))).order_by("id")
    new = not_heard(NewsKind.REPLACEMENT_LEFT, SubjectKind.PARCEL, rows.values_list("id", flat=True))
    if parcel.pk not in new:
        return
    parcels = list(rows.filter(pk__in=new).select_related("delivery__order", "delivery__promise", "place", "service"))
    gather(case, subjects(SubjectKind.DELIVERY, [each.delivery_id for each in parcels]))
    letter = ReplacementLeft(
        head=head_of(case.customer),
        matter=_matter(case, [each.delivery for each in parcels], now=now),
        replacements=replacements_of(parcels, now=now),
    )
    send_letter(case, letter, about=subjects(SubjectKind.PARCEL, new), now=now)


def tell_corrected_number(case: Case, parcel: Parcel, *, now: datetime) -> None:
    """Tell of a replacement under which number it really travels, each time that is put right."""
    gather(case, subjects(SubjectKind.DELIVERY, [parcel.delivery_id]))
    letter = NumberCorrected(
        head=head_of(case.customer),
        matter=_matter(case, [parcel.delivery], now=now),
        order_reference=parcel.delivery.order.reference,
        carrier_name=carrier_brand(parcel.carrier),
        number=parcel.number,
    )
    since = parcel.number_since.isoformat() if parcel.number_since else ""
    about = subjects(SubjectKind.PARCEL, [parcel.pk])
    send_letter(case, letter, about=about, now=now, version=f"{parcel.number}@{since}")
