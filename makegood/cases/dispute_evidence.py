"""What speaks for us in a dispute, gathered from all that we know of the payment: in one PDF, and in a few fields."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation

from makegood.channels.models import Message
from makegood.channels.rules import UNSAID, Direction, MessageState
from makegood.customers.queries import email_of
from makegood.kit.instants import local_time, zone_named
from makegood.kit.redaction import hide_keys
from makegood.kit.typesetting import pdf_of
from makegood.money.rules import Money
from makegood.orders.models import Allocation, Order
from makegood.parcels.models import Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.words import carrier_name, scan_words
from makegood.payments.models import Dispute, Receipt, Refund
from makegood.payments.queries import evidence_sent
from makegood.payments.rules.values import Evidence

TEMPLATE = Path(__file__).parent / "pages" / "evidence.typ"
# The newest words count most, and a bank reads no book. Stripe takes 4.5 MB and 150,000 characters.
MESSAGES, LONGEST_MESSAGE = 100, 3_000
LONGEST_TEXT, LONGEST_SUMMARY = 20_000, 5_000
Row = tuple[str, str]
# Banks read English, whatever our helpers read.
LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A dispute with all that hangs on its payment, the oldest first."""

    dispute: Dispute
    receipt: Receipt
    orders: Sequence[Order]
    parcels: Sequence[Parcel]
    refunds: Sequence[Refund]
    messages: Sequence[Message]


def evidence_of(dispute: Dispute, *, summary: str) -> Evidence:
    """All of it, with what a helper says in front; the same records make the same bytes."""
    matter, summary = matter_of(dispute), hide_keys(summary)
    with translation.override(LANGUAGE):
        told = told_of(matter, summary=summary)
        first = next(iter(matter.orders), None)
        left = next(filter(_has_left, matter.parcels), None)
        return Evidence(
            pdf=pdf_of(TEMPLATE, told),
            summary=summary[:LONGEST_TEXT],
            product_description="; ".join(_lines(matter.orders))[:LONGEST_TEXT],
            customer_name=dispute.customer.name,
            customer_email=email_of(dispute.customer),
            shipping_address=_address(first) if first and left else "",
            carrier=carrier_name(left.carrier) if left else "",
            tracking_number=left.number if left else "",
            shipped_date=_local(left.label_at).date() if left else None,
        )


def sections_of(dispute: Dispute) -> Sequence[Mapping[str, Any]]:
    """What would be sent of what we know, each section with its heading and its rows, as a bank reads it."""
    with translation.override(LANGUAGE):
        found: Sequence[Mapping[str, Any]] = told_of(matter_of(dispute), summary="")["sections"]
    return found


def evidence_pdf(dispute: Dispute, *, summary: str) -> bytes:
    """The pages as they were sent; before that, as they would be sent with this in front."""
    sent = evidence_sent(dispute)
    return bytes(sent.pdf) if sent else evidence_of(dispute, summary=summary.strip()).pdf


def matter_of(dispute: Dispute) -> Matter:
    paid = Allocation.objects.filter(receipt=dispute.receipt_id).values("order_id")
    orders = list(Order.objects.filter(id__in=paid).prefetch_related("lines").order_by("placed_at", "id"))
    parcels = Parcel.objects.with_scans().filter(delivery__order__in=orders).select_related("delivery")
    words = Message.objects.filter(customer=dispute.customer_id).exclude(state__in=(*UNSAID, MessageState.KEPT))
    if orders:
        words = words.filter(written_at__gte=orders[0].placed_at)
    return Matter(
        dispute=dispute,
        receipt=dispute.receipt,
        orders=orders,
        parcels=list(parcels.order_by("label_at", "id")),
        refunds=list(Refund.objects.filter(receipt=dispute.receipt_id).order_by("id")),
        messages=sorted(words.order_by("-id")[:MESSAGES], key=lambda each: (each.written_at, each.pk)),
    )


def told_of(matter: Matter, *, summary: str) -> Mapping[str, Any]:
    """What the pages say, as the template reads it."""
    sections = [
        ("Dispute and payment", _payment(matter)),
        *((f"Order {order.reference}", _order(order, matter.parcels)) for order in matter.orders),
        *((_title(parcel), _parcel(parcel)) for parcel in matter.parcels),
        ("Money paid back", list(_refunds(matter.refunds))),
        ("Words exchanged", list(_messages(matter.messages))),
    ]
    return {
        "title": f"{settings.SHOP_NAME}: what speaks for us in dispute {matter.dispute.reference}",
        "summary": [line for line in summary.splitlines() if line.strip()],
        "sections": [{"heading": heading, "rows": rows} for heading, rows in sections if rows],
    }


