"""The truth about a parcel in sentences: when it left, what the carrier knows, what we think and how sure we are."""

from collections.abc import Sequence
from typing import Protocol, assert_never

from django.utils.translation import gettext as _

from makegood.replies.phrases import capitalised, day, items_in_words, of_your_parcels, percent, together
from makegood.replies.rules.values import ParcelTruth, Rest

NOT_MOVING = frozenset({"label_made", "never_scanned"})
THOUGHT_LOST = frozenset({"never_scanned", "stalled", "lost", "not_received"})
BACK = frozenset({"returning", "returned"})
NOT_LEFT = "not_shipped"
# Its carrier has it where the customer can collect it.
WAITS = "held"
MAY_BE_LOST = "may_be_lost"
# Not received, and nobody says that it was delivered.
MISSING = "missing"
# From here on we say that we think so; below, that it may be.
MORE_LIKELY_THAN_NOT = 50
# From here on that it is most likely so.
MOST_LIKELY = 80


class Believed(Protocol):
    """A parcel of which we believe something."""

    @property
    def order_reference(self) -> str: ...

    @property
    def state(self) -> str: ...

    @property
    def is_replacement(self) -> bool: ...

    @property
    def is_part(self) -> bool: ...

    @property
    def is_short(self) -> bool: ...

    @property
    def called_delivered(self) -> bool: ...

    @property
    def probability_percent(self) -> int: ...


def whole_truth(parcel: ParcelTruth, *, is_broken_day_told: bool = False) -> str:
    """All about one parcel; `is_broken_day_told`: the letter has said already which day has passed."""
    promised = "" if parcel.broken and is_broken_day_told else _what_was_promised(parcel)
    return together(what_is_known(parcel), _what_we_think(parcel), promised)


def what_is_known(parcel: ParcelTruth) -> str:
    """When a parcel left, and what its carrier knows; of what has not left, just that."""
    items = items_in_words(parcel.items) or _("what you ordered")
    context = {"order": parcel.order_reference, "items": items, "place": parcel.from_place}
    if parcel.left_on is None:
        return together(*_what_has_not_left(parcel, context))
    again = _("This is about the new parcel, which replaces an earlier one.") if parcel.is_replacement else ""
    left = _when_it_left(parcel) % (context | {"day": day(parcel.picked_up_date or parcel.left_on)})
    return together(left, again, capitalised(_last_scan(parcel)), _tracking(parcel))


def _tracking(parcel: ParcelTruth) -> str:
    if not parcel.number:
        return ""
    words = (
        _("It shares its tracking number with another of these, %(number)s, and may be in the same box.")
        if parcel.shares_number
        else _("Its tracking number is %(number)s.")
    )
    return words % {"number": parcel.number}


def _what_has_not_left(parcel: ParcelTruth, context: dict[str, str]) -> tuple[str, ...]:
    """Nothing of carriers, since none has it: which it is, that it is here, and where the rest of its order is."""
    which = _("Order %(order)s, with %(items)s.") % context
    if parcel.is_short:
        return (_("Of order %(order)s, this was not there when we packed it: %(items)s.") % context,)
    if parcel.left_otherwise:
        return which, _("What we send in its place has left us.")
    if parcel.is_replacement:
        return which, _("The new parcel is still with us.")
    match parcel.rest:
        case Rest.NONE:
            return which, _("It is still with us.")
        case Rest.TOLD_ELSEWHERE:
            return (_("Of order %(order)s, this is still with us: %(items)s.") % context,)
        case Rest.APART:
            part = _("Of order %(order)s, this is still with us: %(items)s.") % context
            return part, _("The rest of that order travels separately.")
        case Rest.DELIVERED:
            part = _("Of order %(order)s, this is still with us: %(items)s.") % context
            return part, _("The rest of that order has been delivered.")
        case _:
            assert_never(parcel.rest)


