"""Money: an order paid by money orders and drawn, one by a card that goes back and is disputed, one in two currencies.

What takes a key is asked under it. What takes none is asked as a helper asks: told that it was done before, they look
whether it was done as they wanted, and if so go on.
"""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db import OperationalError
from django.test import Client

from makegood.cases.disputing import answer_with_evidence
from makegood.catalog.actions import put_places, put_postage_rates, put_products, put_stock
from makegood.catalog.records import PlaceRecord, PostageRateRecord, ProductRecord, StockRecord
from makegood.changes.actions import change_order
from makegood.changes.rules.values import ChangeRequest, Units
from makegood.customers.actions import put_customers
from makegood.customers.records import CustomerRecord
from makegood.intake.actions import take_in_orders
from makegood.intake.receiving import MatchedBefore, convert_and_pay, match_receipt, return_receipt, take_in_receipts
from makegood.kit import clock
from makegood.kit.errors import Refusal
from makegood.money.queries import faults_in_books
from makegood.orders.models import Order
from makegood.orders.queries import faults_in_payments
from makegood.orders.records import OrderRecord
from makegood.payments.disputing import AnsweredBefore
from makegood.payments.models import Dispute, Receipt, Refund, UnmatchedReceipt
from makegood.payments.receiving import AlreadyConverted, ReturnedBefore
from makegood.payments.records import ReceiptRecord
from makegood.payments.refunding import RefundDoneBefore
from makegood.policies.rules.values import ChangeKind
from makegood.remedies.actions import finish_refund
from makegood.staff.models import ApiToken
from makegood.staff.rules import Actor, Scope, Standpoint, digest_of
from tests.crashes.gateway import GatewaySide
from tests.crashes.lost_parcels import set_clock
from tests.crashes.script import HEARS, LETTER, TELLS, Stage, Steps, Story

BEGINS = "2026-09-22T15:00Z"
TOKEN = "mg_of_a_program"
ROBIN = Actor(standpoint=Standpoint.HELPER, id=1, name="Robin")
PEOPLE = {"ada": "Europe/London", "bob": "America/New_York", "dora": "America/New_York"}
PRICES = {"INK": 3100, "SNOW": 2240, "NORTH": 1860, "HAND": 2895, "LOGS": 2450, "MOSS": 2180, "TIDES": 2890}
# Whose, how many of what, postage, and the gateway's payment, where one was told.
ORDERS: dict[str, tuple[str, dict[str, int], int, str]] = {
    "101": ("ada", {"INK": 1, "SNOW": 1, "NORTH": 1}, 1250, ""),
    "102": ("ada", {"HAND": 1, "LOGS": 1, "MOSS": 1}, 1420, ""),
    "201": ("bob", {"SNOW": 3, "TIDES": 1}, 480, "pi_00000001"),
    "202": ("bob", {"TIDES": 2}, 480, ""),
    "301": ("dora", {"TIDES": 2}, 480, ""),
}
RECEIPTS: dict[str, dict[str, Any]] = {
    "MO-1": {"order": "101", "amount_minor": 10_000},
    "MO-2": {"order": "101", "amount_minor": 5_000},
    "MO-X": {"payer": "D. Reader", "amount_minor": 3_000},
    "EU-1": {"customer": "dora", "currency": "EUR", "amount_minor": 4_000},
}


def open_shop(_: str) -> None:
    put_customers(
        [
            CustomerRecord.model_validate(
                {"id": name, "name": f"{name.title()} Reader", "email": f"{name}@reader.example", "zone": zone}
            )
            for name, zone in PEOPLE.items()
        ]
    )
    put_places([PlaceRecord(id="reno", name="Reno", country="US", zone="America/Los_Angeles")])
    put_products(
        [
            ProductRecord(sku=sku, title=f"Book {sku}", currency="USD", price_minor=minor)
            for sku, minor in PRICES.items()
        ]
    )
    put_stock([StockRecord(place="reno", sku=sku, on_hand=10) for sku in PRICES])
    put_postage_rates([PostageRateRecord(country="*", currency="USD", first_minor=1250, each_more_minor=185)])
    ApiToken.objects.get_or_create(
        digest=digest_of(TOKEN),
        defaults={
            "name": "shop",
            "prefix": TOKEN[:8],
            "scopes": [Scope.READ, Scope.WRITE, Scope.ACT],
            "expires_at": clock.system_now() + timedelta(days=1),
        },
    )


def orders_come(references: str) -> None:
    take_in_orders([_order(each) for each in references.split()], now=clock.now())


