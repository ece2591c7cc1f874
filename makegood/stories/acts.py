"""How each kind of event is done: as the one call to the public API that its actor would make."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

from pydantic import JsonValue

from makegood.stories import schema
from makegood.stories.checking import items_of
from makegood.stories.references import resolved, resolved_text
from makegood.stories.stage import ApiResponse, Stage

Kept = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call, as it is made."""

    method: str
    path: str
    body: JsonValue = None
    raw: str | None = None
    by: str = "shop"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(slots=True)
class Acting:
    """A stage, and what earlier answers left."""

    stage: Stage
    kept: Kept = field(default_factory=dict)

    def do(self, event: schema.Event) -> Iterator[tuple[Request, ApiResponse]]:
        """Do an event, call by call.

        Raises:
            NobodyThere: what it speaks of does not exist.
            Unresolved: a part of an earlier answer leads nowhere.
        """
        for request in WAYS[type(event)](self, event):
            yield request, self.ask(request)

    def ask(self, request: Request) -> ApiResponse:
        return self.stage.call(request.method, request.path, body=request.body, raw=request.raw, by=request.by)

    def text(self, text: str) -> str:
        return resolved_text(text, self.kept)

    def items(self, path: str) -> list[JsonValue]:
        """All items of a list, page by page."""
        return items_of(read_whole(self.stage, path).body) or []


class NobodyThere(Exception):
    """What an event speaks of does not exist."""


def read_whole(stage: Stage, path: str, *, by: str = "shop") -> ApiResponse:
    """An answer with all pages of a list in one."""
    answer = stage.call("GET", path, by=by)
    items: list[JsonValue] = []
    page = answer
    while isinstance(page.body, dict) and isinstance(page.body.get("items"), list) and page.status == 200:
        items += page.body["items"]  # type: ignore[arg-type]
        following = page.body.get("next")
        if not following:
            return ApiResponse(answer.status, {**page.body, "items": items}) if page is not answer else answer
        sign = "&" if "?" in path else "?"
        page = stage.call("GET", f"{path}{sign}cursor={quote(str(following))}", by=by)
    return answer if page is answer else page


def put(kind: str, records: list[schema.Record]) -> Request:
    """The public import of one kind of record."""
    return Request(method="PUT", path=f"/v1/{kind.replace('_', '-')}", body=list(records))


def written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _segment(text: str) -> str:
    return quote(text, safe="")


def _scan(acting: Acting, event: schema.Scan) -> Iterator[Request]:
    body = resolved(event.body, acting.kept)
    yield Request(method="POST", path=f"/inlets/scans/{_segment(event.carrier)}", body=body, raw=event.raw)


def _choose(acting: Acting, event: schema.Choose) -> Iterator[Request]:
    """For an order, or for all that is lost in a case: a helper's one call, a customer's one for each order."""
    body: JsonValue = {"remedy": acting.text(event.remedy)}
    number = _case_id(acting, event.case) if event.case else ""
    if number and not event.as_.startswith("customer:"):
        yield Request(method="POST", path=f"/v1/cases/{_segment(number)}/remedies", body=body, by=event.as_)
        return
    orders = _orders_of_case(acting, number) if number else [acting.text(event.order or "")]
    for order in orders:
        yield Request(method="POST", path=f"/v1/orders/{_segment(order)}/remedies", body=body, by=event.as_)


def _orders_of_case(acting: Acting, number: str) -> list[str]:
    answer = acting.stage.call("GET", f"/v1/cases/{_segment(number)}").body
    orders = answer.get("orders") if isinstance(answer, dict) else None
    if not isinstance(orders, list) or not orders:
        raise NobodyThere(f"case {number} has no orders to choose for")
    return [str(order) for order in orders]


def _case_id(acting: Acting, case: str) -> str:
    """A case's id; customer:ID stands for that customer's latest."""
    customer = case.removeprefix("customer:")
    if customer == case:
        return acting.text(case)
    cases = acting.items(f"/v1/cases?customer={quote(customer)}")
    found = [each.get("id") for each in cases if isinstance(each, dict)]
    ids = [id_ for id_ in found if isinstance(id_, int)]
    if not ids:
        raise NobodyThere(f"customer {customer} has no case")
    return str(max(ids))


def _told(acting: Acting, event: schema.Event, *fields: str) -> dict[str, JsonValue]:
    """Those of an event's texts that it has."""
    return {name: acting.text(text) for name in fields if (text := getattr(event, name))}


def _write(acting: Acting, event: schema.Write) -> Iterator[Request]:
    body: JsonValue = _told(acting, event, "body", "subject", "order", "in_reply_to")
    yield Request(method="POST", path="/v1/messages", body=body, by=event.as_)


def _reply(acting: Acting, event: schema.Reply) -> Iterator[Request]:
    body: JsonValue = {"body": acting.text(event.body), **_told(acting, event, "subject")}
    path = f"/v1/cases/{_segment(_case_id(acting, event.case))}/replies"
    yield Request(method="POST", path=path, body=body, by=event.as_)


def _announce(acting: Acting, event: schema.Announce) -> Iterator[Request]:
    order = acting.text(event.order)
    dispatches = acting.items(f"/v1/dispatches?order={quote(order)}")
    if len(dispatches) < event.dispatch:
        raise NobodyThere(f"order {order} has {len(dispatches)} dispatches, and number {event.dispatch} is announced")
    one = sorted((each for each in dispatches if isinstance(each, dict)), key=lambda each: str(each["id"]).zfill(20))
    body: JsonValue = {
        "carrier": event.carrier,
        "number": acting.text(event.number),
        "label_at": written(event.label_at or event.at),
    }
    yield Request(method="POST", path=f"/v1/dispatches/{one[event.dispatch - 1]['id']}/parcel", body=body)


def _stock(acting: Acting, event: schema.Stock) -> Iterator[Request]:
    yield put("stock", [{"place": event.place, "sku": event.sku, "on_hand": event.on_hand}])


def _not_received(acting: Acting, event: schema.NotReceived) -> Iterator[Request]:
    yield Request(method="POST", path=f"/v1/parcels/{_segment(acting.text(event.parcel))}/not-received", by=event.as_)


def _contact(acting: Acting, event: schema.Contact) -> Iterator[Request]:
    """The form is the shop's: whoever writes in it has not signed in."""
    body: JsonValue = {"address": acting.text(event.email), **_told(acting, event, "name", "order", "body")}
    yield Request(method="POST", path="/v1/contact", body=body)


def _import(acting: Acting, event: schema.Import) -> Iterator[Request]:
    yield put(event.kind, event.records)


def _call(acting: Acting, event: schema.Call) -> Iterator[Request]:
    body = resolved(event.body, acting.kept)
    yield Request(method=event.method, path=acting.text(event.path), body=body, by=event.as_)


WAYS: Mapping[type[schema.Event], Callable[..., Iterator[Request]]] = {
    schema.Scan: _scan,
    schema.Choose: _choose,
    schema.Write: _write,
    schema.Reply: _reply,
    schema.Announce: _announce,
    schema.Stock: _stock,
    schema.NotReceived: _not_received,
    schema.Contact: _contact,
    schema.Import: _import,
    schema.Call: _call,
}
