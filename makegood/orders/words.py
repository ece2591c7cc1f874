"""What happened to a running account, as its customer reads it; the language is the one that is active."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from makegood.kit.localise import format_amount, format_money
from makegood.money.accounts import AccountKind
from makegood.money.queries import CHARGED_FOR
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.orders.models import Order, OrderChange
from makegood.orders.rules import DISPUTE
from makegood.payments.models import Receipt, Refund
from makegood.payments.receiving import DISOWNED
from makegood.payments.words import came_in_words, goes_to_words, taken_back_words, tender_words
from makegood.policies.rules.values import ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What one line is about: `amount` is by how much what we owe grew, `charged` what was charged, by what for.

    `first`: the first change of the order that was made here.
    """

    kind: TransferKind
    key: str
    amount: Money
    order: Order | None = None
    receipt: Receipt | None = None
    refund: Refund | None = None
    change: OrderChange | None = None
    first: OrderChange | None = None
    charged: Mapping[AccountKind, int]

    @property
    def is_lost_dispute(self) -> bool:
        """Whether it ends what a bank has asked back: what that keeps is charged no more."""
        return self.order is not None and self.key.startswith(f"order:{self.order.pk}/{DISPUTE}/")


def booking_words(booking: Booking) -> tuple[str, str]:
    """What happened, and a sentence more on it, which may be empty."""
    receipt = booking.receipt
    kind_of_receipt = receipt.kind if receipt else ""
    # Asked for one by one, since few lines of an account want any but the first four.
    words: Mapping[TransferKind, Callable[[], tuple[str, str]]] = {
        TransferKind.CHARGED: lambda: (_charge(booking), _charge_detail(booking)),
        TransferKind.CHARGE_REVERSED: lambda: (_charge(booking), _charge_detail(booking)),
        TransferKind.RECEIVED: lambda: (came_in_words(kind_of_receipt), _receipt_detail(receipt)),
        TransferKind.CREDIT_SPENT: lambda: (came_in_words(kind_of_receipt), _receipt_detail(receipt)),
        TransferKind.PAID_BACK: lambda: (_paid_back(booking), _again(booking)),
        TransferKind.PAID_OUT: lambda: (_paid_back(booking), _again(booking)),
        TransferKind.CONVERTED: lambda: (_("Your money was changed into another currency"), _receipt_detail(receipt)),
        TransferKind.RETURNED_BY_BANK: lambda: (
            taken_back_words(kind_of_receipt),
            _("So what it paid for is to be paid again."),
        ),
        TransferKind.DISPUTED: lambda: (_("You asked your bank for money back"), ""),
        TransferKind.DISPUTE_WON: lambda: (_("Your bank let the payment stand"), ""),
        TransferKind.CORRECTED: lambda: (_corrected(booking), _again(booking)),
        TransferKind.OPENED: lambda: (_("Brought over from before"), ""),
        TransferKind.CREDIT_GIVEN: lambda: (_("A credit from us"), ""),
        TransferKind.CREDIT_EXPIRED: lambda: (_("A credit from us ran out"), ""),
        TransferKind.COST_BORNE: lambda: (_("Something that we bear"), ""),
        TransferKind.FEE_PAID: lambda: (_("A fee"), ""),
    }
    return words[booking.kind]()


def _charge(booking: Booking) -> str:
    order, change = booking.order, booking.change
    if order is None:
        return _("You ordered something") if booking.amount.amount_minor < 0 else _("Something you ordered costs less")
    if change is not None:
        return change_words(change, order)
    if booking.is_lost_dispute:
        return _("Your bank decided for you about order %(order)s") % {"order": order.reference}
    if booking.key == f"order:{order.pk}":
        return _ordered(order, booking.first)
    if booking.amount.amount_minor < 0:
        return _("Order %(order)s costs more now") % {"order": order.reference}
    return _("Order %(order)s costs less now") % {"order": order.reference}


def _ordered(order: Order, first: OrderChange | None) -> str:
    units = units_ordered(order, first)
    if units == 1 and first is None:
        return _("You ordered “%(title)s”") % {"title": order.lines.all()[0].title}
    return ngettext("You ordered %(count)s thing", "You ordered %(count)s things", units) % {"count": units}


def change_words(change: OrderChange, order: Order) -> str:
    """What a change has done to an order, whoever asked for it."""
    others = change.request.get("orders", ())
    words = {
        ChangeKind.CANCEL: _("Something of order %(order)s was cancelled")
        if change.after["lines"]
        else _("Order %(order)s was cancelled"),
        ChangeKind.CHANGE_ADDRESS: _("Order %(order)s goes to %(address)s now"),
        ChangeKind.CHANGE_ITEMS: _("Something else was chosen in order %(order)s"),
        ChangeKind.CHANGE_TENDER: _("Order %(order)s was paid in another way"),
        ChangeKind.ADD_LINES: _("Something was added to order %(order)s"),
        ChangeKind.MERGE: ngettext(
            "Order %(others)s travels with order %(order)s, in one parcel",
            "Orders %(others)s travel with order %(order)s, in one parcel",
            len(others),
        )
        if others
        else _("Order %(order)s travels with another, in one parcel"),
        ChangeKind.SPLIT_DELIVERY: _("Order %(order)s travels in several parcels"),
        ChangeKind.RETURN: _("Something of order %(order)s came back"),
        ChangeKind.EXCHANGE: _("Something of order %(order)s came back, for something else"),
    }
    address = address_words(change.after.get("ship_to", {})) or _("another address")
    told = {"order": order.reference, "others": ", ".join(others), "address": address}
    return words[ChangeKind(change.kind)] % told


