"""The money of the demo: a customer who sends money orders, a gift card, a refund, a dispute, and money of nobody's."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from django.db import transaction

from makegood.changes.actions import change_order
from makegood.changes.rules.values import ChangeRequest
from makegood.customers.models import Customer
from makegood.intake.actions import take_in_orders
from makegood.intake.receiving import take_in_receipts
from makegood.money.rules import Money
from makegood.orders.hearing import hear
from makegood.orders.records import OrderRecord
from makegood.payments.console_books import TO_ANSWER, ConsoleBooks
from makegood.payments.filing import put_tenders
from makegood.payments.records import ReceiptRecord, TenderOnFileRecord
from makegood.payments.rules.events import DisputeOpened
from makegood.payments.rules.values import DisputeStatus, GatewayDispute
from makegood.policies.rules.values import ChangeKind
from makegood.staff.rules import Actor, Standpoint

# Of Tom's first order: it was delivered, and that speaks for us.
DISPUTED, DISPUTED_PAYMENT = Money(amount_minor=2175, currency="USD"), "pi_of_order_10455"
DISPUTE = "dp_of_order_10455"
GIFT_CARD = {"tender": "gift_card", "id": "gift-2203", "label": "Gift card ending 2203"}
# When does not matter to a gateway that is only asked how it stands, and has no clock before the shop is open.
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
Happening = tuple[datetime, Callable[[datetime], object]]


def put_tenders_on_file(now: datetime) -> None:
    """A gift card that Mei had before."""
    card = {"customer": "mei", "kind": "gift_card", "currency": "USD", "balance_minor": 5000}
    record = {"id": GIFT_CARD["id"], "label": GIFT_CARD["label"], **card}
    put_tenders([TenderOnFileRecord.model_validate(record)], now=now)


def money_events(
    day: Callable[..., datetime], dates: Mapping[int, date], record: Callable[..., OrderRecord]
) -> Iterator[Happening]:
    """What happens with money, at instants that `day` makes of a business day's number; `record` makes an order."""

    def order(n: int, reference: str, customer: str, skus: list[str], paid: list[dict[str, Any]], by: int) -> Happening:
        words = {"reference": reference, "customer": customer, "skus": skus, "paid": paid}
        made = partial(record, placed_at=day(n, 11), deliver_by_date=dates[by], **words)
        return day(n, 11), lambda now: take_in_orders([made(now)], now=now)

    yield order(4, "10491", "walt", ["ECHO-S", "BIRDS"], [], by=24)
    # More than is due: what is left pays for the next one.
    yield day(6, 12), partial(_money_order, number="7301", amount_minor=6000, order="10491")
    yield order(7, "10494", "walt", ["TIDES"], [], by=24)
    yield day(9, 12), partial(_money_order, number="7302", amount_minor=1000, order="10494")
    yield order(6, "10492", "mei", ["ATLAS"], [{**GIFT_CARD, "amount_minor": 4000}, _card(1880)], by=24)
    yield order(8, "10496", "ines", ["BIRDS"], [_card(2175)], by=24)
    yield day(9, 13), partial(_cancel, reference="10496")
    yield day(9, 14), _open_dispute
    yield day(10, 8), partial(_money_order, number="7319", amount_minor=3370, payer="R. ORTEGA", note="for the books")


def _card(amount_minor: int) -> dict[str, Any]:
    return {"tender": "card", "label": "Visa ending 4242", "amount_minor": amount_minor}


def _money_order(now: datetime, *, number: str, **words: Any) -> None:
    told = {"id": f"MO-{number}", "tender": "money_order", "label": f"Money order {number}", "currency": "USD"}
    take_in_receipts([ReceiptRecord.model_validate({**told, "received_at": now, **words})], now=now)


def _cancel(now: datetime, *, reference: str) -> None:
    """Its customer thinks better of it: the money goes back to the card, by hand."""
    customer = Customer.objects.get(reference="ines")
    change_order(
        reference=reference,
        request=ChangeRequest(kind=ChangeKind.CANCEL, reason="I found it at home."),
        by=Actor(standpoint=Standpoint.CUSTOMER, id=customer.pk, name=customer.name),
        key=f"demo/{reference}",
        now=now,
    )


def _open_dispute(now: datetime) -> None:
    event = DisputeOpened(event_id="evt_of_the_demo", created_at=now, dispute=dispute_of_the_demo(now))
    with transaction.atomic():
        hear(event)


def dispute_of_the_demo(now: datetime) -> GatewayDispute:
    return GatewayDispute(
        reference=DISPUTE,
        payment=DISPUTED_PAYMENT,
        amount=DISPUTED,
        status=DisputeStatus.NEEDS_RESPONSE,
        reason="product_not_received",
        evidence_due_at=now + TO_ANSWER,
        is_evidence_submitted=False,
        is_refundable=False,
        created_at=now,
    )


def know_dispute(books: ConsoleBooks) -> None:
    """Let the gateway of the demo know the dispute in whichever process it is asked, so that it can be answered."""
    books.disputes[DISPUTE] = replace(dispute_of_the_demo(EPOCH), evidence_due_at=None)
