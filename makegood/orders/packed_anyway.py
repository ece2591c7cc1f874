"""What a shop packed though it was cancelled here: it is sold again, whichever of its versions tells so."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from makegood.catalog.models import Product
from makegood.journal.actions import announce
from makegood.money.transfers import TransferKind
from makegood.orders.charging import charge_more, left_of
from makegood.orders.delivering import Group, make_deliveries
from makegood.orders.facts import OrderChanged
from makegood.orders.models import Delivery, DeliveryUnits, OrderLine
from makegood.orders.paying import OrderAccount
from makegood.orders.rebasing import Told
from makegood.orders.versions import Known


def sell_packed(
    each: Known, units: Mapping[str, int], *, waiting: Sequence[Delivery], now: datetime
) -> dict[str, OrderLine]:
    """Let an order hold again what of these units (by the shop's names of their lines) none of its deliveries that are
    `waiting` holds, and charge for it; never more than the shop tells of the line. The lines that were sold, by those
    names.

    The caller holds the order and what its customer has paid.
    """
    order, sold = each.order, {}
    if order.cancelled_at is not None:
        return {}
    before = left_of(order, OrderLine.objects.filter(order=order))
    held = Counter[int]()
    for there in DeliveryUnits.objects.filter(delivery__in=waiting):
        held[there.line_id] += there.quantity
    more: dict[str, int] = {}
    for told, quantity in units.items():
        row = each.lines.get(told)
        most = each.told[told]["quantity"] - (row.quantity if row else 0) if told in each.told else 0
        short = min(quantity - (held[row.pk] if row else 0), most)
        if short > 0 and told in each.names:
            sold[told] = _sell(each, told, row, short)
            more[sold[told].reference] = short
    if sold:
        _add(each, more, sold, waiting, now=now)
        difference = left_of(order, OrderLine.objects.filter(order=order)) - before
        charge_more(order, difference, key=f"packed/{uuid4()}", kind=TransferKind.CHARGED, now=now)
        order.save(update_fields=["charged_minor"])
        OrderAccount.held(order).pay(now=now)
        announce(
            [
                OrderChanged(
                    customer_id=order.customer_id,
                    order_id=order.pk,
                    version_at=each.record.version_at or now,
                    by="",
                    fields=("lines",),
                    lines_changed=tuple(sorted(more)),
                )
            ],
            now=now,
        )
    return sold


def _sell(each: Known, told: str, row: OrderLine | None, quantity: int) -> OrderLine:
    """So many more of a line, for their part of what the shop tells of it."""
    line: Told = each.told[told]
    if row is None:
        product = Product.objects.get(sku=line["sku"])
        row = OrderLine(
            order=each.order,
            customer_id=each.order.customer_id,
            reference=each.names[told],
            product=product,
            title=line["title"] or product.title,
            unit_price_minor=line["unit_price_minor"],
            quantity=0,
        )
    row.quantity += quantity
    row.discount_minor += line["taken_off_minor"] * quantity // line["quantity"]
    row.tax_minor += line["tax_minor"] * quantity // line["quantity"]
    row.save()
    return row


def _add(
    each: Known, more: Mapping[str, int], sold: Mapping[str, OrderLine], waiting: Sequence[Delivery], *, now: datetime
) -> None:
    """Let the first delivery that waits and is owed hold these units too, or a new one, where none is."""
    owed = next((delivery for delivery in waiting if delivery.promise.made_good_at is None), None)
    if owed is None:
        record = each.record
        group = Group(order=each.order, record=record, units=more, parcel=None, ship_to=record.ship_to)
        make_deliveries([group], {each.order.pk: {line.reference: line for line in sold.values()}}, now=now)
        return
    for line in sold.values():
        row = DeliveryUnits.objects.filter(delivery=owed, line=line).first()
        if row is None:
            row = DeliveryUnits(delivery=owed, line=line, customer_id=line.customer_id, quantity=0)
        row.quantity += more[line.reference]
        row.save()
