"""Rows in: `PUT` of many or of one, and carriers' scans, with the very records of `makegood import`."""

import json
from collections.abc import Callable
from typing import Any

from ninja import Query, Schema
from pydantic import Field

from makegood.faces.api.batches import BatchOut, ScansBatchOut, take_in_all, take_in_what_can_be
from makegood.faces.api.callers import SCANS, Bearer, Call
from makegood.faces.api.intake import KINDS, Kind, check_row
from makegood.faces.api.openapi import MOST_ROWS
from makegood.faces.api.routing import router
from makegood.faces.problems import Problem, field_problem
from makegood.kit import clock
from makegood.kit.rows import BadRows, RowError


class TakenOut(Schema):
    """How many rows were new, changed something, or were known already."""

    new: int
    changed: int
    same: int


def json_of(raw: bytes) -> object:
    """A body decoded from JSON.

    Raises:
        Problem: it is none.
    """
    try:
        return json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Problem("unreadable", f"the body is not JSON: {error}") from error


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def rows_of(raw: bytes) -> list[object]:
    """The rows of a batch: a JSON array, or {"rows": [...]}.

    Raises:
        Problem: it is neither, or holds too many.
    """
    plain = json_of(raw)
    rows = plain["rows"] if isinstance(plain, dict) and plain.keys() == {"rows"} else plain
    if not isinstance(rows, list):
        raise field_problem("body", 'it is neither an array nor {"rows": [...]}')
    if len(rows) > MOST_ROWS:
        raise field_problem("rows", f"at most {MOST_ROWS} rows at once; send the others in another request")
    return rows


def take_in(kind: Kind, plain: object) -> dict[str, int]:
    """Check one row and take it in.

    Raises:
        BadRows: it can't be taken.
    """
    row, wrong = check_row(kind, plain)
    if wrong:
        raise BadRows([RowError(index=0, field=field, reason=reason) for field, reason in wrong])
    return kind.take_in([row], clock.now())


class HowToTake(Schema):
    partial: bool = Field(default=False, description="Take the rows that can be taken; each is told its verdict.")


def take_in_batch(kind: Kind, raw: bytes, how: HowToTake) -> dict[str, Any]:
    """All rows of a body or none, or as many as can be taken."""
    take = take_in_what_can_be if how.partial else take_in_all
    return take(kind, rows_of(raw), now=clock.now())


def _add_batch(kind: Kind) -> None:
    def put_many(request: Call, how: Query[HowToTake]) -> Any:
        return take_in_batch(kind, request.body, how)

    name = kind.name.replace("-", "_")
    router.put(
        f"/{kind.name}",
        response=BatchOut,
        auth=Bearer(kind.scope),
        operation_id=f"put_{name}",
        url_name=f"put_{name}",
        summary=f"Take in {kind.name}",
        description="All rows or none, or with `partial` those that can be; the same rows again change nothing.",
        openapi_extra={"x-record": (kind.record, True)},
    )(put_many)


def _add_single(kind: Kind) -> None:
    def put(request: Call, key: dict[str, str]) -> Any:
        plain = json_of(request.body)
        if not isinstance(plain, dict):
            raise field_problem("body", "it is not an object")
        for field, value in key.items():
            if plain.get(field, value) != value:
                raise field_problem(field, f"it is {plain[field]!r} in the body and {value!r} in the address")
        return take_in(kind, {**plain, **key})

    def put_one(request: Call, reference: str) -> Any:
        return put(request, {kind.key[0]: reference})

    def put_stock(request: Call, place: str, sku: str) -> Any:
        return put(request, {"place": place, "sku": sku})

    def put_rate(request: Call, country: str, currency: str) -> Any:
        return put(request, {"country": country, "currency": currency})

    views: dict[tuple[str, ...], Callable[..., Any]] = {("place", "sku"): put_stock, ("country", "currency"): put_rate}
    gaps = "/".join(f"{{{name}}}" for name in kind.key) if kind.key in views else "{reference}"
    name = kind.name.replace("-", "_")
    router.put(
        f"/{kind.name}/{gaps}",
        response=TakenOut,
        auth=Bearer(kind.scope),
        operation_id=f"put_one_of_{name}",
        url_name=f"put_one_of_{name}",
        summary=f"Take in one of {kind.name}",
        openapi_extra={"x-record": (kind.record, False)},
    )(views.get(kind.key, put_one))


for _kind in KINDS.values():
    if _kind.key:
        _add_batch(_kind)
        if _kind.has_addresses:
            _add_single(_kind)


@router.post("/scans", response=ScansBatchOut, auth=SCANS, openapi_extra={"x-record": (KINDS["scans"].record, True)})
def post_scans(request: Call, how: Query[HowToTake]) -> Any:
    """Take in what carriers answered or pushed, each in its own form and each scan once; all rows or none."""
    return take_in_batch(KINDS["scans"], request.body, how)
