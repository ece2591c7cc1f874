"""A row that no door would take today, stored long ago or by other hands, breaks no page and no list."""

import json
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client

from makegood import wiring
from makegood.cases.models import Case
from makegood.customers.links import Purpose, sign_in_token
from makegood.kit import clock
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from tests import worlds
from tests.everything import Everything, open_everything
from tests.hostile_values import some
from tests.routes import operations, pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BAD = {
    "a currency": "UPDATE makegood_order SET currency = 'ZZZ'",
    "a product's currency": "UPDATE makegood_product SET currency = 'ZZZ'",
    "a service's currency": "UPDATE makegood_service SET currency = 'ZZZ'",
    "a country": "UPDATE makegood_delivery SET country = 'ZZ'",
    "no country": "UPDATE makegood_delivery SET country = ''",
    "a place's country": "UPDATE makegood_place SET country = 'ZZ'",
    "no country of a place": "UPDATE makegood_place SET country = '%%'",
    "a lane's country": "UPDATE makegood_lane SET country = 'ZZ'",
    "a zone": "UPDATE makegood_delivery SET zone = 'Mars/Olympus'",
    "a place's zone": "UPDATE makegood_place SET zone = 'Mars/Olympus'",
    "no zone of a place": "UPDATE makegood_place SET zone = ''",
    "a customer's zone": "UPDATE makegood_customer SET zone = '../../etc/passwd'",
    "a helper's zone": "UPDATE makegood_helper SET zone = 'America'",
    "a day": "UPDATE makegood_delivery SET by_date = '9999-12-31'",
    "the first day": "UPDATE makegood_delivery SET by_date = '0001-01-01'",
    "an instant": "UPDATE makegood_promise SET due_at = '9999-12-31T23:59:59Z'",
    "the first instant of a promise": "UPDATE makegood_promise SET due_at = '0001-01-01T00:00:00Z'",
    "the first instant": "UPDATE makegood_order SET placed_at = '0001-01-01T00:00:00Z'",
    "the last instant": "UPDATE makegood_order SET placed_at = '9999-12-31T23:59:59Z'",
    "a first label": "UPDATE makegood_parcel SET label_at = '0001-01-01T00:00:00Z'",
    "a last label": "UPDATE makegood_parcel SET label_at = '9999-12-31T23:59:59Z'",
    "the first words": "UPDATE makegood_message SET written_at = '0001-01-01T00:00:00Z'",
    "the last words": "UPDATE makegood_message SET written_at = '9999-12-31T23:59:59Z'",
    "the last mail": "UPDATE makegood_incomingmail SET received_at = '9999-12-31T23:59:59Z'",
    "the first of the unmatched": "UPDATE makegood_unmatchedmessage SET due_at = '0001-01-01T00:00:00Z'",
    "a birthday": "UPDATE makegood_customer SET since_date = '0001-01-01'",
    "a language": "UPDATE makegood_customer SET language = 'tlh'",
    "a letter's language": "UPDATE makegood_message SET language = '??'",
    "a label at the edge": "UPDATE makegood_parcel SET label_at = '0001-01-03T00:00:00Z'",
    "a sum": "UPDATE makegood_orderline SET unit_price_minor = 1000000000000000000",
}  # fmt: skip


def addresses(shop: Everything) -> Iterator[tuple[str, Client]]:
    """Every address that only reads, of each case, order and customer, and who asks it."""
    helper = Client(raise_request_exception=False)
    helper.force_login(shop.lena)
    _, secret = issue_token(name="reads", scopes=list(Scope))
    program = Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)
    customers = {shop.ada: ["100"], shop.bob: ["200", "300"]}
    cases = [str(number) for number in Case.objects.values_list("id", flat=True)]
    for customer, references in customers.items():
        visitor = Client(raise_request_exception=False)
        visitor.get(f"/enter/{sign_in_token(customer, purpose=Purpose.LETTER)}")
        for route in pages():
            if route.pattern.startswith(("inlets/", "desk/")):
                continue
            yield from {(route.at({**shop.gaps, "reference": each, "token": "x"}), visitor) for each in references}
    for route in pages():
        if route.pattern.startswith("desk/") and route.pattern != "desk/events":
            yield from {(route.at({**shop.gaps, "number": case, "reference": "200"}), helper) for case in cases}
    for operation in operations():
        if operation.method == "GET":
            for case, reference in zip(cases, ("100", "200", "300"), strict=False):
                named = {"customers": "bob", "places": "reno", "services": "ground", "products": "BIRDS"}
                kind = operation.pattern.split("/")[1]
                gaps = {**shop.gaps, "case": case, "reference": named.get(kind, reference)}
                yield operation.at(gaps), program


