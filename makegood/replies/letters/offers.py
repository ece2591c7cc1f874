"""What customers may choose from, in sentences."""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from django.utils.translation import gettext as _

from makegood.replies.phrases import day, money, together
from makegood.replies.rules.values import Offer, OfferKind


def offered(offers: Sequence[Offer], *, link: str) -> str:
    """Each offer, the first as the one we would take, and where to choose."""
    sentences = [_offer(offer, is_first=index == 0) for index, offer in enumerate(offers)]
    return together(*sentences, _("Choose here: %(link)s") % {"link": link} if link else "")


def answer_to_come(reply_by: date | None) -> str:
    """That a person is looking into it, where there is nothing to choose yet."""
    if reply_by is None:
        return _("A person here is looking into it, and you will have an answer from us.")
    context = {"day": day(reply_by)}
    return _("A person here is looking into it, and you will have an answer from us by %(day)s.") % context


def _offer(offer: Offer, *, is_first: bool) -> str:
    match offer.kind:
        case OfferKind.SEND_AGAIN:
            free = _("You pay nothing and send nothing back.")
            return together(_offer_again(offer), _travels(offer.service_words), free)
        case OfferKind.SEND_PART:
            return together(_offer_part(offer), _travels(offer.service_words))
        case OfferKind.REFUND:
            return _offer_refund(offer, is_first=is_first)
        case _:
            assert_never(offer.kind)


def _offer_again(offer: Offer) -> str:
    if offer.arrives_date is None:
        return _("We can send you the same again.")
    return _("We can send you the same again, to be with you on %(day)s.") % {"day": day(offer.arrives_date)}


def _offer_part(offer: Offer) -> str:
    first = _("We no longer have everything that was in it, but we can send you again what we have.")
    if offer.arrives_date is not None:
        first = _(
            "We no longer have everything that was in it, but we can send you again what we have, "
            "to be with you on %(day)s."
        ) % {"day": day(offer.arrives_date)}
    if offer.money is None:
        return together(first, _("We would give you the money for the rest back."))
    context = {"money": money(offer.money)}
    if offer.settles_date is None:
        return together(first, _("For the rest we would give you %(money)s back.") % context)
    context["day"] = day(offer.settles_date)
    return together(first, _("For the rest we would give you %(money)s back, by %(day)s.") % context)


def _offer_refund(offer: Offer, *, is_first: bool) -> str:
    if offer.money is None:
        return _("We can give you your money back.") if is_first else _("Or we give you your money back.")
    context = {"money": money(offer.money)}
    if offer.settles_date is None:
        sentence = (
            _("We can give you your money back, %(money)s.")
            if is_first
            else _("If you would rather have your money back, that is %(money)s.")
        )
        return sentence % context
    context["day"] = day(offer.settles_date)
    sentence = (
        _("We can give you your money back: %(money)s, by %(day)s.")
        if is_first
        else _("If you would rather have your money back, that is %(money)s, by %(day)s.")
    )
    return sentence % context


def _travels(service: str) -> str:
    return _("It would travel by %(service)s.") % {"service": service} if service else ""
