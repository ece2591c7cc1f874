"""What we know of one parcel, and how sure we are, in sentences for the customer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from makegood.faces.account.contradicted import contradiction_of, contradiction_told
from makegood.faces.account.order_view import DeliverySeen, OrderView
from makegood.faces.words import day, day_plain, instant, local_date, rich
from makegood.parcels.models import Parcel
from makegood.parcels.queries import last_scan_of, never_heard_of, picked_up_at, says_lost, zone_of
from makegood.parcels.rules.evidence import Evidence, EvidenceKey
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.rules.verdicts import Verdict
from makegood.parcels.words import carrier_name, scan_words
from makegood.promises.rules import PromiseState
from makegood.remedies.rules.values import Treatment
from makegood.replies.phrases import number_in_words
from makegood.replies.truths import MORE_LIKELY_THAN_NOT, THOUGHT_LOST

# So long after its label a box without a scan is nothing unusual.
FIRST_DAYS = timedelta(days=4)
# Where the carrier has spoken and nothing is open, a bar would only raise doubts.
CERTAIN_ENOUGH = frozenset({Verdict.DELIVERED, Verdict.RETURNED, Verdict.HELD})
THOUGHTS = {
    Verdict.NOT_RECEIVED: gettext_lazy("You told us that it never came, and we believe you."),
    Verdict.RETURNING: gettext_lazy("It is on its way back to us instead of to you."),
    Verdict.RETURNED: gettext_lazy("It is back with us instead of with you."),
    Verdict.DAMAGED: gettext_lazy("It was damaged on its way, and we don’t count on it reaching you whole."),
    Verdict.HELD: gettext_lazy("It waits for you there: please collect it."),
    Verdict.DELAYED: gettext_lazy("It is later than it should be, and we still think that it will reach you."),
}
# What becomes of a box for which something was chosen, and of the box if it comes; sending is told before money.
WHAT_WE_DO = {
    Treatment.SENT_AGAIN: (
        gettext_lazy("You get the same again, at our cost."),
        gettext_lazy("If this one turns up after all, nobody will charge you for it."),
    ),
    Treatment.SENT_OTHERWISE: (
        gettext_lazy("You get it another way."),
        gettext_lazy("If this one reaches you as well, nobody will charge you for it."),
    ),
    Treatment.REFUNDED: (
        gettext_lazy("You get your money back for it."),
        gettext_lazy("If it reaches you all the same, tell us, and we find the easiest way."),
    ),
}
DELIVERED = {
    ScanKind.DELIVERED_NEIGHBOUR: gettext_lazy("%(carrier)s says that a neighbour took it in on <b>%(when)s</b>."),
    ScanKind.DELIVERED_LOCKER: gettext_lazy("%(carrier)s says that it was put into a locker on <b>%(when)s</b>."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelTold:
    """One card: a title where there are several, sentences, and whether to show how sure we are."""

    seen: DeliverySeen
    title: str
    sentences: tuple[SafeString, ...]
    shows_belief: bool
    tone: str
    # What we can do about it comes after the last card that is in trouble.
    ends_trouble: bool


def parcels_told(order: OrderView) -> list[ParcelTold]:
    """A card for each delivery: what is in trouble first, then what is on its way, then what is settled."""
    deliveries = [each for each in order.deliveries if not _is_replaced(each)]
    first_ones = [each for each in deliveries if not each.is_replacement]
    ranked = sorted(deliveries, key=_rank)
    troubled = [each for each in ranked if each in order.troubled]
    return [
        ParcelTold(
            seen=each,
            title=_title(each, first_ones) if len(deliveries) > 1 else "",
            sentences=(*_sentences(each), *_in_one_box(each, deliveries)),
            shows_belief=_shows_belief(each),
            tone=_tone(each),
            ends_trouble=each is troubled[-1] if troubled else False,
        )
        for each in ranked
    ]


def _in_one_box(seen: DeliverySeen, others: Sequence[DeliverySeen]) -> Iterator[SafeString]:
    """That another parcel has the very number, which would read like a slip."""
    if seen.parcel is None:
        return
    own = (seen.parcel.carrier, seen.parcel.number)
    if any(each is not seen and each.parcel and (each.parcel.carrier, each.parcel.number) == own for each in others):
        yield rich(_("It shares its tracking number with another parcel of this order, and may be in the same box."))


def _is_replaced(seen: DeliverySeen) -> bool:
    """Whether it never left, and goes in another way: that one is shown."""
    return (
        seen.parcel is None
        and seen.condition.is_made_good
        and all(unit.treatment == Treatment.SENT_OTHERWISE for unit in seen.made_good)
    )


def _shows_belief(seen: DeliverySeen) -> bool:
    # Whoever has not heard of it is sure of nothing.
    if seen.parcel is None or seen.condition.is_called_off or seen.condition.awaits_news:
        return False
    if seen.parcel.estimate.is_unheard:
        return False
    return seen.state not in CERTAIN_ENOUGH or contradiction_of(seen.parcel) is not None


def _rank(seen: DeliverySeen) -> int:
    if seen.condition.is_made_good:
        return 4
    if seen.condition.is_in_trouble:
        return 0 if seen.condition.is_in_danger else 1
    return 3 if seen.condition.is_delivered else 2


def _title(seen: DeliverySeen, first_ones: list[DeliverySeen]) -> str:
    if seen.is_replacement:
        return _("The new parcel")
    if len(first_ones) == 1:
        return _("The first parcel")
    return _("Parcel %(number)s of %(count)s") % {"number": first_ones.index(seen) + 1, "count": len(first_ones)}


def _tone(seen: DeliverySeen) -> str:
    if seen.condition.is_called_off:
        return "info"
    if seen.parcel is None:
        return "warning" if seen.condition.is_in_trouble else "info"
    return "warning" if seen.parcel.estimate.outcome in {"lost", "returning", "damaged"} else "success"


def _sentences(seen: DeliverySeen) -> Iterator[SafeString]:
    if seen.parcel is None:
        yield from _before_it_leaves(seen)
        return
    yield _how_it_left(seen.parcel)
    yield from _what_the_carrier_says(seen, seen.parcel)
    contradicted = contradiction_told(seen.parcel, zone=seen.delivery.zone)
    if contradicted:
        yield contradicted
    # Of what was cancelled nobody waits for the box, and what we think of it is of no use to them.
    thought = None if seen.condition.is_called_off else _what_we_think(seen, seen.parcel)
    if thought:
        yield thought
    yield from _the_promise(seen)
    if seen.condition.is_made_good:
        yield from _what_we_did(seen)


def _before_it_leaves(seen: DeliverySeen) -> Iterator[SafeString]:
    if seen.condition.is_called_off:
        yield rich(_("It was not sent."))
        return
    if seen.condition.awaits_news:
        yield rich(_("We don’t know how it left us, or whether it did."))
        yield from _the_promise(seen)
        return
    if seen.condition.is_made_good:
        yield rich(_("It is not sent any more."))
        if any(unit.treatment == Treatment.REFUNDED for unit in seen.made_good):
            yield rich(_("You get your money back for it."))
        return
    sends = seen.dispatch
    is_late = sends is not None and local_date(seen.condition.now, sends.place.zone) > sends.leaves_date
    if is_late or seen.condition.is_in_trouble or seen.promise.at_risk_since:
        yield rich(_("It hasn’t left us yet, and it should have. Somebody here sees to it."))
    elif seen.dispatch:
        words = {"place": seen.dispatch.place.name, "day": day(seen.dispatch.leaves_date)}
        words["service"] = seen.dispatch.service.name
        yield rich(_("It leaves %(place)s on <b>%(day)s</b> at the latest, by %(service)s."), **words)
    else:
        yield rich(_("It hasn’t left us yet. We tell you if anything gets in its way."))
    yield from _the_promise(seen)


def _how_it_left(parcel: Parcel) -> SafeString:
    """A label says nothing of the box: only its carrier knows when it left."""
    picked_up = picked_up_at(parcel)
    words = {"place": parcel.place.name if parcel.place else ""}
    words["day"] = day_plain(picked_up or parcel.label_at, zone_of(parcel))
    if picked_up:
        somewhere, anywhere = _("It left %(place)s on <b>%(day)s</b>."), _("It left us on <b>%(day)s</b>.")
    else:
        somewhere = _("We packed it in %(place)s and made its label on <b>%(day)s</b>.")
        anywhere = _("We packed it and made its label on <b>%(day)s</b>.")
    return rich(somewhere if parcel.place else anywhere, **words)


def _what_the_carrier_says(seen: DeliverySeen, parcel: Parcel) -> Iterator[SafeString]:
    words = {"carrier": carrier_name(parcel.carrier)}
    last = last_scan_of(parcel)
    if last is None and (seen.condition.awaits_news or never_heard_of(parcel)):
        yield rich(_("We have not heard from %(carrier)s yet, so we can’t say where it is."), **words)
    elif last is None and seen.state == Verdict.LABEL_MADE:
        yield rich(_not_scanned_yet(seen, parcel), **words)
    elif last is None:
        yield rich(_("%(carrier)s has <b>never scanned the box</b>."), **words)
    elif last.at is not None and seen.called_delivered:
        sentence = DELIVERED.get(
            last.scan or ScanKind.UNKNOWN, _("%(carrier)s says that it was delivered on <b>%(when)s</b>.")
        )
        yield rich(str(sentence), **words, when=instant(last.at, seen.delivery.zone))
    elif last.at is not None:
        words |= {"place": last.place, "day": day(last.at, seen.delivery.zone), "said": scan_words(last.scan or "")}
        somewhere = _("%(carrier)s last scanned it in %(place)s on <b>%(day)s</b>: %(said)s.")
        anywhere = _("%(carrier)s last scanned it on <b>%(day)s</b>: %(said)s.")
        yield rich(somewhere if last.place else anywhere, **words)
    if last is not None and seen.condition.awaits_news:
        yield rich(_("We have not heard from %(carrier)s since, so we can’t say where it is now."), **words)


def _not_scanned_yet(seen: DeliverySeen, parcel: Parcel) -> str:
    if seen.condition.now - parcel.label_at <= FIRST_DAYS:
        return _("%(carrier)s hasn’t scanned it yet, which is usual in the first days.")
    return _("%(carrier)s hadn’t scanned it when we last heard of it.")


def _what_we_think(seen: DeliverySeen, parcel: Parcel) -> SafeString | None:
    if seen.state == Verdict.LOST and says_lost(parcel):
        words = {"carrier": carrier_name(parcel.carrier)}
        return rich(_("%(carrier)s says itself that it is lost, so we are not waiting any longer."), **words)
    if seen.state in THOUGHT_LOST - {Verdict.NOT_RECEIVED}:
        return _silence(parcel)
    thought = THOUGHTS.get(Verdict(seen.state))
    return rich(str(thought)) if thought else None


def _silence(parcel: Parcel) -> SafeString:
    """How long nobody has seen the box, and what follows from it."""
    silent = _evidence(parcel, EvidenceKey.NO_SCAN_SINCE)
    days = (silent.business_days if silent else None) or 0
    if days == 0:
        return rich(_("It should have been scanned by now, so we are not waiting any longer."))
    words = {"days": number_in_words(days)}
    if parcel.estimate.probability_percent < MORE_LIKELY_THAN_NOT:
        one = _("After one working day without a scan it may be lost, or only late.")
        many = _("After %(days)s working days without a scan it may be lost, or only late.")
    else:
        one = _("After one working day without a scan it is most likely lost, so we are not waiting any longer.")
        many = _("After %(days)s working days without a scan it is most likely lost, so we are not waiting any longer.")
    return rich(one if days == 1 else many, **words)


def _evidence(parcel: Parcel, key: EvidenceKey) -> Evidence | None:
    return next((Evidence.from_plain(each) for each in parcel.estimate.evidence if each["kind"] == key), None)


def _the_promise(seen: DeliverySeen) -> Iterator[SafeString]:
    """What was promised, where the sentences before don't say it."""
    if seen.condition.is_called_off or seen.condition.is_made_good:
        return
    if seen.condition.is_delivered and seen.parcel and contradiction_of(seen.parcel):
        return  # Whether it was in time is as unsure as the delivery itself.
    if seen.condition.is_delivered and seen.promise.state == PromiseState.KEPT:
        sentence = _("That was in time.")
    elif seen.condition.is_delivered:
        sentence = _("We had promised it by <b>%(day)s</b>, and are sorry that it was late.")
    elif seen.is_unheard:
        sentence = _("It was promised by <b>%(day)s</b>, and we can’t say yet whether it came.")
    elif seen.condition.is_late:
        sentence = _("We had promised it by <b>%(day)s</b>.")
    elif seen.condition.is_in_trouble:
        sentence = _("It is promised by <b>%(day)s</b>, and that is no longer certain.")
    else:
        sentence = _("It should be at your door by <b>%(day)s</b>.")
    yield rich(sentence, day=day(seen.promise.due_at, seen.delivery.zone))


