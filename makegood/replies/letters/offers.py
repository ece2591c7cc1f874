"""What customers may choose from, in sentences."""

from collections.abc import Sequence
from typing import assert_never

from django.utils.translation import gettext as _

from makegood.replies.phrases import day, deadline, money, together
from makegood.replies.rules.values import Offer, OfferKind


def offered(offers: Sequence[Offer], *, link: str) -> str:
    """Each offer, the first as the one we would take, and where to choose."""
    sentences = [_offer(offer, is_first=index == 0) for index, offer in enumerate(offers)]
    return together(*sentences, _("Choose here: %(link)s") % {"link": link} if link else "")


def _offer(offer: Offer, *, is_first: bool) -> str:
    arrives = {"day": day(offer.arrives_date) if offer.arrives_date else ""}
    travels = _("It would travel by %(service)s.") % {"service": offer.service_words} if offer.service_words else ""
    holds = (
        _("That day holds if you choose by %(when)s.") % {"when": deadline(offer.choose_by)} if offer.choose_by else ""
    )
    match offer.kind:
        case OfferKind.SEND_AGAIN:
            again = _("We can send you the same again, to be with you on %(day)s.") % arrives
            return together(again, travels, holds, _("You pay nothing and send nothing back."))
        case OfferKind.SEND_PART:
            part = _(
                "We no longer have everything that was in it, but we can send you what we have, "
                "to be with you on %(day)s."
            )
            return together(part % arrives, travels, holds, _the_rest(offer))
        case OfferKind.SEND_NOW:
            now = _("We can send it now, to be with you on %(day)s.") % arrives
            return together(now, travels, holds, _("You pay nothing more for it."))
        case OfferKind.SEND_ALL:
            everything = _("We can send you all of it, to be with you by %(day)s.") % arrives
            return together(everything, travels, holds, _("You pay nothing more and send nothing back."))
        case OfferKind.NEW_DATE:
            later = (
                _("We can let it come later, to be with you by %(day)s.")
                if is_first
                else _("Or we let it come later, to be with you by %(day)s, if that suits you.")
            )
            return together(later % arrives, _("You pay nothing more for it."))
        case OfferKind.REFUND:
            return _money_back(offer, is_first=is_first)
        case _:
            assert_never(offer.kind)


def _the_rest(offer: Offer) -> str:
    """What is paid back for what can't be sent, if it cost anything; sums of different currencies are not named
    together.
    """
    if offer.settles_date is None:
        return ""
    if offer.money is None:
        return _("We would give you the money for the rest back.")
    context = {"money": money(offer.money), "day": day(offer.settles_date)}
    return _("For the rest we would give you %(money)s back, by %(day)s.") % context


def _money_back(offer: Offer, *, is_first: bool) -> str:
    if offer.money is None:
        return _("We can give you your money back.") if is_first else _("Or we give you your money back.")
    words = (
        _("We can give you your money back: %(money)s, by %(day)s.")
        if is_first
        else _("If you would rather have your money back, that is %(money)s, by %(day)s.")
    )
    return words % {"money": money(offer.money), "day": day(offer.settles_date) if offer.settles_date else ""}
