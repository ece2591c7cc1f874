"""One case gathered from every room into what its page shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy

from makegood.cases.models import Case, CaseMessage
from makegood.cases.queries import (
    cases_of,
    deliveries_gathered,
    denied_by_case,
    grants_by_case,
    not_left_by_case,
    notes_of,
    parcels_by_case,
    unanswered_by_case,
    words_of,
)
from makegood.cases.rules import CaseState, CaseType
from makegood.cases.subjects import orders_named_by_case, orders_named_by_message
from makegood.catalog.carriers import NAMES
from makegood.channels.models import Message
from makegood.channels.rules import Direction
from makegood.customers.models import Handle
from makegood.customers.queries import emails_of, phone_of
from makegood.faces.desk.bars import Bar, bars_for
from makegood.faces.desk.choices import Choice, choices_for
from makegood.faces.desk.entries import Entry, Story
from makegood.faces.desk.failures import Reach, reach_of, unreached_words
from makegood.faces.desk.frame import actor_of
from makegood.faces.desk.headlines import headline, not_left_words, origin_words
from makegood.faces.desk.incoming import mails_of
from makegood.faces.desk.people import names_of
from makegood.faces.desk.time_left import TimeLeft, time_left
from makegood.faces.desk.timeline import TOLD, told
from makegood.faces.words import without_keys
from makegood.journal.queries import facts_of, last_fact_id
from makegood.orders.models import Delivery, Order
from makegood.orders.queries import (
    deliveries_of_orders,
    let_go_of_orders,
    orders_by_id,
    orders_of,
    orders_of_receipts,
    payments_of_orders,
)
from makegood.parcels.models import Dispatch, DispatchState, Parcel
from makegood.parcels.queries import dispatches_of_orders, parcels_of_orders
from makegood.payments.models import Dispute, Refund
from makegood.payments.queries import disputes_of
from makegood.remedies.models import NeedStated, StopTask
from makegood.remedies.needs import last_needs
from makegood.remedies.queries import grants_of_orders, is_any_in_danger, stops_of_orders
from makegood.remedies.refunds import refunds_of_money
from makegood.staff.models import Helper
from makegood.staff.queries import helpers
from makegood.standing.queries import Standing, standing_of

FACTS = 300
NEWEST = 2
# What they say by one click on their page, and no word.
NEVER_CAME = gettext_lazy("It never came.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Words that nobody has answered yet, and the orders that they are about."""

    at: datetime
    text: str | Lazy
    orders: Sequence[Order]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a helper needs to know of a case, and what they can do about it.

    `seen` is the newest fact in it; `unreached` says what of ours did not arrive, and what to do now; `not_left` holds
    what should have left and has not, each with how late it is; `need` is by when it is needed, where somebody said so;
    `is_stuck` says that something is in danger and that nothing can be sent or paid back for it; `orders` what the
    case gathers, and what their words name.
    """

    case: Case
    seen: int
    title: str
    email: Handle | None
    phone: str
    unreached: str
    origin: str
    began_at: datetime
    unanswered: Sequence[Unanswered]
    left: TimeLeft | None
    orders: Sequence[Order]
    standing: Standing
    cases_before: int
    bars: Sequence[Bar]
    choices: Sequence[Choice]
    need: NeedStated | None
    is_stuck: bool
    under_way: Sequence[Dispatch]
    not_left: Sequence[tuple[Delivery, str]]
    stops: Sequence[StopTask]
    owed: Sequence[Refund]
    disputes: Sequence[Dispute]
    entries: Sequence[Entry]
    helpers: Sequence[Helper]

    @property
    def carriers(self) -> Mapping[str, str]:
        """Those whose numbers can be typed, by their codes."""
        return NAMES

    @property
    def email_address(self) -> str:
        return self.email.value if self.email else ""

    @property
    def is_closed(self) -> bool:
        return self.case.state == CaseState.CLOSED

    @property
    def bank_waits(self) -> bool:
        """Whether it is a bank that waits for us, and not the customer."""
        return not self.unanswered and any(each.waits_for_us for each in self.disputes)

    @property
    def is_too_late(self) -> bool:
        """Whether it is needed by a day by which nothing that can be done brings all of it."""
        return {choice.is_late for choice in self.choices} - {None} == {True}

    @property
    def is_mixed(self) -> bool:
        """Whether each order has remedies of its own."""
        return any(choice.order_id for choice in self.choices)


def build_case_view(case: Case, *, helper: Helper, now: datetime) -> Picture:
    """Everything about a case as it is now."""
    seen = last_fact_id(customer_id=case.customer_id)
    gathered = orders_by_id({delivery.order_id for delivery in deliveries_gathered(case)})
    unanswered = unanswered_by_case([case.pk]).get(case.pk, [])
    named = orders_named_by_case([case.pk]).get(case.pk, [])
    disputes = list(disputes_of(case.customer_id)) if case.case_type == CaseType.DISPUTE else []
    disputed = orders_of_receipts({each.receipt_id for each in disputes}).values()
    orders = orders_by_id({order.pk for order in (*gathered, *named, *chain.from_iterable(disputed))})
    team, emails, phone = helpers(), emails_of(case.customer), phone_of(case.customer)
    reach = reach_of(emails, phone=phone)
    # A question about nothing in particular is answered with the newest orders before one's eyes.
    shown = orders or list(orders_of(case.customer_id)[:NEWEST])
    story = _story(case, shown, disputes, team, emails, reach, zone=helper.zone)
    not_left = not_left_by_case([case.pk], now=now).get(case.pk, [])
    title = headline(
        case,
        parcels=parcels_by_case([case.pk]).get(case.pk, []),
        orders=gathered,
        grant=grants_by_case([case.pk]).get(case.pk),
        not_left=not_left,
        now=now,
    )
    is_open = case.state == CaseState.OPEN
    choices = choices_for(gathered, by=actor_of(helper), now=now) if is_open else []
    return Picture(
        case=case,
        seen=seen,
        title=title,
        email=emails[0] if emails else None,
        phone=phone,
        unreached=_unreached(case, emails, reach),
        origin=origin_words(case),
        began_at=_began_at(case, story.messages),
        unanswered=_unanswered(unanswered, denied_by_case([case.pk]).get(case.pk, [])),
        left=None if case.waits_for_nothing_but_news else time_left(case.due_at, now=now, zone=case.customer.zone),
        orders=orders,
        standing=standing_of(case.customer),
        cases_before=cases_of(case.customer_id).filter(id__lt=case.pk).count(),
        bars=bars_for(story.orders, [each for each in story.deliveries if each.units.all()], now=now),
        choices=choices,
        need=next((each for each in last_needs([order.pk for order in gathered]).values() if each.by_date), None),
        is_stuck=is_open and not choices and is_any_in_danger(gathered, now=now),
        under_way=[dispatch for dispatch in story.dispatches if dispatch.state != DispatchState.CANCELLED],
        not_left=[(each, not_left_words([each], now=now)) for each in not_left],
        stops=[each for each in stops_of_orders([order.pk for order in orders]) if each.is_open or each.left_as],
        owed=_owed(each.refund.carried_by for each in story.refunds),
        disputes=disputes,
        entries=told(story),
        helpers=team,
    )


def _story(
    case: Case,
    orders: Sequence[Order],
    disputes: Sequence[Dispute],
    team: Sequence[Helper],
    emails: Sequence[Handle],
    reach: Reach,
    *,
    zone: str,
) -> Story:
    ids = [order.pk for order in orders]
    messages = list(words_of(case))
    grants = grants_of_orders(ids)
    paid = [row.receipt for rows in payments_of_orders(ids).values() for row in rows]
    receipts = {each.pk: each for each in (*paid, *(dispute.receipt for dispute in disputes))}
    refunds = refunds_of_money(ids, receipts)
    acted = {name for grant in grants for name in (grant.granted_by, grant.granted_through)}
    acted |= {name for each in refunds for name in _names_in(each.refund)}
    acted |= {each.answer_asked_by for each in disputes} | {row.message.written_by for row in messages}
    return Story(
        orders=orders,
        deliveries=[*let_go_of_orders(ids), *deliveries_of_orders(ids)],
        parcels=parcels_of_orders(ids),
        dispatches=list(dispatches_of_orders(ids)),
        grants=grants,
        refunds=refunds,
        receipts=list(receipts.values()),
        disputes=disputes,
        messages=messages,
        mails=mails_of([row.message for row in messages], addresses=[each.value for each in emails]),
        notes=list(notes_of(case)),
        facts=facts_of(customer_id=case.customer_id, kinds=TOLD, limit=FACTS),
        people={**names_of(team, acted=acted), f"customer:{case.customer_id}": case.customer.name},
        reach=reach,
        zone=zone,
    )


def _names_in(refund: Refund) -> tuple[str, str, str]:
    return refund.requested_by, refund.done_by, refund.failed_by


def _owed(refunds: Iterable[Refund]) -> list[Refund]:
    """What is still on its way to them, each once: one may carry what came back of several."""
    return list({each.pk: each for each in refunds if each.is_open}.values())


def _began_at(case: Case, messages: Sequence[CaseMessage]) -> datetime:
    """When what began a case happened: words may have waited for whoever knew whose they are."""
    first = min(messages, key=lambda row: row.pk, default=None)
    is_words = first is not None and first.message.direction == Direction.IN and first.message.via == case.origin
    return first.message.written_at if first is not None and is_words else case.opened_at


def _unanswered(messages: Sequence[Message], denied: Sequence[Parcel]) -> list[Unanswered]:
    named = orders_named_by_message(each.pk for each in messages)
    written = [
        Unanswered(at=each.written_at, text=without_keys(each.body), orders=named.get(each.pk, ())) for each in messages
    ]
    said = [
        Unanswered(at=each.said_not_received_at, text=NEVER_CAME, orders=(each.delivery.order,))
        for each in denied
        if each.said_not_received_at is not None
    ]
    return sorted([*written, *said], key=lambda each: each.at)


def _unreached(case: Case, emails: Sequence[Handle], reach: Reach) -> str:
    if case.unreached is None:
        return ""
    dead = {each.value.lower() for each in emails if each.undeliverable_at is not None}
    return unreached_words(case.unreached, is_hard=case.unreached.address.lower() in dead, reach=reach)