def address_words(to: Mapping[str, Any], *, with_name: bool = False) -> str:
    """Where something goes, in a line."""
    parts = (to.get("name") if with_name else "", *to.get("lines", ()), to.get("postcode"))
    return ", ".join(str(part) for part in parts if part)


def changed_units_words(change: OrderChange) -> str:
    """What a change is about, by title and number, and what took its place; empty where it is about no units."""
    before = {line["id"]: line["title"] for line in change.before.get("lines", ())}
    after = {line["sku"]: line["title"] for line in change.after.get("lines", ())}
    units = [(each, before.get(each["line"], "")) for each in change.request.get("units", ())]
    told = [_replaced(each, title, after.get(each.get("sku", ""), "")) for each, title in units if title]
    added = [(each["quantity"], after.get(each["sku"], "")) for each in change.request.get("added", ())]
    return ", ".join([*told, *(_titled(count, title) for count, title in added if title)])


def _replaced(units: Mapping[str, Any], title: str, instead: str) -> str:
    """“Tee, M” → “Tee, XL”; two that are called the same are told apart by their numbers."""
    was = _titled(units["quantity"], title)
    if not instead:
        return was
    becomes = _titled(1, instead)
    if title == instead:
        was, becomes = f"{was} ({units.get('was_sku', '')})", f"{becomes} ({units['sku']})"
    return f"{was} → {becomes}"


def _titled(count: int, title: str) -> str:
    return (_("“%(title)s”") if count == 1 else _("%(count)s × “%(title)s”")) % {"count": count, "title": title}


def units_ordered(order: Order, first: OrderChange | None) -> int:
    """How many units an order had before its `first` change here; as it stands, where there was none."""
    if first is not None:
        return sum(line["quantity"] for line in first.before["lines"])
    return sum(line.quantity for line in order.lines.all())


def _charge_detail(booking: Booking) -> str:
    """Order 10391: goods 72.00, postage 12.50."""
    if booking.order is None:
        return ""
    if booking.is_lost_dispute:
        return _("It keeps the money that it asked back, and we ask nothing more of you for that.")
    names = dict(zip(CHARGED_FOR, (_("goods"), _("postage"), _("tax")), strict=True))
    parts = [
        f"{names[each]} {_amount(booking.charged[each], booking.amount.currency)}"
        for each in CHARGED_FOR
        if booking.charged.get(each)
    ]
    if booking.change is not None and (units := changed_units_words(booking.change)):
        return f"{units}."
    if not parts:
        return _("Order %(order)s.") % {"order": booking.order.reference}
    return _("Order %(order)s: %(parts)s.") % {"order": booking.order.reference, "parts": ", ".join(parts)}


def _receipt_detail(receipt: Receipt | None) -> str:
    """What the money is called, and what it was before it was converted."""
    if receipt is None:
        return ""
    label = f"{receipt.label}." if receipt.label and receipt.label != receipt.kind else ""
    if not receipt.original_currency or receipt.original_minor is None:
        return label
    converted = _("%(before)s at %(rate)s came to %(after)s.") % {
        "before": format_money(receipt.original_minor, receipt.original_currency, _language()),
        "rate": receipt.rate,
        "after": format_money(receipt.amount_minor, receipt.currency, _language()),
    }
    return f"{label} {converted}" if label else converted


def _paid_back(booking: Booking) -> str:
    refund = booking.refund
    if refund is None:
        return _("Money went back to you")
    where = goes_to_words(refund.tender_kind, refund.tender)
    if booking.amount.amount_minor > 0:
        return _("Money that went %(where)s did not arrive") % {"where": where}
    return _("We sent money %(where)s") % {"where": where}


def _again(booking: Booking) -> str:
    """What money that came back has to do with what was sent in its place."""
    refund = booking.refund
    if refund is None:
        return ""
    if booking.amount.amount_minor > 0:
        if refund.sent_again_as is None:
            return ""
        where = goes_to_words(refund.sent_again_as.tender_kind, refund.sent_again_as.tender)
        return _("It goes %(where)s instead.") % {"where": where}
    before = [goes_to_words(each.tender_kind, each.tender) for each in refund.came_back.all()]
    if not before:
        return ""
    return _("In place of money that went %(where)s and did not arrive.") % {"where": before[-1]}


def _corrected(booking: Booking) -> str:
    if booking.refund is not None:
        where = goes_to_words(booking.refund.tender_kind, booking.refund.tender)
        return _("Money that went %(where)s did not arrive") % {"where": where}
    if booking.receipt is not None and booking.key.endswith(f"/{DISOWNED}"):
        return _("That money was not yours after all")
    if booking.receipt is not None:
        return _("Less came than was said: %(tender)s") % {
            "tender": tender_words(booking.receipt.kind, booking.receipt.label)
        }
    return _("We put something right")


def _amount(minor: int, currency: str) -> str:
    sign = "\N{MINUS SIGN}\N{NO-BREAK SPACE}" if minor < 0 else ""
    return sign + format_amount(abs(minor), currency, _language())


def _language() -> str:
    return get_language() or "en"
