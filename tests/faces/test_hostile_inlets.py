"""No value, in whatever part of what carriers, shops, places and mail hosts send, finds a fault of ours."""

import json
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from standardwebhooks import Webhook

from makegood.catalog.models import Place
from makegood.channels.accounting import Arrival, account_for
from makegood.channels.models import IncomingMail
from makegood.channels.rules import MailState
from makegood.connectors.stripe.gateway import StripeGateway
from makegood.faces.api.loading import import_rows
from makegood.kit import clock
from makegood.parcels.carrier import CARRIERS
from makegood.parcels.models import Dispatch
from makegood.payments.gateway import PORT
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from tests import worlds
from tests.connectors.published import published
from tests.connectors.test_four_carriers import NUMBERS, USPS_EVENT
from tests.hostile_values import TEXTS, some, spoilt
from tests.mails import mail

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUSHES = {
    "usps": [
        {"trackingNumber": NUMBERS["usps"], "trackingEvents": [USPS_EVENT]},
        {"subscriptionId": "1", "timestamp": "2026-10-05T18:00:05Z", "payload": json.dumps(USPS_EVENT)},
    ],
    "ups": [published("ups/track_alerts.json")[6], published("ups/tracking.json")],
    "fedex": [published("fedex/delivery_exception.json"), published("fedex/returning.json")],
    "dhl": [published("dhl/mydhl.json"), published("dhl/unified.json")],
}


@pytest.fixture
def shop(settings) -> Dispatch:
    """Ada's parcel is lost and is sent again: an order, a parcel of each kind of number, and a dispatch to announce."""
    settings.API_CALLS_A_MINUTE = 0
    settings.ORDER_SECRETS = {"till": SECRET}
    worlds.open_shop()
    worlds.customer()
    Place.objects.filter(reference="reno").update(dispatch_secret=SECRET)
    lost = worlds.lost()
    grant_remedy(order_id=lost.delivery.order_id, kind=RemedyKind.SEND_AGAIN, by=worlds.LEAD, now=clock.now())
    return Dispatch.objects.get()


def failed(call: Any) -> int:
    """The status of an answer that is a fault of ours, else 0; what it did is undone."""
    with transaction.atomic():
        status = call().status_code
        transaction.set_rollback(True)
    return status if status >= 500 else 0


@pytest.mark.parametrize("carrier", CARRIERS)
def test_no_part_of_a_carriers_push_finds_a_fault(shop, carrier):
    _, secret = issue_token(name="poller", scopes=[Scope.SCANS])
    client = Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)
    found, count = [], 0
    for body in PUSHES.get(carrier, [PUSHES["usps"][0]]):
        for where, value, whole in spoilt(body):
            count += 1
            raw = json.dumps(whole)
            if failed(lambda raw=raw: client.post(f"/inlets/scans/{carrier}", raw, content_type="application/json")):
                found.append(f"{where}={str(value)[:20]!r}")
    assert not found, "\n".join(found)
    assert count > 30


RAW = (
    b"",
    b"\0",
    b"\xff\xfe{\0}\0",
    b"[" * 100_000,
    b'{"a":' * 5_000,
    b"1e999",
    b"-",
    b'"\\ud800"',
    b"9" * 5_000,
    b"NaN",
)


HEADERS = (
    "X-HMAC", "hmac-header", "credential", "fdx-signature", "X-Scan-Secret", "webhook-id", "webhook-timestamp",
    "webhook-signature", "Stripe-Signature", "Authorization", "Content-Type", "Content-Length",
)  # fmt: skip


def posted(client: Client, address: str, raw: bytes, **headers: str) -> Any:
    return client.post(f"/inlets/{address}", raw, content_type="application/json", headers=headers)


@pytest.fixture
def inlets(shop, settings, monkeypatch) -> list[str]:
    monkeypatch.setattr(PORT, "gateway", StripeGateway(key="sk_test_nobody", webhook_secret=SECRET))
    settings.SCAN_SECRETS = dict.fromkeys(CARRIERS, "a secret of thirty-two characters")
    return [*(f"scans/{carrier}" for carrier in CARRIERS), "orders/till", "dispatches/reno", "stripe"]


def test_no_bytes_find_a_fault(inlets):
    _, secret = issue_token(name="poller", scopes=[Scope.SCANS])
    found = []
    for client in (Client(), Client(headers={"Authorization": f"Bearer {secret}"})):
        client.raise_request_exception = False
        for address, raw in product(inlets, RAW):
            if failed(lambda c=client, a=address, r=raw: posted(c, a, r)):
                found.append(f"{address}: {raw[:20]!r}")
    assert not found, "\n".join(found)


