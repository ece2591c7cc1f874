"""A choice that a person has to agree to, in the customer's words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from makegood.faces.account.order_view import OrderView
from makegood.remedies.rules.values import RemedyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    subject: str
    body: str


def wish_words(kind: RemedyKind, order: OrderView) -> Wish:
    """What the customer asks for by pressing a button."""
    wishes = {
        RemedyKind.SEND_AGAIN: _("Please send order %(order)s again."),
        RemedyKind.SEND_PART: _("Please send again what you have of order %(order)s, and pay back the rest."),
        RemedyKind.REFUND: _("Please give me my money back for order %(order)s."),
    }
    words = {"order": order.order.reference}
    return Wish(subject=_("Order %(order)s") % words, body=wishes[kind] % words)