def _order(reference: str) -> OrderRecord:
    customer, books, postage, payment = ORDERS[reference]
    total = sum(PRICES[sku] * count for sku, count in books.items()) + postage
    card = {"tender": "card", "label": "Visa ending 7726", "amount_minor": total, "payment": payment}
    return OrderRecord.model_validate(
        {
            "id": reference,
            "customer": customer,
            "placed_at": BEGINS,
            "currency": "USD",
            "lines": [
                {"id": sku, "sku": sku, "quantity": count, "unit_price_minor": PRICES[sku]}
                for sku, count in books.items()
            ],
            "postage_minor": postage,
            "paid": [card] if payment else [],
            "ship_to": {
                "name": customer.title(),
                "lines": ["1 Main Street"],
                "postcode": "10001",
                "country": "US",
                "zone": PEOPLE[customer],
            },
            "deliver_by_date": "2026-12-18",
        }
    )


def money_comes(references: str) -> None:
    common = {"tender": "money_order", "currency": "USD", "received_at": BEGINS}
    records = [ReceiptRecord.model_validate({**common, "id": each, **RECEIPTS[each]}) for each in references.split()]
    take_in_receipts(records, now=clock.now())


# -- asked under a key


def customer_cancels(wanted: str) -> None:
    reference, sku = wanted.split()
    owner = Order.objects.get(reference=reference).customer_id
    change_order(
        reference=reference,
        request=ChangeRequest(kind=ChangeKind.CANCEL, units=(Units(line=sku, quantity=1),)),
        by=Actor(standpoint=Standpoint.CUSTOMER, id=owner),
        key=f"form/{wanted}",
        now=clock.now(),
    )


def orders_become_one(wanted: str) -> None:
    first, second = wanted.split()
    _post(f"/v1/orders/{first}/changes", {"kind": "merge", "orders": [second]}, acting_for="customer:ada", key=wanted)


def customer_draws(reference: str) -> None:
    path = f"/v1/customers/{reference}/payouts"
    _post(path, {"currency": "USD"}, acting_for=f"customer:{reference}", key="all that is free")


def helper_pays_back(wanted: str) -> None:
    order, line, minor = wanted.split()
    body = {"units": [{"line": line, "amount_minor": int(minor)}], "reason": "A torn page"}
    _post(f"/v1/orders/{order}/refunds", body, key=wanted)


def helper_gives_credit(reference: str) -> None:
    body = {"currency": "USD", "amount_minor": 700, "reason": "For the trouble with her bank"}
    _post(f"/v1/customers/{reference}/credits", body, key=reference)


def _post(path: str, body: object, *, key: str, acting_for: str = "") -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": f'"{key}"'}
    _call(path, body, headers | ({"Acting-For": acting_for} if acting_for else {}))


def hear_the_gateway(push: str) -> None:
    told = json.loads(push)
    _call("/inlets/stripe", told["body"], told["headers"])


def _call(path: str, body: object, headers: dict[str, str]) -> None:
    client = Client(headers=headers, raise_request_exception=False, SERVER_NAME="localhost")
    _answered(client.post(path, body, content_type="application/json"))


def _answered(response: Any) -> None:
    """Whoever is told that something broke asks again."""
    if response.status_code >= 500:
        raise OperationalError(response.content)
    assert response.status_code < 300, response.content


# -- asked again until it is done


def helper_matches(wanted: str) -> None:
    reference, order_reference = wanted.split()
    row = UnmatchedReceipt.objects.get(reference=reference)
    order = Order.objects.get(reference=order_reference)
    _once(
        lambda: match_receipt(
            unmatched_id=row.pk, customer_id=order.customer_id, order_id=order.pk, by=str(ROBIN), now=clock.now()
        ),
        MatchedBefore,
        lambda: (
            row.matched_by == str(ROBIN) and Receipt.objects.get(reference=reference).customer_id == order.customer_id
        ),
    )


def helper_converts(wanted: str) -> None:
    reference, to, rate = wanted.split()
    receipt = Receipt.objects.get(reference=reference)
    _once(
        lambda: convert_and_pay(receipt_id=receipt.pk, to=to, rate=rate, now=clock.now()),
        AlreadyConverted,
        lambda: (receipt.currency, receipt.rate) == (to, rate),
    )


def bank_takes_back(reference: str) -> None:
    receipt = Receipt.objects.get(reference=reference)
    _once(
        lambda: return_receipt(receipt_id=receipt.pk, note="no good", by=str(ROBIN), now=clock.now()),
        ReturnedBefore,
        lambda: receipt.returned_minor == receipt.amount_minor,
    )


def helper_has_sent_it(reference: str) -> None:
    refund = Refund.objects.get(customer__reference=reference, route="by_hand")
    _once(
        lambda: finish_refund(refund_id=refund.pk, by=ROBIN, note="posted", now=clock.now()),
        RefundDoneBefore,
        lambda: (refund.done_by, refund.note) == (str(ROBIN), "posted"),
    )