def _payment(matter: Matter) -> list[Row]:
    dispute, receipt = matter.dispute, matter.receipt
    return [
        ("Disputed", str(Money(amount_minor=dispute.amount_minor, currency=dispute.currency))),
        ("Reason given", dispute.reason.replace("_", " ")),
        ("Since", _instant(dispute.opened_at)),
        ("Payment", receipt.gateway_reference),
        ("Paid", f"{Money(amount_minor=receipt.amount_minor, currency=receipt.currency)}, {receipt.name}"),
        ("Paid at", _instant(receipt.received_at)),
        ("Times", f"by the clocks of {settings.SHOP_ZONE}"),
        ("Customer", " · ".join(filter(None, (dispute.customer.name, email_of(dispute.customer))))),
    ]


def _order(order: Order, parcels: Iterable[Parcel]) -> list[Row]:
    charged = Money(amount_minor=order.charged_minor, currency=order.currency)
    return [
        ("Placed", _instant(order.placed_at)),
        *_sent(order, [each for each in parcels if each.delivery.order_id == order.pk]),
        *(("Bought", each) for each in _lines([order])),
        ("Costs", str(charged)),
        *([("Cancelled", _instant(order.cancelled_at))] if order.cancelled_at else []),
    ]


def _sent(order: Order, parcels: Sequence[Parcel]) -> list[Row]:
    """Where it went, or was to go: a label alone sends nothing, and a bank reads this as our word."""
    if any(_has_left(each) for each in parcels):
        return [("Sent to", _address(order))]
    if parcels:
        return [("To go to", _address(order)), ("Sent", "packed; its carrier has not said that it took it")]
    said = "no, it was cancelled before it left us" if order.cancelled_at else "not yet: nothing of it has left us"
    return [("To go to", _address(order)), ("Sent", said)]


def _has_left(parcel: Parcel) -> bool:
    """Whether its carrier had it in its hands."""
    return any(ScanKind(scan.kind).is_movement for scan in parcel.scans.all())


def _lines(orders: Iterable[Order]) -> list[str]:
    return [f"{line.quantity} × {line.title}" for order in orders for line in order.lines.all()]


def _address(order: Order) -> str:
    to = order.ship_to
    return ", ".join(filter(None, (to.get("name"), *to.get("lines", ()), to.get("postcode"), to.get("country"))))


def _title(parcel: Parcel) -> str:
    return f"Parcel {parcel.number} by {carrier_name(parcel.carrier)}"


def _parcel(parcel: Parcel) -> list[Row]:
    """Each scan as its carrier told it; its own words say who signed, where it knows."""
    rows = [(_instant(parcel.label_at), "label made")]
    for scan in sorted(parcel.scans.all(), key=lambda each: each.happened_at):
        parts = [scan_words(scan.kind), scan.place, f"“{scan.words}”" if scan.words else ""]
        rows.append((_instant(scan.happened_at), ", ".join(filter(None, parts))))
    return rows


def _refunds(refunds: Iterable[Refund]) -> Iterator[Row]:
    for refund in refunds:
        money = Money(amount_minor=refund.amount_minor, currency=refund.currency)
        at = refund.failed_at or refund.done_at or refund.sent_at or refund.requested_at
        yield _instant(at), f"{money}, {refund.get_state_display()}, {refund.tender}"


def _messages(messages: Iterable[Message]) -> Iterator[Row]:
    for message in messages:
        who = "We wrote" if message.direction == Direction.OUT else "They wrote"
        # Our letters hold links that would let the bank in as the customer.
        text = hide_keys("\n".join(filter(None, (message.subject, message.body))))
        yield f"{_instant(message.written_at)}\n{who}", text[:LONGEST_MESSAGE]


def _local(at: datetime) -> datetime:
    return local_time(at, zone_named(settings.SHOP_ZONE))


def _instant(at: datetime) -> str:
    return f"{_local(at):%Y-%m-%d %H:%M}"