def test_no_header_and_no_source_finds_a_fault(inlets):
    stranger, found = Client(raise_request_exception=False), []
    for address, name, value in product(inlets, HEADERS, TEXTS):
        line = value.encode("utf-8", "surrogatepass").decode("latin-1").replace("\r", "").replace("\n", "")
        if failed(lambda a=address, n=name, v=line: posted(stranger, a, b"{}", **{n: v})):
            found.append(f"{address}: {name}: {value[:20]!r}")
    for kind, value in product(("scans", "orders", "dispatches"), TEXTS):
        address = f"{kind}/{quote(value.encode('utf-8', 'surrogatepass'), safe='')}"
        if failed(lambda a=address: posted(stranger, a, b"{}")):
            found.append(address)
    assert not found, "\n".join(found)


def signed(path: str, raw: bytes, key: str = "msg_1") -> Any:
    at = clock.system_now()
    proof = {
        "webhook-id": key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(msg_id=key, timestamp=at, data=raw.decode("utf-8", "replace")),
    }
    client = Client(raise_request_exception=False)
    return client.post(f"/inlets/{path}", raw, content_type="application/json", headers=proof)


def test_no_field_of_a_shops_or_a_places_push_finds_a_fault(shop):
    order = worlds.order_record(reference="900").model_dump(mode="json")
    announcement = {"dispatch": f"D{shop.pk}", "carrier": "usps", "number": worlds.number_of(77)}
    announcement["label_at"] = "2026-10-06T09:00:00Z"
    found, count = [], 0
    for path, body in (("orders/till", order), ("orders/till", {"rows": [order]}), ("dispatches/reno", announcement)):
        for where, value, whole in spoilt(body):
            count += 1
            raw = json.dumps(whole).encode()
            if failed(lambda p=path, r=raw: signed(p, r)):
                found.append(f"{path}: {where}={str(value)[:20]!r}")
    found += [f"orders/till: {raw[:20]!r}" for raw in RAW if failed(lambda r=raw: signed("orders/till", r))]
    assert not found, "\n".join(found)
    assert count > 100


def test_no_cell_and_no_bytes_of_a_pick_list_find_a_fault(shop):
    desk = Client(raise_request_exception=False)
    desk.force_login(worlds.helper())
    sound = {"dispatch": f"D{shop.pk}", "carrier": "usps", "number": worlds.number_of(77), "label_at": "2026-10-06"}
    tables = [",".join(sound) + "\n" + ",".join({**sound, name: value}.values()) for name in sound for value in TEXTS]
    tables += [",".join([*list(sound)[:3], value]) + "\na,b,c,d" for value in TEXTS]
    found = []
    for raw in (*RAW, *(table.encode("utf-8", "surrogatepass") for table in tables)):
        files = {"file": SimpleUploadedFile("sent.csv", raw)}
        if failed(lambda f=files: desk.post("/desk/pick-list/announcements", f)):
            found.append(repr(raw[-40:]))
    assert not found, "\n".join(found)


def test_no_row_of_a_file_finds_a_fault(shop, tmp_path):
    """Whatever is wrong is told as a line of the report; nothing is raised."""
    order = worlds.order_record(reference="900").model_dump(mode="json")
    file = tmp_path / "orders.jsonl"
    for where, value, whole in spoilt(order):
        file.write_text(json.dumps(whole))
        with transaction.atomic():
            report = import_rows("orders", [file])
            transaction.set_rollback(True)
        assert report.rows or report.error_count, (where, value)
    for raw in RAW:
        file.write_bytes(raw)
        assert import_rows("orders", [file]).error_count, raw[:20]
        table = tmp_path / "announcements.csv"
        table.write_bytes(raw)
        assert import_rows("announcements", [table]).error_count, raw[:20]


FIELDS = (
    "From", "To", "Cc", "Reply-To", "Sender", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
    "Return-Path", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-Language",
    "Auto-Submitted",
    "X-Original-From", "Delivered-To", "X-Failed-Recipients", "MIME-Version", "Received", "List-Id",
)  # fmt: skip


def test_no_field_of_a_mail_finds_a_fault(shop):
    """Each is taken in, refused or shown to a helper; none fails, and all that is read of it can be stored."""
    ours = (MailState.TAKEN_IN, MailState.REFUSED, MailState.ALARMED)
    for name in FIELDS:
        for value in some(TEXTS):
            raw = mail(**{name.replace("-", "_"): "GAP"}).replace(b"GAP", value.encode("utf-8", "surrogatepass"))
            with transaction.atomic():
                row = account_for(
                    Arrival(source="smtp", raw=raw, envelope_to=("help@northlight.example",)), now=clock.now()
                )
                worlds.work()
                assert IncomingMail.objects.get(pk=row.pk).state in ours, (name, value)
                transaction.set_rollback(True)
    for value in (*RAW, *(text.encode("utf-8", "surrogatepass") for text in TEXTS)):
        with transaction.atomic():
            arrival = Arrival(
                source="smtp", raw=value, envelope_from=value.decode("latin-1"), envelope_to=(value.decode("latin-1"),)
            )
            row = account_for(arrival, now=clock.now())
            worlds.work()
            assert IncomingMail.objects.get(pk=row.pk).state in ours, value[:20]
            transaction.set_rollback(True)