def _what_we_did(seen: DeliverySeen) -> Iterator[SafeString]:
    if seen.again_called_off:
        yield rich(_("What was to come in its place was cancelled before it left us."))
        return
    treatments = {unit.treatment for unit in seen.made_good}
    for treatment in [each for each in Treatment if each in treatments][:1]:
        chosen, if_it_comes = WHAT_WE_DO[treatment]
        came = _("Keep what came, or send it back at our cost, whichever suits you: nobody will charge you for it.")
        box = came if seen.condition.is_delivered else str(if_it_comes)
        yield rich("%(chosen)s %(box)s", chosen=str(chosen), box=box)


def sorry(order: OrderView, *, since_year: int | None) -> str:
    """Said where something is in trouble, and only there."""
    if not order.troubled:
        return ""
    if all(each.promise.state == PromiseState.OPEN for each in order.troubled):
        return _("We’re sorry, and would rather tell you now than have you find out.")
    if since_year is None:
        return _("We’re sorry. This isn’t what you were promised.")
    words = {"year": since_year}
    return _("We’re sorry. You have ordered from us since %(year)s, and this isn’t what you were promised.") % words


def things(count: int) -> str:
    """One thing, two things: what an order is of."""
    words = {"count": number_in_words(count)}
    return _("one thing") if count == 1 else ngettext("%(count)s thing", "%(count)s things", count) % words
