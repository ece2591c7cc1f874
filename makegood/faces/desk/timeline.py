"""What happened on a case, in one line of time: parcels, words and money from every room and the journal."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from makegood.cases.models import CaseMessage
from makegood.channels.facts import MessageBounced
from makegood.channels.models import Message
from makegood.channels.rules import NOT_HAD, Direction, MessageState, Via
from makegood.customers.facts import HandlesCorrected
from makegood.faces.desk.changes import change_words
from makegood.faces.desk.entries import MONEY, PARCELS, WORDS, Entry, Story
from makegood.faces.desk.failures import next_step, reason_words
from makegood.faces.desk.incoming import Incoming
from makegood.faces.desk.letter_words import letter_sentence
from makegood.faces.desk.money_entries import asked_by_banks, came_in, went_back
from makegood.faces.desk.parcel_entries import denied, end_of, labels, renumbered, scans
from makegood.faces.desk.remedy_words import REMEDY_WORDS
from makegood.faces.step_words import steps_in_words
from makegood.faces.words import (
    day_plain,
    day_short,
    evidence,
    hour,
    money,
    percent,
    tracking,
    without_keys,
)
from makegood.orders.facts import OrderCancelled, OrderChanged
from makegood.orders.models import Delivery, Order
from makegood.parcels.facts import DispatchReaddressed, VerdictChanged
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.rules.verdicts import Outcome, Verdict
from makegood.parcels.words import outcome_words, verdict_words
from makegood.policies.rules.values import RemedyKind
from makegood.promises.facts import PromiseBroken, PromiseKept, PromiseRevised
from makegood.promises.rules import PromiseState
from makegood.remedies.facts import NeedSaid
from makegood.remedies.models import Grant
from makegood.replies.rules.values import NewsKind

# The kinds of facts that are told; the rest have rows of their own that say more.
TOLD = (
    VerdictChanged,
    PromiseBroken,
    PromiseKept,
    PromiseRevised,
    OrderChanged,
    OrderCancelled,
    DispatchReaddressed,
    MessageBounced,
    HandlesCorrected,
    NeedSaid,
)
# Letters that leave their reader a choice.
OFFERING = (NewsKind.IN_DANGER, NewsKind.BROKEN)
STUCK = {*NOT_HAD, MessageState.IN_DOUBT}
WROTE = {
    Via.EMAIL: gettext_lazy("They wrote by e-mail:"),
    Via.WEB: gettext_lazy("They wrote on their page:"),
    Via.FORM: gettext_lazy("They wrote by the contact form, not signed in:"),
}
# What a probability is the probability of, where the verdict alone says it.
OUTCOMES = {
    Verdict.DELIVERED: Outcome.DELIVERED,
    Verdict.DAMAGED: Outcome.DAMAGED,
    Verdict.RETURNING: Outcome.RETURNING,
    Verdict.RETURNED: Outcome.RETURNING,
}


def told(story: Story) -> list[Entry]:
    """The timeline, the oldest first; what shares an instant keeps the order in which it follows from each other."""
    entries = [
        *_orders(story),
        *labels(story),
        *renumbered(story),
        *scans(story),
        *denied(story),
        *_facts(story),
        *_words(story, offers=True),
        *_grants(story),
        *_dispatches(story),
        *_words(story, offers=False),
        *_bounces(story),
        *_complaints(story),
        *_notes(story),
        *came_in(story),
        *went_back(story),
        *asked_by_banks(story),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _orders(story: Story) -> Iterator[Entry]:
    for order in story.orders:
        lines = list(order.lines.all())
        units = sum(line.quantity for line in lines)
        total = sum(line.total_minor for line in lines) + order.postage_minor
        words = {"order": order.reference, "count": units, "sum": money(total, order.currency)}
        text = ngettext(
            "Order %(order)s: %(count)s item, %(sum)s.", "Order %(order)s: %(count)s items, %(sum)s.", units
        )
        titles = (f"{line.quantity} × {line.title}" if line.quantity > 1 else line.title for line in lines)
        yield Entry(order.placed_at, MONEY, "plain", text % words, more=tuple(titles))


def _facts(story: Story) -> Iterator[Entry]:
    parcels = {parcel.pk: parcel for parcel in story.parcels}
    deliveries = {delivery.promise_id: delivery for delivery in story.deliveries}
    orders = {order.pk: order for order in story.orders}
    dispatches = {dispatch.pk: dispatch for dispatch in story.dispatches}
    latest = {fact.parcel_id: row.pk for row, fact in story.facts if isinstance(fact, VerdictChanged)}
    readdressed = {fact.dispatch_id: row.pk for row, fact in story.facts if isinstance(fact, DispatchReaddressed)}
    for row, fact in story.facts:
        at = row.happened_at
        match fact:
            case VerdictChanged() if parcel := parcels.get(fact.parcel_id):
                yield _belief(at, fact, parcel, story.zone, is_latest=latest[fact.parcel_id] == row.pk)
            case PromiseBroken() if due := deliveries.get(fact.promise_id):
                yield _broken(at, due)
            case PromiseKept() if due := deliveries.get(fact.promise_id):
                text = _("Promise kept: delivered in time for %(day)s.") % _due(due)
                yield Entry(fact.kept_at, PARCELS, "kept", text)
            case PromiseRevised() if due := deliveries.get(fact.promise_id):
                yield _moved(at, fact, due)
            case OrderChanged() if order := orders.get(fact.order_id):
                yield _changed(at, fact, order, story)
            case DispatchReaddressed() if dispatch := dispatches.get(fact.dispatch_id):
                yield _readdressed(at, dispatch, is_latest=readdressed[fact.dispatch_id] == row.pk)
            case HandlesCorrected():
                yield _reached_otherwise(at, fact, story)
            case NeedSaid() | OrderCancelled() if order := orders.get(fact.order_id):
                yield _of_order(at, fact, order, story)


def _changed(at: datetime, fact: OrderChanged, order: Order, story: Story) -> Entry:
    words = {"order": order.reference, "what": change_words(fact)}
    if not fact.by:
        return Entry(at, MONEY, "plain", _("The shop changed order %(order)s: %(what)s.") % words)
    words["who"] = story.people.get(fact.by, _("Somebody"))
    return Entry(at, MONEY, "plain", _("%(who)s changed order %(order)s: %(what)s.") % words)


def _of_order(at: datetime, fact: NeedSaid | OrderCancelled, order: Order, story: Story) -> Entry:
    if isinstance(fact, OrderCancelled):
        return Entry(at, MONEY, "danger", _("Order %(order)s was cancelled.") % {"order": order.reference})
    words = {"who": story.people.get(fact.said_by, _("Somebody")), "order": order.reference}
    if not fact.by_date:
        return Entry(at, WORDS, "plain", _("%(who)s: order %(order)s is needed by no day any more.") % words)
    words["day"] = day_plain(date.fromisoformat(fact.by_date))
    if fact.by_time:
        words["day"] = f"{words['day']}, {fact.by_time}"
    return Entry(at, WORDS, "plain", _("%(who)s: order %(order)s is needed by %(day)s.") % words)


def _reached_otherwise(at: datetime, fact: HandlesCorrected, story: Story) -> Entry:
    who = {"who": story.people.get(fact.by, _("Somebody"))}
    if fact.is_email and fact.is_phone:
        text = _("%(who)s put their e-mail address and phone right.") % who
    elif fact.is_email:
        text = _("%(who)s put their e-mail address right.") % who
    else:
        text = _("%(who)s put their phone right.") % who
    return Entry(at, WORDS, "plain", text)


def _readdressed(at: datetime, dispatch: Dispatch, *, is_latest: bool) -> Entry:
    """Another door; which one stands beside the newest, as it is now."""
    door = dispatch.delivery
    now_to = ", ".join(part for part in (door.name, *door.address_lines, door.postcode, door.country) if part)
    text = _("What %(place)s is to send goes to another address.") % {"place": dispatch.place.name}
    return Entry(at, PARCELS, "plain", text, more=(now_to,) if is_latest else ())


def _broken(at: datetime, delivery: Delivery) -> Entry:
    """A day that passed; that it came in time after all may be heard later."""
    if delivery.promise.state == PromiseState.KEPT:
        text = _("The promised day, %(day)s, passed without our hearing that it had come; it had.")
        return Entry(at, PARCELS, "plain", text % _due(delivery))
    return Entry(at, PARCELS, "broken", _("Promise broken: it was due by %(day)s.") % _due(delivery))


def _moved(at: datetime, fact: PromiseRevised, delivery: Delivery) -> Entry:
    """A promise that was moved, with the reason the customer reads."""
    days = {"was": day_plain(fact.was_due_at, delivery.zone), "day": day_plain(fact.due_at, delivery.zone)}
    reasons = [each.reason for each in delivery.promise.revisions.all() if each.due_at == fact.due_at]
    text = _("The promised day moved from %(was)s to %(day)s.") % days
    return Entry(at, PARCELS, "danger", text, quote=reasons[-1] if reasons else "")


def _due(delivery: Delivery) -> dict[str, str]:
    return {"day": day_plain(delivery.promise.due_at, delivery.zone)}


def _belief(at: datetime, fact: VerdictChanged, parcel: Parcel, zone: str, *, is_latest: bool) -> Entry:
    """A verdict that changed; the newest of a parcel stands on the evidence kept beside it."""
    words = {
        "number": end_of(parcel),
        "verdict": verdict_words(fact.verdict),
        "outcome": outcome_words(_outcome_of(fact)),
        "percent": percent(fact.probability_percent),
    }
    is_same = fact.was is fact.verdict
    changed, same = (
        _("We believe of parcel %(number)s: %(verdict)s, %(percent)s %(outcome)s."),
        _("Parcel %(number)s is still %(verdict)s: %(percent)s %(outcome)s."),
    )
    tone = "kept" if fact.verdict is Verdict.DELIVERED else "danger" if fact.in_danger and not is_same else "plain"
    why = tuple(evidence(each, zone) for each in parcel.estimate.evidence) if is_latest else ()
    if is_latest and parcel.estimate.is_unheard:
        changed = same = _("Of parcel %(number)s we last knew: %(verdict)s. We have not heard of it since.")
    return Entry(at, PARCELS, tone, (same if is_same else changed) % words, more=why)


def _outcome_of(fact: VerdictChanged) -> Outcome:
    """What the probability is the probability of."""
    return OUTCOMES.get(fact.verdict, Outcome.LOST if fact.in_danger else Outcome.ARRIVING)


def _grants(story: Story) -> Iterator[Entry]:
    for grant in story.grants:
        words = {
            "who": _granter(grant, story.people),
            "cost": money(grant.cost_minor, grant.currency),
            "day": day_plain(grant.arrives_date),
        }
        steps = capfirst(steps_in_words(grant.steps.all()))
        text = str(REMEDY_WORDS[RemedyKind(grant.kind)].granted) % words
        yield Entry(grant.granted_at, MONEY, "said", text, more=(steps,) if steps else ())


def _granter(grant: Grant, people: Mapping[str, str]) -> str:
    """Whoever granted it, and the program that acted for them."""
    who = people.get(grant.granted_by, _("Somebody"))
    if not grant.granted_through:
        return who
    return _("%(who)s (through %(program)s)") % {
        "who": who,
        "program": people.get(grant.granted_through, _("a program")),
    }


def _dispatches(story: Story) -> Iterator[Entry]:
    for dispatch in story.dispatches:
        words = {"place": dispatch.place.name, "service": dispatch.service.name, "day": day_plain(dispatch.leaves_date)}
        asked = _("%(place)s is asked to send it by %(service)s, leaving on %(day)s.") % words
        yield Entry(dispatch.requested_at, PARCELS, "plain", asked)
        if dispatch.parcel and dispatch.announced_at:
            words["number"] = tracking(dispatch.parcel.number)
            left = _("%(place)s handed it to %(service)s as %(number)s.") % words
            yield Entry(dispatch.announced_at, PARCELS, "plain", left)


def _words(story: Story, *, offers: bool) -> Iterator[Entry]:
    """What was written: letters that offer something come before what was chosen at the same instant."""
    for row in story.messages:
        message = row.message
        if (message.news in OFFERING) is not offers:
            continue
        if message.direction == Direction.IN:
            yield _heard(message, story.mails.incoming[message.pk])
        else:
            tone = "broken" if message.state in STUCK else "kept"
            letter, more = without_keys(message.body), _override(row, story)
            yield Entry(message.written_at, WORDS, tone, _sent(message, story), letter=letter, more=more)


def _override(row: CaseMessage, story: Story) -> tuple[str, ...]:
    """Who answers for words of a letter that no record supports, and why."""
    override = getattr(row, "override", None)
    if override is None:
        return ()
    words = {
        "who": story.people.get(override.overridden_by, _("Somebody")),
        "words": ", ".join(f"“{claim['text']}”" for claim in override.claims),
        "reason": override.reason,
    }
    return (_("%(who)s answers for %(words)s, which no record supports: %(reason)s") % words,)


def _heard(message: Message, incoming: Incoming) -> Entry:
    """Their own words; what a program wrote for them is quiet."""
    at, body = message.written_at, without_keys(message.body)
    more = incoming if incoming.has_more else None
    if message.is_automatic:
        text = _("A program answered for them; nobody waits for an answer.")
        return Entry(at, WORDS, "plain", text, letter=body, incoming=more)
    return Entry(at, WORDS, "said", str(WROTE[Via(message.via)]), quote=body, incoming=more)


def _bounces(story: Story) -> Iterator[Entry]:
    """Letters of ours that came back: why, for good or for now, and what to do next."""
    hard = {fact.message_id: fact.is_hard for _row, fact in story.facts if isinstance(fact, MessageBounced)}
    for row in story.messages:
        message = row.message
        if message.state != MessageState.BOUNCED or message.bounced_at is None:
            continue
        is_hard = hard.get(message.pk, False)
        words = {"subject": message.subject, "reason": reason_words(message), "address": message.address}
        text = (
            _("“%(subject)s” did not arrive at %(address)s, for good: %(reason)s.")
            if is_hard
            else _("“%(subject)s” did not arrive at %(address)s, for now: %(reason)s.")
        )
        more = (
            _("Their mail host said: %(words)s") % {"words": message.error},
            next_step(is_hard=is_hard, reach=story.reach),
        )
        yield Entry(message.bounced_at, WORDS, "broken", text % words, more=more)


def _complaints(story: Story) -> Iterator[Entry]:
    for mail in story.mails.complaints:
        if mail.about is not None:
            text = _("Their mail host reports that they called “%(subject)s” spam.") % {"subject": mail.about.subject}
            yield Entry(mail.received_at, WORDS, "danger", text, more=(_("Write to them only about what they ask."),))


def _when_sent(message: Message, story: Story) -> str:
    """The hour; with its day where that is another than the day it was written."""
    sent_on, at = day_short(message.sent_at, story.zone), hour(message.sent_at, story.zone)
    return at if sent_on == day_short(message.written_at, story.zone) else f"{sent_on} {at}"


def _sent(message: Message, story: Story) -> str:
    at = _when_sent(message, story) if message.sent_at else ""
    return letter_sentence(message, who=story.people.get(message.written_by, _("We")), at=at)


def _notes(story: Story) -> Iterator[Entry]:
    for note in story.notes:
        who = {"who": note.written_by.name if note.written_by else _("Makegood")}
        text = _("Note by %(who)s, for helpers only:") % who
        yield Entry(note.written_at, WORDS, "plain", text, quote=without_keys(note.body), is_internal=True)
