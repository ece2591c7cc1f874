"""What happened to an order, oldest first, and what happens next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.faces.account.order_view import DeliverySeen, OrderView
from makegood.faces.account.parcels_told import things
from makegood.faces.account.remedy_words import REMEDY_WORDS
from makegood.faces.words import day_plain, local_date, money, rich, tracking
from makegood.journal.models import FactRow
from makegood.orders.models import Delivery
from makegood.orders.words import change_words, changed_units_words, units_ordered
from makegood.parcels.facts import VerdictChanged
from makegood.parcels.models import Scan
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.rules.verdicts import Verdict
from makegood.parcels.words import carrier_name, scan_words
from makegood.policies.rules.values import RemedyKind
from makegood.promises.rules import PromiseState
from makegood.replies.rules.values import NewsKind
from makegood.staff.rules import Standpoint

# Scans of one box that a page lists; those before them say only that it was moving.
SCANS_SHOWN = 6
SAID, WORRY, BROKEN, KEPT = "info", "warning", "error", "success"
DOUBTS = {
    Verdict.NEVER_SCANNED: gettext_lazy("%(carrier)s should have scanned it by now and had not: we began to worry."),
    Verdict.STALLED: gettext_lazy("%(carrier)s had not scanned it for too long: we began to worry."),
    Verdict.LOST: gettext_lazy("We gave up waiting: it is most likely lost."),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line: when, in which colour, what, and what stands beside it more quietly."""

    zone: str
    at: datetime
    tone: str
    words: SafeString
    beside: SafeString | str = ""


def timeline(order: OrderView, facts: Iterable[tuple[FactRow, VerdictChanged]]) -> list[Event]:
    """Everything that happened, in order."""
    events = [*_ordered(order), *_changed(order)]
    for seen in order.deliveries:
        events += [*_packed(seen), *_scanned(seen), *_promise(seen.delivery)]
    for delivery in order.let_go:
        events += _promise(delivery)
    # Of what happened at one instant, what we did about it comes last.
    events += [*_worried(order, facts), *_told(order), *_granted(order)]
    return _once_a_day(sorted(events, key=lambda event: event.at))


def _once_a_day(events: Iterable[Event]) -> list[Event]:
    """Without what two parcels would say in the same words on the same day."""
    kept: dict[tuple[date, str, str], Event] = {}
    for event in events:
        kept.setdefault((local_date(event.at, event.zone), event.words, event.beside), event)
    return list(kept.values())


def _ordered(order: OrderView) -> Iterator[Event]:
    count = units_ordered(order.order, order.changes[0] if order.changes else None)
    first = [each for each in order.deliveries if not each.delivery.is_replacement]
    promised = ""
    if first:
        words = {"day": day_plain(first[0].promise.original_due_at, first[0].delivery.zone)}
        promised = rich(_("Promised: at your door by %(day)s."), **words)
    ordered = rich(_("You ordered %(things)s."), things=things(count))
    yield Event(order.zone, order.order.placed_at, KEPT, ordered, promised)
    if order.order.cancelled_at and not any(each.made_at == order.order.cancelled_at for each in order.changes):
        yield Event(order.zone, order.order.cancelled_at, SAID, rich(_("The order was cancelled.")))


def _changed(order: OrderView) -> Iterator[Event]:
    for change in order.changes:
        about = f"{units}." if (units := changed_units_words(change)) else ""
        if change.settled_at != change.made_at:
            yield Event(order.zone, change.made_at, SAID, rich(_("Something is to be sent back.")), about)
        if change.settled_at is not None:
            sentence = rich("%(words)s.", words=change_words(change, order.order))
            yield Event(order.zone, change.settled_at, SAID, sentence, about)


def _packed(seen: DeliverySeen) -> Iterator[Event]:
    if seen.parcel is None:
        return
    parcel = seen.parcel
    words = {
        "place": parcel.place.name if parcel.place else "",
        "carrier": carrier_name(parcel.carrier),
        "number": tracking(parcel.number),
    }
    if seen.is_replacement:
        sentence = _("The new parcel was packed; label made for %(carrier)s %(number)s.")
    elif parcel.place:
        sentence = _("Packed in %(place)s; label made for %(carrier)s %(number)s.")
    else:
        sentence = _("Packed; label made for %(carrier)s %(number)s.")
    yield Event(
        parcel.place.zone if parcel.place else seen.delivery.zone, parcel.label_at, KEPT, rich(sentence, **words)
    )
    if parcel.said_not_received_at:
        said = rich(_("You told us that it never came."))
        yield Event(seen.delivery.zone, parcel.said_not_received_at, WORRY, said)


def _scanned(seen: DeliverySeen) -> Iterator[Event]:
    if seen.parcel is None:
        return
    scans = sorted(seen.parcel.scans.all(), key=lambda scan: (scan.happened_at, scan.pk))
    told = [scan for scan in scans if scan.kind != ScanKind.LABEL and scan.happened_at <= seen.condition.now]
    for scan in told[-SCANS_SHOWN:]:
        words = {"carrier": carrier_name(seen.parcel.carrier), "said": _scan_said(scan), "place": scan.place}
        sentence = _("%(carrier)s in %(place)s: %(said)s.") if scan.place else _("%(carrier)s: %(said)s.")
        yield Event(seen.delivery.zone, scan.happened_at, _scan_tone(scan), rich(sentence, **words))


def _scan_said(scan: Scan) -> str:
    """The carrier's own words where we don't know what they mean."""
    return scan_words(scan.kind) if scan.kind != ScanKind.UNKNOWN else scan.words or scan.code