def test_one_bad_row_breaks_nothing_that_is_only_read(settings):
    settings.API_CALLS_A_MINUTE = 0
    shop = open_everything()
    asked, broken = list(dict.fromkeys(addresses(shop))), []
    for what, statement in BAD.items():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount, f"{what} is nowhere"
            for address, client in some(asked):
                with transaction.atomic():
                    answer = client.get(address, headers={"host": "127.0.0.1:8000"})
                    transaction.set_rollback(True)
                if answer.status_code >= 500:
                    broken.append(f"{what}: {address}")
            try:
                with transaction.atomic():
                    clock.freeze(clock.now() + 30 * worlds.DAY)
                    wiring.sweep()
                    worlds.work()
            except Exception as error:  # noqa: BLE001  told with the row that it came of
                broken.append(f"{what}: the sweep: {error!r}")
            transaction.set_rollback(True)
    assert not broken, "\n".join(broken)


PLACE = {"id": "reno", "name": "Reno", "country": "US", "zone": "America/Los_Angeles"}
PRODUCT = {"sku": "BIRDS", "title": "Birds", "currency": "USD", "price_minor": 1695}
CUSTOMER = {"id": "bob", "name": "Bob", "language": "fr", "zone": "America/New_York", "since_date": "2020-03-14"}
# What was stored, and the call with which a shop tells it again.
MENDED = {
    "places/reno": ("UPDATE makegood_place SET country = 'ZZ', zone = 'Mars/Olympus'", PLACE),
    "products/BIRDS": ("UPDATE makegood_product SET currency = 'ZZZ'", PRODUCT),
    "services/ground": (
        "UPDATE makegood_service SET currency = 'ZZZ'",
        worlds.service("ground", rate_minor=480, transit_days=4).model_dump(mode="json"),
    ),
    "customers/bob": (
        "UPDATE makegood_customer SET language = 'tlh', zone = '', since_date = '0001-01-01'",
        CUSTOMER,
    ),
}


@pytest.mark.parametrize("address", MENDED)
def test_what_was_stored_is_mended_by_telling_it_again(db, settings, address):
    settings.API_CALLS_A_MINUTE = 0
    worlds.open_shop()
    worlds.customer("bob")
    _, secret = issue_token(name="shop", scopes=list(Scope))
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    statement, record = MENDED[address]
    with connection.cursor() as cursor:
        cursor.execute(statement)
    shown = program.get(f"/v1/{address}").json()
    answer = program.put(f"/v1/{address}", json.dumps(record), content_type="application/json")
    assert (answer.status_code, answer.json()["changed"]) == (200, 1), answer.content
    mended = program.get(f"/v1/{address}").json()
    told = {name: value for name, value in record.items() if name in mended and name != "cutoff_time"}
    assert told.items() <= mended.items()
    assert mended != shown


def test_an_order_that_goes_nowhere_is_mended_by_its_next_version(db, settings):
    settings.API_CALLS_A_MINUTE = 0
    worlds.open_shop()
    worlds.customer("bob")
    worlds.take_in(worlds.order_record("900", by="bob", version_at=worlds.MONDAY))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE makegood_delivery SET country = 'ZZ', zone = 'Mars/Olympus', by_date = '9999-12-31'")
    _, secret = issue_token(name="shop", scopes=list(Scope))
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    newer = worlds.order_record("900", by="bob", version_at=worlds.MONDAY + worlds.DAY).model_dump(mode="json")
    answer = program.put("/v1/orders/900", json.dumps(newer), content_type="application/json")
    assert answer.status_code == 200, answer.content
    delivery = worlds.delivery_of("900")
    assert (delivery.country, delivery.zone, delivery.by_date) == ("US", "America/New_York", worlds.BY)
