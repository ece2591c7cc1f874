"""Versions: a strong ETag on whatever is read, and `If-Match` on whatever is written (RFC 9110), so that nobody
overwrites what they have not seen.

A write edits what a `GET` of its own address shows, or of the nearest address above it: `PUT /cases/1/assignment` edits
`/cases/1`. The version is a digest of all that is shown there to the same caller. To compare, the row that every editor
locks (`edited_row` on the function that reads it) is locked first, in the transaction of the write.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path
from django.utils.http import parse_etags
from ninja.operation import Operation

from makegood.faces.api.pages import Page
from makegood.faces.problems import Problem
from makegood.kit import sql
from makegood.kit.locks import locked

View = TypeVar("View", bound=Callable[..., Any])
# Said on an operation that is too dear to be done blindly: `openapi_extra=NEEDS_VERSION`.
NEEDS_VERSION = {"x-needs-if-match": True}
_GAP = re.compile(r"{(?:\w+:)?(\w+)}")
_READS: dict[str, Operation] = {}


@dataclass(frozen=True, slots=True)
class EditedRow:
    """What editors of one thing lock: the row of `model` whose `fields` are these parts of the address.

    `turns`: what those take turns in (`sql.take_turns`) who edit many at once; it comes before the rows, as with them.
    """

    model: type[Model]
    fields: Mapping[str, str]
    turns: str = ""

    def lock(self, gaps: Mapping[str, Any]) -> bool:
        """Lock it until the transaction ends; whether it is there. Of a whole table its reader says that."""
        if self.turns:
            sql.take_turns(self.turns)
        rows = self.model._default_manager.filter(**{field: gaps[name] for field, name in self.fields.items()})
        return bool(locked(rows).values_list("pk", flat=True)) or not self.fields


def edited_row(model: type[Model], *, turns: str = "", **fields: str) -> Callable[[View], View]:
    """Marks what reads one thing. Without fields, editors lock the whole (short) table."""

    def mark(view: View) -> View:
        view.edited_row = EditedRow(model, fields, turns)  # type: ignore[attr-defined]
        return view

    return mark


def locks_first(lock: Callable[..., Any]) -> Callable[[View], View]:
    """Marks a write that locks what comes before the row of its version in the house's order (docs/house.md).

    `lock` is given the parts of the address by their names.
    """

    def mark(view: View) -> View:
        view.locks_first = lock  # type: ignore[attr-defined]
        return view

    return mark


def remember(operation: Operation) -> None:
    """Keep what reads one thing, for those that write it."""
    if "GET" in operation.methods and not _is_page(operation):
        _READS[operation.path] = operation


def _shape(operation: Operation) -> Any:
    """What the operation answers where all is well."""
    models: dict[Any, Any] = operation.response_models
    model = next((model for status, model in models.items() if status in {200, 201}), None)
    return model.model_fields["response"].annotation if model is not None and hasattr(model, "model_fields") else None


def _is_page(operation: Operation) -> bool:
    shape = _shape(operation)
    return isinstance(shape, type) and issubclass(shape, Page)


def read_of(operation: Operation) -> Operation | None:
    """What reads that which the operation edits: at its own address, or the nearest above; None where nothing does."""
    parts = operation.path.split("/")
    addresses = ("/".join(parts[:end]) for end in range(len(parts), 1, -1))
    return next((_READS[address] for address in addresses if address in _READS), None)


def is_conditional(operation: Operation, request: HttpRequest) -> bool:
    """Whether the write depends on what is there."""
    return needs_version(operation) or "If-Match" in request.headers or "If-None-Match" in request.headers


def shows_what_it_edits(operation: Operation) -> bool:
    """Whether the write answers with just what a `GET` would show then."""
    read = read_of(operation)
    return read is not None and _shape(read) is _shape(operation)


def plain_address(operation: Operation) -> str:
    """Its address as in `/cases/{case}`."""
    return _GAP.sub(r"{\1}", operation.path)


def needs_version(operation: Operation) -> bool:
    """Whether the write is refused without `If-Match`."""
    return bool((operation.openapi_extra or {}).get("x-needs-if-match"))


def check(operation: Operation, request: HttpRequest, named: dict[str, Any]) -> None:
    """Whether what is there is what the caller saw. Call it in the transaction of the write: it locks the row.

    Raises:
        Problem: it changed meanwhile, has no version, or none was given where one is needed.
    """
    read = read_of(operation)
    wanted, unwanted = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    if read is None:
        detail = "nothing here has an ETag; leave If-Match and If-None-Match out, or write one thing by its own address"
        raise Problem("no-version", detail)
    if wanted is None and unwanted is None:
        detail = "If-Match: send the ETag that a GET of this address gives, so that nobody's change is lost"
        raise Problem("version-needed", detail)
    if (lock_before := getattr(operation.view_func, "locks_first", None)) is not None:
        lock_before(**{name: named[name] for name in _GAP.findall(operation.path)})
    current = _current(read, request, named)
    if wanted is not None and not _names(wanted, current, is_strong=True):
        raise _changed("If-Match", current)
    if unwanted is not None and _names(unwanted, current):
        raise _changed("If-None-Match", current)


def _current(read: Operation, request: HttpRequest, named: dict[str, Any]) -> str | None:
    """The version of what is there, locked; None where nothing is."""
    gaps = {name: named[name] for name in _GAP.findall(read.path)}
    row: EditedRow = read.view_func.edited_row  # type: ignore[attr-defined]
    if not row.lock(gaps):
        return None
    try:
        plain = read.api.create_temporal_response(request)
        values = read._get_values(request, gaps, plain)  # noqa: SLF001  the reader itself, with its own checks
        shown = read._result_to_response(request, read.view_func(request, **values), plain)  # noqa: SLF001
    except ObjectDoesNotExist:
        return None
    return etag_of(shown) if isinstance(shown, HttpResponse) else None


def _names(header: str, current: str | None, *, is_strong: bool = False) -> bool:
    etags = parse_etags(header)
    if current is None or etags == ["*"]:
        return current is not None
    return current in (etags if is_strong else [each.removeprefix("W/") for each in etags])


def _changed(header: str, current: str | None) -> Problem:
    there = f"its ETag is now {current}; get it again and decide anew" if current else "there is no such thing"
    headers = {"ETag": current} if current else None
    return Problem("changed-meanwhile", f"{header}: {there}", headers=headers, etag=current)


def etag_of(response: HttpResponse) -> str:
    """A strong ETag: equal for equal bytes."""
    digest = hashlib.sha256(response.content).digest()[:18]
    return f'"{base64.urlsafe_b64encode(digest).decode()}"'


def with_version(operation: Operation, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer with the ETag of what it shows; a 304 where the reader has that already."""
    if not isinstance(response, HttpResponse) or response.status_code not in {200, 201}:
        return response
    if request.method == "GET":
        response.headers["ETag"] = etag = etag_of(response)
        if (known := request.headers.get("If-None-Match")) is not None and _names(known, etag):
            return HttpResponseNotModified(headers={"ETag": etag})
    elif shows_what_it_edits(operation) and (read := read_of(operation)) is not None:
        address = "/".join(request.path.split("/")[: len(read.path.split("/")) + 1])
        response.headers["Content-Location"] = escape_uri_path(address)
        response.headers["ETag"] = etag_of(response)
    return response