def _scan_tone(scan: Scan) -> str:
    kind = ScanKind(scan.kind)
    if kind.is_delivery:
        return KEPT
    return WORRY if kind in {ScanKind.LOST, ScanKind.DAMAGED, ScanKind.RETURNING, ScanKind.RETURNED} else SAID


def _promise(delivery: Delivery) -> Iterator[Event]:
    promise, zone = delivery.promise, delivery.zone
    for revision in promise.revisions.all():
        words = {"day": day_plain(revision.due_at, zone), "reason": revision.reason}
        moved = rich(_("We moved the day to %(day)s: %(reason)s"), **words)
        yield Event(zone, revision.revised_at, WORRY, moved)
    if promise.state == PromiseState.BROKEN:
        yield Event(zone, promise.due_at, BROKEN, rich(_("Our promise was broken.")))
    elif promise.state == PromiseState.KEPT and promise.fulfilled_at:
        kept = rich(_("Our promise was kept."))
        yield Event(zone, promise.fulfilled_at, KEPT, kept)


def _told(order: OrderView) -> Iterator[Event]:
    broken = {heard[NewsKind.BROKEN] for heard in order.heard if NewsKind.BROKEN in heard}
    early = {heard[NewsKind.IN_DANGER] for heard in order.heard if NewsKind.IN_DANGER in heard} - broken
    for at in early:
        yield Event(order.zone, at, SAID, rich(_("We wrote to you that something was wrong.")))
    for at in broken:
        yield Event(order.zone, at, SAID, rich(_("We wrote to you that it was late.")))


def _worried(order: OrderView, facts: Iterable[tuple[FactRow, VerdictChanged]]) -> Iterator[Event]:
    """When we began to doubt, and when we gave up waiting; what we believed in between is on the desk."""
    boxes = {seen.parcel.pk: seen for seen in order.deliveries if seen.parcel}
    doubted: set[tuple[int, Verdict]] = set()
    for row, fact in facts:
        seen, doubt = boxes.get(fact.parcel_id), DOUBTS.get(fact.verdict)
        if seen is None or seen.parcel is None or doubt is None or (fact.parcel_id, fact.verdict) in doubted:
            continue
        if seen.condition.is_called_off and order.order.cancelled_at and order.order.cancelled_at <= row.happened_at:
            continue
        doubted.add((fact.parcel_id, fact.verdict))
        words = rich(str(doubt), carrier=carrier_name(seen.parcel.carrier))
        yield Event(seen.delivery.zone, row.happened_at, WORRY, words)


def _granted(order: OrderView) -> Iterator[Event]:
    for grant in order.grants:
        words = REMEDY_WORDS[RemedyKind(grant.kind)]
        said = words.asked if grant.standpoint == Standpoint.CUSTOMER else words.promised
        yield Event(order.zone, grant.granted_at, KEPT, rich(str(said)))
    yield from _paid_back(order)


def _paid_back(order: OrderView) -> Iterator[Event]:
    for refund in (each.refund for each in order.refunds):
        words = {"money": money(refund.amount_minor, refund.currency)}
        if refund.sent_at and refund.sent_at != refund.done_at:
            yield Event(order.zone, refund.sent_at, KEPT, rich(_("We sent %(money)s back to you."), **words))
        if refund.done_at:
            yield Event(order.zone, refund.done_at, KEPT, rich(_("We paid %(money)s back."), **words))
        if refund.failed_at:
            came_back = _("%(money)s did not reach you, and came back to us.")
            yield Event(order.zone, refund.failed_at, WORRY, rich(came_back, **words))
        if (again := refund.sent_again_as) and again.sent_at:
            yield Event(order.zone, again.sent_at, KEPT, rich(_("We sent %(money)s to you again."), **words))


def next_steps(order: OrderView, *, may_choose: bool) -> list[SafeString]:
    """What happens next without anybody asking, each with its day."""
    steps = []
    for refund in (each.refund for each in order.refunds):
        goes = refund.carried_by
        if goes.is_open and goes.due_at:
            words = {
                "money": money(refund.amount_minor, refund.currency),
                "day": day_plain(goes.due_at, settings.SHOP_ZONE),
            }
            if goes.due_at <= order.now:
                steps.append(rich(_("Overdue: we pay %(money)s back, promised by <b>%(day)s</b>."), **words))
            else:
                steps.append(rich(_("Next: we pay %(money)s back by <b>%(day)s</b>."), **words))
    for seen in order.alive:
        step = _next_of(seen)
        if step and step not in steps:
            steps.append(step)
    if may_choose:
        steps.insert(0, rich(_("Next: you choose, and we do the rest.")))
    return steps


def _next_of(seen: DeliverySeen) -> SafeString | None:
    if seen.condition.is_called_off or seen.condition.is_delivered:
        return None
    if seen.condition.is_in_trouble or seen.condition.is_late or seen.condition.awaits_news:
        return None
    if seen.parcel is None and seen.dispatch:
        if local_date(seen.condition.now, seen.dispatch.place.zone) > seen.dispatch.leaves_date:
            return None
        return rich(_("Next: it leaves us by <b>%(day)s</b>."), day=day_plain(seen.dispatch.leaves_date))
    words = {"day": day_plain(seen.promise.due_at, seen.delivery.zone)}
    return rich(_("Next: on <b>%(day)s</b> we check that it reached you, and write to you if it didn’t."), **words)