def helper_sends_evidence(summary: str) -> None:
    dispute = Dispute.objects.get()
    _once(
        lambda: answer_with_evidence(dispute_id=dispute.pk, summary=summary, by=ROBIN, now=clock.now()),
        AnsweredBefore,
        lambda: (dispute.answer, dispute.answer_asked_by) == ("evidence", str(ROBIN)),
    )


def _once(ask: Callable[[], object], done_before: type[Refusal], as_wanted: Callable[[], bool]) -> None:
    """Ask; what was done before counts where what we read before we asked shows that it was done as wanted."""
    try:
        ask()
    except done_before:
        if not as_wanted():
            raise


def wrong() -> Sequence[str]:
    return [*faults_in_books(), *faults_in_payments()]


STEPS: Steps = {
    "set clock": set_clock,
    "open the shop": open_shop,
    "orders come": orders_come,
    "money comes": money_comes,
    "customer cancels": customer_cancels,
    "orders become one": orders_become_one,
    "customer draws": customer_draws,
    "helper pays back": helper_pays_back,
    "helper gives credit": helper_gives_credit,
    "helper matches": helper_matches,
    "helper converts": helper_converts,
    "bank takes back": bank_takes_back,
    "helper has sent it": helper_has_sent_it,
    "helper sends evidence": helper_sends_evidence,
    HEARS: hear_the_gateway,
}


def charge(side: GatewaySide, orders: str) -> None:
    for order in orders.split():
        _, books, postage, _ = ORDERS[order]
        side.charge(sum(PRICES[sku] * count for sku, count in books.items()) + postage, order=order)


ELSEWHERE: dict[str, Callable[[GatewaySide, str], None]] = {
    "cards are charged": charge,
    "a refund arrives": lambda side, _: side.settle_refund(),
    "a refund is sent back": lambda side, _: side.send_refund_back(),
    "a charge is disputed": lambda side, order: side.open_dispute(order=order),
    "the dispute is decided": lambda side, outcome: side.decide_dispute(outcome),
}
STAGES = (
    Stage(
        "three orders",
        (
            ("set clock", BEGINS),
            ("cards are charged", "201 202"),
            ("open the shop", ""),
            ("orders come", "101 201 202 301"),
        ),
    ),
    Stage("money comes", (("set clock", "2026-09-23T15:00Z"), ("money comes", "MO-1 MO-X EU-1"), (TELLS, ""))),
    Stage(
        "they change their minds",
        (
            ("set clock", "2026-09-24T15:00Z"),
            ("customer cancels", "101 INK"),
            ("customer cancels", "201 SNOW"),
            ("helper matches", "MO-X 301"),
        ),
    ),
    # Apart from what was matched: it is less than is due until the other money counts.
    Stage("the other money counts", (("set clock", "2026-09-24T18:00Z"), ("helper converts", "EU-1 USD 1.1"))),
    Stage(
        "more is ordered",
        (
            ("set clock", "2026-09-25T15:00Z"),
            (TELLS, ""),
            ("orders come", "102"),
            ("a refund arrives", ""),
            (TELLS, ""),
        ),
    ),
    Stage(
        "one parcel, and a torn page",
        (
            ("set clock", "2026-09-26T15:00Z"),
            ("orders become one", "101 102"),
            ("helper pays back", "201 TIDES 500"),
            ("bank takes back", "MO-X"),
        ),
    ),
    Stage(
        "the second money order",
        (
            ("set clock", "2026-09-27T15:00Z"),
            ("money comes", "MO-2"),
            (TELLS, ""),
            ("a refund is sent back", ""),
            (TELLS, ""),
        ),
    ),
    Stage(
        "drawn, and disputed",
        (
            ("set clock", "2026-09-28T15:00Z"),
            ("customer draws", "ada"),
            ("a charge is disputed", "202"),
            (TELLS, ""),
        ),
    ),
    Stage(
        "sent, and answered",
        (
            ("set clock", "2026-09-29T15:00Z"),
            ("helper has sent it", "ada"),
            ("helper sends evidence", "It was there on Friday."),
            ("helper gives credit", "dora"),
        ),
    ),
    Stage("decided", (("set clock", "2026-09-30T15:00Z"), (TELLS, ""), ("the dispute is decided", "won"), (TELLS, ""))),
)

MONEY = Story(
    name="money",
    stages=STAGES,
    steps=STEPS,
    elsewhere=ELSEWHERE,
    told={"refund_done": 2, "refund_came_back": 1, "money_left": 2, "money_short": 1},
    # Whoever is asked how they want their money has not answered.
    cases={"closed": 5, "open": 1},
    calls=(
        LETTER,
        "GET /v1/refunds",
        "POST /v1/refunds",
        "GET /v1/disputes/#",
        "POST /v1/files",
        "POST /v1/disputes/#",
    ),
    has_gateway=True,
    wrong=wrong,
    sample=2,
    sample_of_postgres=1,
    in_doubt="after POST /v1/refunds",
)
