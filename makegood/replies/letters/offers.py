"""What customers may choose from, in sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.replies.phrases import day, deadline, items_in_words, listed, money, together
from makegood.replies.rules.values import Offer, OfferKind

# What names goods, or sums of them, of one order.
OF_ITS_OWN = frozenset({OfferKind.SEND_PART, OfferKind.SEND_UPGRADE, OfferKind.SUBSTITUTE})


def offered(offers: Sequence[Offer], *, link: str) -> Iterator[str]:
    """Each offer, an order's first as the one we would take, and where to choose.

    Of several orders each has its own, in a paragraph that names it; orders with the same offers share one.
    """
    choose = _("Choose here: %(link)s") % {"link": link} if link else ""
    groups = _alike(offers)
    if not any(offer.order_reference for offer in offers):
        yield from (together(*_sentences(group), choose) for group in groups)
        return
    for group in groups:
        first, *others = _sentences(group)
        yield together(f"{_for_which(group[0])} {first[:1].lower()}{first[1:]}", *others)
    if choose:
        yield choose


def _alike(offers: Sequence[Offer]) -> list[list[list[Offer]]]:
    """The orders to which the same is offered, each group by its offers: one offer of every order."""
    by_order: dict[str, list[Offer]] = {}
    for offer in offers:
        by_order.setdefault(offer.order_reference, []).append(offer)
    groups: dict[tuple[Offer, ...], list[list[Offer]]] = {}
    for those in by_order.values():
        groups.setdefault(tuple(_without_order(each) for each in those), []).append(those)
    return [[list(each) for each in zip(*orders, strict=True)] for orders in groups.values()]


def _without_order(offer: Offer) -> Offer:
    """What is the same for every order to which the same is offered. What is short is each order's own."""
    return offer if offer.kind in OF_ITS_OWN else replace(offer, order_reference="", money=None)


def _for_which(alike: Sequence[Offer]) -> str:
    orders = [offer.order_reference for offer in alike]
    return ngettext("For order %(orders)s:", "For orders %(orders)s:", len(orders)) % {"orders": listed(orders)}


def _sentences(group: Sequence[Sequence[Offer]]) -> list[str]:
    return [_offer(alike, is_first=index == 0) for index, alike in enumerate(group)]


def _offer(alike: Sequence[Offer], *, is_first: bool) -> str:
    """One offer, made for one order or for several alike."""
    offer, count = alike[0], len(alike)
    arrives = {"day": day(offer.arrives_date) if offer.arrives_date else ""}
    holds = (
        _("That day holds if you choose by %(when)s.") % {"when": deadline(offer.choose_by)} if offer.choose_by else ""
    )
    nothing_more = ngettext("You pay nothing more for it.", "You pay nothing more for them.", count)
    match offer.kind:
        case OfferKind.SEND_AGAIN:
            again = _("We can send you the same again, to be with you on %(day)s.") % arrives
            return together(again, _travels(offer, count), holds, _("You pay nothing and send nothing back."))
        case OfferKind.SEND_PART:
            part = _(
                "We no longer have everything that was in it, but we can send you what we have, "
                "to be with you on %(day)s."
            )
            return together(part % arrives, _travels(offer, count), holds, _the_rest(offer))
        case OfferKind.SEND_NOW:
            now = ngettext(
                "We can send it now, to be with you on %(day)s.",
                "We can send them now, to be with you on %(day)s.",
                count,
            )
            return together(now % arrives, _travels(offer, count), holds, nothing_more)
        case OfferKind.SEND_ALL:
            everything = _("We can send you all of it, to be with you by %(day)s.") % arrives
            free = _("You pay nothing more and send nothing back.")
            return together(everything, _travels(offer, count), holds, free)
        case OfferKind.SEND_UPGRADE:
            upgrade = _("We can send you %(items)s in its place, to be with you on %(day)s.") % _instead(offer)
            return together(upgrade, _travels(offer, 1), holds, _("It costs you no more than what you ordered."))
        case OfferKind.SUBSTITUTE:
            return _substitute(offer, is_first=is_first)
        case OfferKind.NEW_DATE:
            return together(_later(count, is_first=is_first) % arrives, nothing_more)
        case OfferKind.REFUND:
            return _money_back(alike, is_first=is_first)
        case _:
            assert_never(offer.kind)


def _instead(offer: Offer) -> dict[str, str]:
    return {
        "items": items_in_words(offer.items) or _("something else"),
        "day": day(offer.arrives_date) if offer.arrives_date else "",
        "money": money(offer.money) if offer.money else "",
    }


def _substitute(offer: Offer, *, is_first: bool) -> str:
    """A question: nothing of it is sent unless they say yes."""
    one = (
        _("We have something else that may suit you: %(items)s, to be with you on %(day)s.")
        if is_first
        else _("Or we send you %(items)s in its place, to be with you on %(day)s.")
    )
    if offer.money:
        costs = _("It costs less, so %(money)s of what you paid would come back to you.")
    else:
        costs = _("It costs you no more than what you ordered.")
    asked = _("We send it only if you say that you want it.")
    return together(one % _instead(offer), costs % _instead(offer), asked)


def _travels(offer: Offer, count: int) -> str:
    if not offer.service_words:
        return ""
    words = {"service": offer.service_words}
    return ngettext("It would travel by %(service)s.", "They would travel by %(service)s.", count) % words


def _later(count: int, *, is_first: bool) -> str:
    if is_first:
        return ngettext(
            "We can let it come later, to be with you by %(day)s.",
            "We can let them come later, to be with you by %(day)s.",
            count,
        )
    return ngettext(
        "Or we let it come later, to be with you by %(day)s, if that suits you.",
        "Or we let them come later, to be with you by %(day)s, if that suits you.",
        count,
    )


def _the_rest(offer: Offer) -> str:
    """What is paid back for what can't be sent, if it cost anything."""
    if offer.settles_date is None or offer.money is None:
        return ""
    context = {"money": money(offer.money), "day": day(offer.settles_date)}
    return _("For the rest we would give you %(money)s back, by %(day)s.") % context


def _money_back(alike: Sequence[Offer], *, is_first: bool) -> str:
    """How much goes back: of several orders for each, since each may be chosen by itself."""
    sums = [(offer.order_reference, money(offer.money)) for offer in alike if offer.money]
    if not sums:
        return _("We can give you your money back.") if is_first else _("Or we give you your money back.")
    each = [_("for order %(order)s %(money)s") % {"order": order, "money": amount} for order, amount in sums]
    words = (
        _("We can give you your money back: %(money)s, by %(day)s.")
        if is_first
        else _("If you would rather have your money back, that is %(money)s, by %(day)s.")
    )
    settles_date = alike[0].settles_date
    context = {"money": listed(each) if len(sums) > 1 else sums[0][1], "day": day(settles_date) if settles_date else ""}
    return words % context
