"""Signed pushes by anybody's system (Standard Webhooks): orders from a shop, announcements from a place."""

import json
from collections.abc import Sequence
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from pydantic import ValidationError
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError, WebhookVerificationError

from makegood.catalog.queries import all_places
from makegood.faces.bodies import raw_body
from makegood.faces.inlets.pushes import pushed
from makegood.faces.problems import Problem, field_errors, field_problem
from makegood.intake.actions import take_in_orders
from makegood.journal.receiving import take_once
from makegood.kit import clock
from makegood.kit.records import Record
from makegood.kit.rows import BadRows, RowError
from makegood.orders.records import OrderRecord
from makegood.parcels.dispatching import announce_each
from makegood.parcels.records import AnnouncementRecord, ShortageRecord
from makegood.parcels.shortages import say_each_short

LARGEST = 4 * 1024 * 1024
MOST_ROWS = 1_000
LONGEST_ID = 255


@pushed
def orders(request: HttpRequest, source: str) -> dict[str, Any]:
    """Take in one order or several, all or none; the newest version of each stands."""
    raw = _proven(request, settings.ORDER_SECRETS.get(source, ""))

    def take() -> dict[str, Any]:
        records = _records(OrderRecord, raw)
        taken = take_in_orders(records, now=clock.now(), history_before=settings.HISTORY_BEFORE)
        return {"new": taken.new, "changed": taken.changed, "same": taken.same}

    return take_once(inlet=f"orders/{source}", key=request.headers["webhook-id"], body=raw, take=take)


@pushed
def announcements(request: HttpRequest, source: str) -> dict[str, Any]:
    """Take a place's word for what left. What can't be taken is refused row by row, and the others are taken."""
    place = all_places().filter(reference=source).first()
    raw = _proven(request, place.dispatch_secret if place else "")

    def take() -> dict[str, Any]:
        records = cast("Sequence[AnnouncementRecord]", _records(AnnouncementRecord, raw))
        announced = announce_each(records, now=clock.now(), place_id=place.pk if place else None)
        if len(announced.refused) == len(records):
            raise BadRows(announced.refused)
        refused = [{"index": bad.index, "field": bad.field, "reason": bad.reason} for bad in announced.refused]
        return {"new": announced.new, "same": announced.same, "refused": refused}

    return take_once(inlet=f"dispatches/{source}", key=request.headers["webhook-id"], body=raw, take=take)


@pushed
def shortages(request: HttpRequest, source: str) -> dict[str, Any]:
    """Take a place's word for what is not there of what it packs; what can't be taken is refused row by row."""
    place = all_places().filter(reference=source).first()
    raw = _proven(request, place.dispatch_secret if place else "")
    if place is None:
        raise Problem("not-let-in", "this place is unknown", kind=(401, "No valid signature"))

    def take() -> dict[str, Any]:
        records = cast("Sequence[ShortageRecord]", _records(ShortageRecord, raw))
        said = say_each_short(records, place=place, by=f"place:{source}", now=clock.now())
        if len(said.refused) == len(records):
            raise BadRows(said.refused)
        refused = [{"index": bad.index, "field": bad.field, "reason": bad.reason} for bad in said.refused]
        return {"new": said.new, "same": said.same, "refused": refused}

    return take_once(inlet=f"shortages/{source}", key=request.headers["webhook-id"], body=raw, take=take)


def _proven(request: HttpRequest, secret: str) -> bytes:
    """The raw body, if it is not too large and was signed with `secret` within the last five minutes.

    A source without a secret and one nobody knows look alike.

    Raises:
        Problem: it is not.
    """
    raw = raw_body(request, most=LARGEST)
    try:
        Webhook(secret).verify(raw, dict(request.headers), json_parse=False)
    except (WebhookVerificationError, EmptyWebhookSecretError, ValueError) as error:
        detail = "not signed with this source's secret (Standard Webhooks), or its timestamp is five minutes off"
        raise Problem("not-let-in", detail, kind=(401, "No valid signature")) from error
    if len(request.headers["webhook-id"]) > LONGEST_ID:
        raise field_problem("webhook-id", f"at most {LONGEST_ID} characters")
    return raw


def _records(kind: type[Record], raw: bytes) -> list[Any]:
    """One record, or {"rows": [...]}.

    Raises:
        Problem: it is neither JSON nor one of these, or holds too many.
        BadRows: a row is none of this kind.
    """
    try:
        plain = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Problem("unreadable", "the body is not JSON") from error
    if not isinstance(plain, dict):
        raise field_problem("body", 'it is neither a record nor {"rows": [...]}')
    rows = plain["rows"] if plain.keys() == {"rows"} else [plain]
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ROWS:
        raise field_problem("rows", f"between 1 and {MOST_ROWS} rows; send the others in another message")
    records, errors = [], []
    for index, row in enumerate(rows):
        try:
            records.append(kind.model_validate(row))
        except ValidationError as bad:
            problems = field_errors(bad.errors(include_url=False, include_context=False, include_input=False))
            errors += [RowError(index=index, field=each["field"], reason=each["reason"]) for each in problems]
    if errors:
        raise BadRows(errors)
    return records