def what_is_wrong(parcels: Sequence[Believed]) -> str:
    """The one sentence that comes first: what has happened to all these parcels, or that each has its own trouble."""
    states = {_trouble(parcel) for parcel in parcels}
    trouble = states.pop() if len(states) == 1 else ""
    if all(parcel.is_short for parcel in parcels):
        one = _("Something that you ordered was not there when we packed it.")
        many = _("Of %(count)s of your orders something was not there when we packed it.")
        return of_your_parcels(one, many, {each.order_reference for each in parcels})
    if all(parcel.is_replacement for parcel in parcels):
        return of_your_parcels(*_first_sentences_again(trouble), parcels)
    if trouble == NOT_LEFT:
        return has_not_left(parcels)
    one, many = _first_sentences(trouble)
    return of_your_parcels(one, many, parcels)


def has_not_left(parcels: Sequence[Believed]) -> str:
    """That orders, or parts of them, should have left and did not: however many parcels one of them is to leave in."""
    # Where something is sent again, something has left.
    is_part = any(each.is_part or each.is_replacement for each in parcels)
    if is_part:
        one = _("Part of your order hasn’t left us yet, and it should have.")
        many = _("%(count)s of your orders haven’t left us completely yet, and they should have.")
    else:
        one = _("Your order hasn’t left us yet, and it should have.")
        many = _("%(count)s of your orders haven’t left us yet, and they should have.")
    return of_your_parcels(one, many, {each.order_reference for each in parcels})


def _trouble(parcel: Believed) -> str:
    if parcel.state in NOT_MOVING:
        return "never_scanned"
    if parcel.state == "lost" and parcel.probability_percent < MOST_LIKELY:
        return MAY_BE_LOST
    if parcel.state == "not_received" and not parcel.called_delivered:
        return MISSING
    return "returning" if parcel.state in BACK else parcel.state


def _first_sentences(trouble: str) -> tuple[str, str]:
    sentences = {
        "never_scanned": (
            _("Your parcel hasn’t started moving, and it should have."),
            _("%(count)s of your parcels haven’t started moving, and they should have."),
        ),
        "stalled": (
            _("Your parcel has stopped on its way, and it shouldn’t have."),
            _("%(count)s of your parcels have stopped on their way, and they shouldn’t have."),
        ),
        "lost": (
            _("Your parcel is most likely lost."),
            _("%(count)s of your parcels are most likely lost."),
        ),
        MAY_BE_LOST: (
            _("Your parcel may be lost."),
            _("%(count)s of your parcels may be lost."),
        ),
        "not_received": (
            _("Your parcel is marked as delivered and isn’t with you. We believe you."),
            _("%(count)s of your parcels are marked as delivered and aren’t with you. We believe you."),
        ),
        MISSING: (
            _("Your parcel isn’t with you, and it should be. We believe you."),
            _("%(count)s of your parcels aren’t with you, and they should be. We believe you."),
        ),
        "returning": (
            _("Your parcel is on its way back to us instead of to you."),
            _("%(count)s of your parcels are on their way back to us instead of to you."),
        ),
        "damaged": (
            _("Your parcel was damaged on its way to you."),
            _("%(count)s of your parcels were damaged on their way to you."),
        ),
    }
    elsewhere = (
        _("Your parcel isn’t where it should be."),
        _("%(count)s of your parcels aren’t where they should be."),
    )
    return sentences.get(trouble, elsewhere)


def _first_sentences_again(trouble: str) -> tuple[str, str]:
    """What has happened to what was sent instead."""
    if trouble == "lost":
        return (
            _("Your new parcel is most likely lost, too."),
            _("%(count)s of your new parcels are most likely lost, too."),
        )
    if trouble == MAY_BE_LOST:
        return (
            _("Your new parcel may be lost, too."),
            _("%(count)s of your new parcels may be lost, too."),
        )
    if trouble == NOT_LEFT:
        return (
            _("Your new parcel hasn’t left us yet, and it should have."),
            _("%(count)s of your new parcels haven’t left us yet, and they should have."),
        )
    return (
        _("Your new parcel isn’t where it should be, either."),
        _("%(count)s of your new parcels aren’t where they should be, either."),
    )


def _when_it_left(parcel: ParcelTruth) -> str:
    # A label says nothing of the box: only its carrier knows when it left.
    if parcel.picked_up_date is None:
        if parcel.from_place:
            return _("Order %(order)s, with %(items)s: we made its label in %(place)s on %(day)s.")
        return _("Order %(order)s, with %(items)s: we made its label on %(day)s.")
    if parcel.from_place:
        return _("Order %(order)s, with %(items)s: it left %(place)s on %(day)s.")
    return _("Order %(order)s, with %(items)s: it left us on %(day)s.")


