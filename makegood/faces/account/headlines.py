"""The first sentence of an order: the truth, before anything else."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.faces.account.contradicted import contradiction_of
from makegood.faces.account.order_view import DeliverySeen, OrderView
from makegood.faces.words import day, money
from makegood.parcels.rules.verdicts import NOT_SHIPPED, Verdict
from makegood.parcels.words import carrier_name
from makegood.payments.models import Refund
from makegood.replies.phrases import listed, number_in_words
from makegood.replies.truths import what_is_wrong


def headline(seen: OrderView) -> str:
    """What is true of an order now, in one sentence; trouble comes before everything."""
    if into := seen.order.merged_into:
        return _("Travels with order %(order)s.") % {"order": into.reference}
    if seen.is_called_off:
        return _("This order was cancelled.")
    if seen.troubled:
        return _trouble(seen.troubled, alive=len(seen.alive))
    if seen.grants and not all(each.condition.is_delivered for each in seen.alive):
        return _made_good(seen)
    if not seen.alive:
        return _money_back(seen)
    return _calm(seen, seen.alive)


def _trouble(troubled: Sequence[DeliverySeen], *, alive: int) -> str:
    in_danger = [each for each in troubled if each.condition.is_in_danger]
    if len(in_danger or troubled) == 1 and alive > 1 and (in_danger or troubled)[0].parcel:
        return _("One of your %(count)s parcels isn’t where it should be.") % {"count": number_in_words(alive)}
    if in_danger:
        return what_is_wrong(in_danger)
    if len(troubled) == 1 and troubled[0].is_part:
        return _("Part of your order should be with you by now, and it hasn’t left us.")
    if any(each.parcel for each in troubled):
        return ngettext(
            "Your parcel is late, and still on its way.",
            "Your parcels are late, and still on their way.",
            len(troubled),
        )
    if all(each.is_replacement for each in troubled):
        return _("Your new parcel should be with you by now, and it hasn’t left us.")
    return _("Your order should be with you by now, and it hasn’t left us.")


def _made_good(seen: OrderView) -> str:
    again = [each for each in seen.alive if each.delivery.is_replacement and not each.condition.is_delivered]
    if not again:
        if any(each.refund.carried_by.is_open or each.refund.is_with_us for each in seen.refunds):
            return _money_back(seen)
        return _calm(seen, seen.alive)
    words = {"day": day(max(each.delivery.by_date for each in again))}
    if all(each.is_first for each in again):
        if all(each.parcel for each in again):
            return _("Your order is on its way, to be at your door on %(day)s.") % words
        return _("We are sending it another way, to be at your door on %(day)s.") % words
    if all(each.parcel for each in again):
        return _("Your new parcel is on its way, to be at your door on %(day)s.") % words
    return _("We are sending it again, to be at your door on %(day)s.") % words


def _money_back(seen: OrderView) -> str:
    """What came back to us, what is still to be paid back, and else what was: only what is done has moved money."""
    refunds = [each.refund for each in seen.refunds]
    if returned := [each for each in refunds if each.is_with_us]:
        return _("%(money)s did not reach you. It is yours: tell us how you want it.") % {"money": _sum_of(returned)}
    owed = [each for each in refunds if each.carried_by.is_open]
    told = owed or [each for each in refunds if each.carried_by.is_settled]
    days = [at for each in told if (at := each.carried_by.done_at or each.carried_by.due_at)]
    if not days:
        return _("There was nothing to pay back.")
    context = {"money": _sum_of(told), "day": day(max(days), settings.SHOP_ZONE)}
    if not owed:
        return _("We paid %(money)s back on %(day)s.") % context
    if any(each.carried_by.is_overdue(now=seen.now) for each in owed):
        return _("We should have paid %(money)s back by %(day)s, and haven’t yet.") % context
    return _("We will pay back %(money)s by %(day)s.") % context


def _sum_of(refunds: Sequence[Refund]) -> str:
    return money(sum(each.amount_minor for each in refunds), refunds[0].currency)


def _calm(seen: OrderView, alive: Sequence[DeliverySeen]) -> str:
    states = {each.state for each in alive}
    if states == {Verdict.DELIVERED} and any(each.parcel and contradiction_of(each.parcel) for each in alive):
        return ngettext(
            "Your parcel is said to be delivered, and we are not sure.",
            "Your parcels are said to be delivered, and we are not sure.",
            len(alive),
        )
    if seen.order.history_since and all(each.condition.awaits_news for each in alive):
        return _("We don’t know how this one ended.")
    if states == {Verdict.LABEL_MADE} and all(each.condition.awaits_news for each in alive):
        return _not_heard(alive)
    if len(states) == 1:
        return _all_alike(states.pop(), alive)
    if Verdict.DELIVERED in states and NOT_SHIPPED in states:
        return _("Some of your order was delivered, and the rest hasn’t left us yet.")
    if Verdict.DELIVERED in states:
        return _("Some of your order was delivered, and the rest is on its way.")
    if NOT_SHIPPED in states:
        return _("Some of your order is on its way, and the rest hasn’t left us yet.")
    return _("Your parcels are on their way.")


def _not_heard(alive: Sequence[DeliverySeen]) -> str:
    carriers = dict.fromkeys(carrier_name(each.parcel.carrier) for each in alive if each.parcel)
    return ngettext(
        "Your parcel is packed, and we have not heard from %(carrier)s yet.",
        "Your parcels are packed, and we have not heard from %(carrier)s yet.",
        len(alive),
    ) % {"carrier": listed(carriers)}


def _all_alike(state: str, alive: Sequence[DeliverySeen]) -> str:
    count = len(alive)
    sentences = {
        NOT_SHIPPED: _("We are getting your order ready."),
        Verdict.LABEL_MADE: ngettext(
            "Your parcel is packed and waits for the carrier.",
            "Your parcels are packed and wait for the carrier.",
            count,
        ),
        Verdict.MOVING: ngettext("Your parcel is on its way.", "Your parcels are on their way.", count),
        Verdict.DELAYED: ngettext(
            "Your parcel is delayed, and still on its way.", "Your parcels are delayed, and still on their way.", count
        ),
        Verdict.OUT_FOR_DELIVERY: ngettext(
            "Your parcel is out for delivery.", "Your parcels are out for delivery.", count
        ),
        Verdict.ATTEMPTED: _("The carrier came with your parcel and couldn’t hand it over."),
        Verdict.HELD: ngettext("Your parcel waits to be picked up.", "Your parcels wait to be picked up.", count),
        Verdict.DELIVERED: ngettext("Your parcel was delivered.", "Your parcels were delivered.", count),
    }
    if state == NOT_SHIPPED and any(each.promise.at_risk_since for each in alive):
        return _("Your order is taking longer to leave us than it should.")
    return sentences[Verdict(state) if state != NOT_SHIPPED else NOT_SHIPPED]
