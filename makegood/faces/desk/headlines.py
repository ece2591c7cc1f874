"""What a case is about in one line, from what is true of it now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from makegood.cases.models import Case
from makegood.cases.rules import CaseType, Origin
from makegood.channels.rules import MessageState
from makegood.faces.desk.failures import reason_words
from makegood.faces.desk.remedy_words import REMEDY_WORDS
from makegood.faces.desk.time_left import calendar_days, length
from makegood.faces.words import day_short, percent
from makegood.orders.models import Delivery, Order
from makegood.parcels.models import Parcel
from makegood.parcels.queries import is_called_delivered
from makegood.parcels.rules.verdicts import IN_DANGER, Outcome, Verdict
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.models import Grant


def headline(
    case: Case,
    *,
    parcels: Sequence[Parcel],
    orders: Sequence[Order],
    grant: Grant | None,
    not_left: Sequence[Delivery],
    now: datetime,
) -> str:
    """The first thing a helper reads of a case: that our words did not reach them comes before all else, and what has
    not left before what was done about it.
    """
    if case.unreached is not None:
        if case.unreached.state == MessageState.HELD:
            return _("Our letter was held back: no record supports %(claims)s") % {"claims": case.unreached.error}
        if case.unreached.has_no_address:
            return _("We have no address to write to")
        return _("Our letter did not arrive: %(reason)s") % {"reason": reason_words(case.unreached)}
    if not_left:
        return not_left_words(not_left, now=now)
    # Of what was cancelled nobody waits for the box, wherever it is.
    awaited = [each for each in parcels if not each.delivery.promise.is_called_off]
    troubled: dict[Verdict, list[Parcel]] = {}
    for each in awaited:
        if (state := Verdict(each.estimate.verdict)) in IN_DANGER:
            troubled.setdefault(state, []).append(each)
    if not troubled and (own := _own_headline(case)):
        return own
    if troubled:
        # One line for all: each trouble with how many parcels have it, then how sure we are.
        first, *others = (_trouble(state, troubles) for state, troubles in sorted(troubled.items()))
        trouble = ", ".join([first, *(other[:1].lower() + other[1:] for other in others)])
        if any(each.said_not_received_at and each.estimate.verdict != Verdict.NOT_RECEIVED for each in awaited):
            trouble = _("%(trouble)s; they say that it never came") % {"trouble": trouble}
        return f"{trouble}; {_made_good(grant)}" if grant else f"{trouble}{_how_sure(awaited)}"
    return _calm(awaited, orders)


def _calm(awaited: Sequence[Parcel], orders: Sequence[Order]) -> str:
    """What is to be said of a case without trouble: where the parcels are, or that none is waited for."""
    if awaited and all(each.estimate.verdict == Verdict.DELIVERED for each in awaited):
        return ngettext("Arrived after all", "All %(count)s parcels arrived", len(awaited)) % {"count": len(awaited)}
    if awaited and all(each.estimate.verdict == Verdict.HELD for each in awaited):
        return ngettext("Parcel waits to be collected", "%(count)s parcels wait to be collected", len(awaited)) % {
            "count": len(awaited)
        }
    if awaited:
        return ngettext("Parcel on its way", "%(count)s parcels on their way", len(awaited)) % {"count": len(awaited)}
    standing = [order.reference for order in orders if not order.cancelled_at]
    named = standing or [order.reference for order in orders]
    words = {"orders": ", ".join(named)}
    if orders and not standing:
        return ngettext("Order %(orders)s was cancelled", "Orders %(orders)s were cancelled", len(named)) % words
    return ngettext("Order %(orders)s has not left", "Orders %(orders)s have not left", len(named)) % words


ORIGINS = {
    Origin.NOTICED: gettext_lazy("noticed by us"),
    Origin.NOT_RECEIVED: gettext_lazy("they told us that it isn’t there"),
    Origin.REMEDY: gettext_lazy("began with a remedy"),
    Origin.EMAIL: gettext_lazy("by e-mail"),
    Origin.WEB: gettext_lazy("from their page"),
    Origin.FORM: gettext_lazy("by the contact form, not signed in"),
}


def origin_words(case: Case) -> str:
    """What began a case."""
    return str(ORIGINS[Origin(case.origin)])


def not_left_words(late: Sequence[Delivery], *, now: datetime) -> str:
    """What should have left and has not, the earliest promised first, and for when that was, or how late it is."""
    first, references = late[0], list(dict.fromkeys(each.order.reference for each in late))
    words = {
        "orders": ", ".join(references),
        "late": _days_late(first, now=now) if first.promise.due_at <= now else _promised_for(first),
    }
    if all(getattr(each, "is_short", False) for each in late):
        line = ngettext(
            "Not all of order %(orders)s was there to pack, %(late)s",
            "Not all of orders %(orders)s was there to pack, %(late)s",
            len(references),
        )
    elif all(each.is_replacement for each in late):
        line = ngettext(
            "The replacement for order %(orders)s has not left us, %(late)s",
            "Replacements for orders %(orders)s have not left us, %(late)s",
            len(references),
        )
    else:
        line = ngettext(
            "Order %(orders)s has not left us, %(late)s",
            "Orders %(orders)s have not left us, %(late)s",
            len(references),
        )
    return line % words


def _promised_for(delivery: Delivery) -> str:
    return _("promised for %(day)s") % {"day": day_short(delivery.promise.due_at, delivery.zone)}


def _days_late(delivery: Delivery, *, now: datetime) -> str:
    due_at = delivery.promise.due_at
    if now - due_at < timedelta(days=1):
        return _("%(time)s late") % {"time": length(due_at, now, delivery.zone)}
    days = calendar_days(due_at, now, delivery.zone)
    return ngettext("%(count)s day late", "%(count)s days late", days) % {"count": days}


def _own_headline(case: Case) -> str:
    """What a case of its type is called while no parcel is in trouble; empty: by what became of its parcels."""
    match CaseType(case.case_type):
        case CaseType.QUESTION:
            return case.subject or _("A question")
        case CaseType.DISPUTE:
            return case.subject or _("A bank asks money back")
        case CaseType.DELIVERY:
            return ""
        case type_of_case:
            assert_never(type_of_case)


def _how_sure(parcels: Sequence[Parcel]) -> str:
    """How sure we are that a parcel is lost, as the end of a sentence: of several, the worst."""
    lost = [each.estimate.probability_percent for each in parcels if each.estimate.outcome == Outcome.LOST]
    return _(", %(percent)s lost") % {"percent": percent(max(lost))} if lost else ""


def _made_good(grant: Grant) -> str:
    return str(REMEDY_WORDS[RemedyKind(grant.kind)].made_good) % {"day": day_short(grant.arrives_date)}


def _trouble(state: Verdict, parcels: Sequence[Parcel]) -> str:
    count = len(parcels)
    words = {
        Verdict.NEVER_SCANNED: ngettext("No scan since the label", "No scan since the label, %(count)s parcels", count),
        Verdict.STALLED: ngettext("Parcel stopped on its way", "%(count)s parcels stopped on their way", count),
        Verdict.LOST: ngettext("Parcel most likely lost", "%(count)s parcels most likely lost", count),
        Verdict.NOT_RECEIVED: ngettext(
            "They say that it never came, and the carrier says delivered",
            "They say that %(count)s parcels never came, and the carrier says delivered",
            count,
        )
        if all(is_called_delivered(each) for each in parcels)
        else ngettext("They say that it never came", "They say that %(count)s parcels never came", count),
        Verdict.RETURNING: ngettext("Parcel coming back to us", "%(count)s parcels coming back to us", count),
        Verdict.RETURNED: ngettext("Parcel back with us", "%(count)s parcels back with us", count),
        Verdict.DAMAGED: ngettext("Parcel damaged", "%(count)s parcels damaged", count),
    }
    return words[state] % {"count": count}