def _last_scan(parcel: ParcelTruth) -> str:
    context = {"carrier": _carrier(parcel), "place": parcel.last_scan_place, "words": parcel.last_scan_words}
    if parcel.told_missing_date:
        said = _("You told us on %(day)s that it is not there.") % {"day": day(parcel.told_missing_date)}
        return together(said, capitalised(_carrier_said(parcel, context)))
    return _carrier_said(parcel, context)


def _carrier_said(parcel: ParcelTruth, context: dict[str, str]) -> str:
    if parcel.never_heard:
        return _("We have not heard from %(carrier)s.") % context
    if parcel.last_scan_date is None:
        never = _("%(carrier)s has never scanned the box.")
        return (_("%(carrier)s hasn’t scanned the box yet.") if parcel.state == "label_made" else never) % context
    context["day"] = day(parcel.last_scan_date)
    if parcel.told_missing_date and parcel.called_delivered:
        return _("%(carrier)s says that it was delivered on %(day)s; we go by what you told us.") % context
    if parcel.last_scan_place and parcel.last_scan_words:
        return _("%(carrier)s last scanned it in %(place)s on %(day)s: “%(words)s”.") % context
    if parcel.last_scan_place:
        return _("%(carrier)s last scanned it in %(place)s on %(day)s.") % context
    if parcel.last_scan_words:
        return _("%(carrier)s last scanned it on %(day)s: “%(words)s”.") % context
    return _("%(carrier)s last scanned it on %(day)s.") % context


def _carrier(parcel: ParcelTruth) -> str:
    return parcel.carrier_name or _("the carrier")


def _what_we_think(parcel: ParcelTruth) -> str:
    # Whoever is sure of nothing says nothing of it.
    is_settled = bool(parcel.told_missing_date) and parcel.called_delivered
    if parcel.left_on is None or is_settled or not parcel.probability_percent:
        return ""
    context = {"carrier": _carrier(parcel), "percent": percent(parcel.probability_percent)}
    if parcel.said_lost and parcel.state == "lost":
        return capitalised(_("%(carrier)s says itself that it is lost, and we are %(percent)s sure of it.") % context)
    if parcel.state == WAITS:
        return _where_it_waits(parcel) % context
    if parcel.state in THOUGHT_LOST:
        return _how_lost(parcel) % context
    if parcel.state in BACK:
        return _("As far as we know it is coming back to us; we are %(percent)s sure.") % context
    if parcel.state == "damaged":
        return _("We think that it can’t be delivered whole, and are %(percent)s sure.") % context
    if parcel.state == "delivered":
        return _("As far as we know it has been delivered; we are %(percent)s sure.") % context
    return _("We think that it will still reach you, and are %(percent)s sure.") % context


def _where_it_waits(parcel: ParcelTruth) -> str:
    if not parcel.last_scan_place:
        return _("It waits for you: please collect it where %(carrier)s told you.")
    return _("It waits for you there: please collect it.")


def _how_lost(parcel: ParcelTruth) -> str:
    if parcel.probability_percent < MORE_LIKELY_THAN_NOT:
        return _("It may only be late: we think it %(percent)s likely that it is lost.")
    if parcel.last_scan_date is None:
        return _("We think that it was lost before %(carrier)s took it in, and are %(percent)s sure that it is lost.")
    return _("We think that it was lost after that, and are %(percent)s sure.")


def _what_was_promised(parcel: ParcelTruth) -> str:
    context = {"day": day(parcel.promised_date)}
    if parcel.broken or parcel.made_good or parcel.state == "delivered":
        return _("It was promised for %(day)s.") % context
    if parcel.at_risk and parcel.left_on is None:
        return _("It is promised for %(day)s, and that is no longer certain.") % context
    if parcel.state in THOUGHT_LOST and parcel.probability_percent < MORE_LIKELY_THAN_NOT:
        return _("It is promised for %(day)s, and that is no longer certain.") % context
    if parcel.state in THOUGHT_LOST | BACK | {"damaged"}:
        return _("It is promised for %(day)s, and we no longer count on that day.") % context
    return _("It is promised for %(day)s.") % context
