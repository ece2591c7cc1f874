"""Lists cost as many queries for three rows as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from makegood.catalog.models import Place
from makegood.catalog.rules import DispatchMethod
from makegood.faces.api.document import document
from makegood.journal.actions import dead_letter
from makegood.journal.models import FactRow
from makegood.kit import clock
from makegood.payments.models import Dispute, Receipt
from tests import worlds
from tests.mails import arrives, mail

# One row each; at `letters`, as many as 50 letters that are worded anew; or what a gateway is asked.
NO_LISTS = {
    "/v1/reconciliation",
    "/v1/clock",
    "/v1/authority",
    "/v1/policy",
    "/v1/quiet-start",
    "/v1/quiet-start/letters",
}
LISTS = sorted(
    address.removeprefix("/v1")
    for address, methods in document()["paths"].items()
    if "get" in methods and "{" not in address and address not in NO_LISTS
)
NAMES = ("ada", "bea", "cleo")


def live(number: int) -> None:
    """One more customer through everything that lists tell of."""
    name = NAMES[number]
    worlds.customer(name)
    box = worlds.parcel_record(f"P{100 + number}", {"BIRDS": 1}, serial=10 + number, label_at=clock.now())
    worlds.take_in(worlds.order_record(str(100 + number), by=name, parcels=[box]))
    worlds.helper(f"helper-{number}")
    worlds.live_until(clock.now() + 12 * worlds.DAY)


def complete(number: int, program) -> None:
    """What is chosen, written and set aside, for one more customer."""
    as_her = program.acting_for(f"customer:{NAMES[number]}")
    # An address that no webhook is sent to: what it should have been told waits.
    url = "https://127.0.0.1/"
    Place.objects.update(dispatch_method=DispatchMethod.WEBHOOK, dispatch_url=url, dispatch_secret="whsec_c2VjcmV0")
    as_her.post(f"/orders/{100 + number}/remedies", {"remedy": "send_again"})
    worlds.settle()
    as_her.post("/messages", {"body": "Thank you.", "order": str(100 + number)})
    program.post("/contact", {"address": "a@b.example", "body": "Hello."})
    fact = FactRow.objects.latest("id")
    dead_letter(fact_id=fact.pk, reaction=f"cases.try_{number}", error=ValueError("no"))
    worlds.pays(f"MO-{number}", amount_minor=9000, customer=NAMES[number])
    worlds.pays(f"XX-{number}", amount_minor=9000)
    paid = Receipt.objects.get(reference=f"MO-{number}")
    told = {"status": "needs_response", "opened_at": clock.now(), "told_at": clock.now()}
    Dispute.objects.create(
        customer=paid.customer, receipt=paid, reference=f"dp_{number}", currency="USD", amount_minor=1, **told
    )
    program.put("/tenders", [{"id": "g", "customer": NAMES[number], "kind": "gift_card", "currency": "USD"}])
    program.put(f"/postage-rates/*/{('USD', 'EUR', 'GBP')[number]}", {"first_minor": 480})
    another = worlds.order_record(str(200 + number), by=NAMES[number])
    worlds.take_in(another)
    worlds.settle()
    as_her.post(f"/orders/{200 + number}/remedies", {"remedy": "refund"})
    arrives(mail(sender=f"{NAMES[number]}@marsh.example"))
    refunded = worlds.lost(str(300 + number), by=NAMES[number], serial=30 + number)
    worlds.settle()
    as_her.post(f"/orders/{refunded.reference[1:]}/remedies", {"remedy": "refund"})
    worlds.take_in(worlds.order_record(str(400 + number), by=NAMES[number]))
    program.post(f"/orders/{400 + number}/shortages", {"line": "BIRDS", "quantity": 1, "place": "columbus"})
    worlds.settle()


def queries(program, path: str) -> tuple[int, int]:
    """How many queries a list took, and how many rows it told."""
    program.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        items = program.get(f"{path}?limit=200")["items"]
    return len(captured), len(items)


@pytest.mark.slow
def test_every_list_costs_the_same_for_one_and_for_three(program, settings):
    settings.FREE_EXPRESS = "account"
    live(0)
    complete(0, program)
    first = {path: queries(program, path) for path in LISTS}
    for number in (1, 2):
        live(number)
        complete(number, program)
    second = {path: queries(program, path) for path in LISTS}
    assert [path for path in LISTS if first[path][1] == 0] == []
    grown = {path for path in LISTS if second[path][1] >= first[path][1] + 2}
    # The catalog, the carriers and the token are the same for all; they have rows enough.
    assert set(LISTS) - grown <= {"/carriers", "/places", "/products", "/services", "/stock", "/tokens"}
    assert {path: second[path][0] for path in LISTS} == {path: first[path][0] for path in LISTS}
