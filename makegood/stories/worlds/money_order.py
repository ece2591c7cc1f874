"""Story 4 in endless variants: a customer overseas pays by money order, changes her mind, and gets it her way.

What her account holds after every step is reckoned here by plain sums; the product's code is not asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from makegood.stories.worlds.lost_goods import PlotLine
from makegood.stories.worlds.lost_script import event, in_time, written
from makegood.stories.worlds.money_plot import DAY, FIRST, HOUR, MINUTE, NAME, SECOND, Plot, draw, sum_of_lines
from makegood.stories.worlds.voices import Plain


def money_order(seed: int) -> Plain:
    """The variant of a seed, as a file would hold it."""
    plot = draw(seed)
    steps = list(_steps(plot))
    country, zone = plot.shop
    script: list[JsonValue] = list(in_time([each for step in steps for each in step.events]))
    return {
        "schema": "story/1",
        "story": NAME,
        "seed": seed,
        "shop": {"country": country, "zone": zone, "currency": plot.land.currency},
        "starts_at": written(plot.starts_at),
        "world": _world(plot),
        "script": script,
        "expect": [each for step in steps for each in step.expect],
    }


def _world(plot: Plot) -> Plain:
    products: list[JsonValue] = [
        {"sku": each.sku, "title": each.title, "currency": plot.land.currency, "price_minor": each.unit_price_minor}
        for each in (*plot.first, *plot.second)
    ]
    rates: list[JsonValue] = []
    if plot.rate:
        sums: Plain = {"first_minor": plot.rate.first_minor, "each_more_minor": plot.rate.each_more_minor}
        free: Plain = {} if plot.rate.free_from_minor is None else {"free_from_minor": plot.rate.free_from_minor}
        # Elsewhere it costs otherwise, which is none of her business.
        rates = [
            {"country": plot.land.country, "currency": plot.land.currency, **sums, **free},
            {"country": "*", "currency": plot.land.currency, "first_minor": 99_999},
        ]
    customer: Plain = {"email": "c1@customers.example", "language": plot.land.language, "zone": plot.land.zone}
    return {
        "customers": [
            {"id": "c1", "name": plot.name, **customer},
            {"id": "c2", "name": "Somebody Else", "email": "c2@customers.example"},
        ],
        "staff": [{"id": "h1", "name": "Robin", "email": "robin@shop.example", "role": "helper"}],
        "products": products,
        "postage_rates": rates,
        "orders": [_order(plot, FIRST, plot.first, plot.postage[0], at=plot.starts_at)],
    }


def _order(plot: Plot, id_: str, lines: tuple[PlotLine, ...], postage_minor: int, *, at: datetime) -> Plain:
    return {
        "id": id_,
        "customer": "c1",
        "placed_at": written(at),
        "currency": plot.land.currency,
        "lines": [
            {
                "id": line.id,
                "sku": line.sku,
                "quantity": line.quantity,
                "unit_price_minor": line.unit_price_minor,
                "discount_minor": line.discount_minor,
                "tax_minor": line.tax_minor,
            }
            for line in lines
        ],
        "postage_minor": postage_minor,
        "paid": [],
        "ship_to": {
            "name": plot.name,
            "lines": [plot.street, plot.land.city],
            "postcode": plot.land.postcode,
            "country": plot.land.country,
            "zone": plot.land.zone,
        },
        "deliver_by_date": plot.by_date.isoformat(),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happens, and what is true after it."""

    events: tuple[Plain, ...]
    expect: tuple[Plain, ...]


@dataclass(slots=True)
class Account:
    """What she was charged, paid and got back so far; `waiting` is on its way to her."""

    charged: int = 0
    paid: int = 0
    waiting: int = 0
    past: list[tuple[datetime, int]] = field(default_factory=list)

    @property
    def balance(self) -> int:
        return self.paid - self.charged


def _steps(plot: Plot) -> Iterator[Step]:
    account, at = Account(charged=plot.first_minor), plot.starts_at + HOUR
    yield Step(events=(), expect=tuple(_stands(plot, account, "4.1 what she ordered is charged", plot.starts_at)))
    for step in (_first_comes, _some_is_cancelled, _more_is_ordered, _one_parcel, _second_comes, _what_is_left):
        at += 2 * DAY + 37 * MINUTE
        yield from step(plot, account, at)
    # What her account held at any instant can be looked up for ever.
    for then, balance in account.past:
        path = f"/v1/customers/c1/account?currency={plot.land.currency}&at={written(then)}"
        was: JsonValue = {"currencies.0.balance_minor": balance}
        yield Step(events=(), expect=({"point": "4.1 as it was then", "at": "end", "get": path, "is": was},))


def _stands(plot: Plot, account: Account, point: str, at: datetime) -> Iterator[Plain]:
    """Her account in the order's currency: the balance, what is due and free, and the statement that comes to it."""
    path = f"/v1/customers/c1/account?currency={plot.land.currency}"
    account.past.append((at, account.balance))
    sums: dict[str, JsonValue] = {
        "currencies.0.balance_minor": account.balance,
        "currencies.0.due_minor": max(account.charged + account.waiting - account.paid, 0),
        "currencies.0.free_minor": max(account.paid - account.charged - account.waiting, 0),
        "currencies.0.lines.-1.balance_minor": account.balance,
        "currencies.0.lines": {"$all": {"text": {"$matches": r"\S"}}},
    }
    yield {"point": point, "at": written(at), "get": path, "is": sums}
    # She sees the same herself.
    yield {"point": point, "at": written(at), "get": path, "as": "customer:c1", "is": sums}


def _order_stands(point: str, at: datetime, order: str, **sums: JsonValue) -> Plain:
    return {"point": point, "at": written(at), "get": f"/v1/orders/{order}", "is": dict(sums)}


def _receipt(plot: Plot, id_: str, minor: int, at: datetime, **more: JsonValue) -> Plain:
    record: Plain = {
        "id": id_,
        "customer": "c1",
        "order": FIRST,
        "tender": "money_order",
        "currency": plot.land.currency,
        "amount_minor": minor,
        "received_at": written(at),
    }
    return event(at, "import", kind="receipts", records=[record | more])


def _first_comes(plot: Plot, account: Account, at: datetime) -> Iterator[Step]:
    if plot.oddity == "foreign":
        yield from _comes_in_another_currency(plot, account, at)
        return
    events = [_receipt(plot, "MO-1", plot.arrives_minor, at)]
    expect: list[Plain] = []
    if plot.oddity == "unnamed":
        events = [_receipt(plot, "MO-1", plot.arrives_minor, at, customer=None, order=None, payer=plot.name)]
        waits: JsonValue = {"amount_minor": plot.arrives_minor, "receipt": None}
        path = "/v1/unmatched-receipts"
        point = "4.2 it waits for a person"
        expect.append({"point": point, "at": written(at), "get": path, "count": 1, "is": waits})
        expect += _stands(plot, account, "4.2 it is nobody's yet", at)
        # Once it is known whose it is, it was theirs from when it came.
        account.past.clear()
        yield Step(events=tuple(events), expect=tuple(expect))
        at += HOUR
        events = [
            event(at, "call", method="GET", path="/v1/unmatched-receipts", keep="odd"),
            event(
                at,
                "call",
                "staff:h1",
                method="POST",
                path="/v1/unmatched-receipts/$odd.items.0.id/match",
                body={"order": FIRST},
            ),
        ]
        expect = [{"point": "4.2 matched", "at": written(at), "get": "/v1/unmatched-receipts", "count": 0}]
    if plot.oddity == "told twice":
        again = {**events[0], "at": written(at + MINUTE)}
        other = _receipt(plot, "MO-1", plot.arrives_minor + 1, at) | {"at": written(at + 2 * MINUTE)}
        events += [again, other | {"status": [409, 422]}]
    account.paid += plot.arrives_minor
    if plot.oddity == "sent twice":
        events += [_receipt(plot, "MO-1B", plot.arrives_minor, at + MINUTE)]
        account.paid += plot.arrives_minor
    expect += _stands(plot, account, f"4.2 {plot.oddity}", at + 3 * MINUTE)
    due = max(account.charged - account.paid, 0)
    charged: dict[str, JsonValue] = {"charged_minor": account.charged, "due_minor": due}
    expect.append(_order_stands("4.1 the order is paid with it", at + 3 * MINUTE, FIRST, **charged))
    yield Step(events=tuple(events), expect=tuple(expect))


def _comes_in_another_currency(plot: Plot, account: Account, at: datetime) -> Iterator[Step]:
    """It is hers, in its own currency, until a person says at which rate it counts."""
    point, path = "4.2 another currency", f"/v1/customers/c1/account?currency={plot.foreign}"
    held: JsonValue = {"currencies.0.balance_minor": plot.foreign_minor, "currencies.0.free_minor": plot.foreign_minor}
    receipts = "/v1/receipts?customer=c1"
    yield Step(
        events=(_receipt(plot, "MO-1", plot.foreign_minor, at, currency=plot.foreign),),
        expect=(
            {"point": point, "at": written(at), "get": path, "is": held},
            {"point": point, "at": written(at), "get": receipts, "count": 1},
            *_stands(plot, account, point, at),
        ),
    )
    at += HOUR
    convert = "/v1/receipts/$odd.items.0.id/conversion"
    body: JsonValue = {"to": plot.land.currency, "rate": plot.foreign_rate}
    account.paid += plot.came_minor
    nothing: JsonValue = {"currencies.0.balance_minor": 0}
    rate: JsonValue = {
        "amount_minor": plot.came_minor,
        "original_minor": plot.foreign_minor,
        "original_currency": plot.foreign,
        "rate": plot.foreign_rate,
    }
    yield Step(
        events=(
            event(at, "call", method="GET", path=receipts, keep="odd"),
            event(at, "call", "staff:h1", method="POST", path=convert, body=body),
            event(at + MINUTE, "call", "staff:h1", method="POST", path=convert, body=body, status=[409, 422]),
        ),
        expect=(
            {"point": point, "at": written(at), "get": path, "is": nothing},
            {"point": "4.2 the rate is recorded", "at": written(at), "get": receipts, "is": rate},
            *_stands(plot, account, point, at + 2 * MINUTE),
        ),
    )


def _some_is_cancelled(plot: Plot, account: Account, at: datetime) -> Iterator[Step]:
    line = plot.first[0]
    body: JsonValue = {"kind": "cancel", "units": [{"line": line.id, "quantity": plot.cancelled}]}
    path = f"/v1/orders/{FIRST}/changes"
    account.charged -= plot.back_minor
    change: JsonValue = {"kind": "cancel", "number": 1, "delta_minor": -plot.back_minor, "refunds": []}
    yield Step(
        events=(
            event(at, "call", "customer:c2", method="POST", path=path, body=body, status=404),
            event(at, "call", "customer:c1", method="POST", path=path, body=body, keep="cancelled"),
        ),
        expect=(
            {"point": "4.1 cancelled by herself", "at": written(at), "get": "$cancelled", "is": change},
            _order_stands("4.1 what it costs now", at, FIRST, charged_minor=account.charged, status="pending"),
            *_stands(plot, account, "4.1 the rest is hers", at),
        ),
    )


def _more_is_ordered(plot: Plot, account: Account, at: datetime) -> Iterator[Step]:
    record = _order(plot, SECOND, plot.second, plot.postage[1], at=at)
    account.charged += sum_of_lines(plot.second) + plot.postage[1]
    events = [event(at, "import", kind="orders", records=[record])]
    yield Step(events=tuple(events), expect=tuple(_stands(plot, account, "4.1 paid with what is left", at)))
    if plot.oddity == "returned":
        at += HOUR
        receipts = "/v1/receipts?customer=c1"
        account.paid -= plot.arrives_minor
        path = "/v1/receipts/$odd.items.0.id/return"
        events = [
            event(at, "call", method="GET", path=receipts, keep="odd"),
            event(at, "call", "staff:h1", method="POST", path=path, body={"note": "no good"}),
            event(at + MINUTE, "call", "staff:h1", method="POST", path=path, body={}, status=409),
        ]
        point = "4.2 the bank took it back"
        back: JsonValue = {"returned_minor": plot.arrives_minor, "allocated_minor": 0, "free_minor": 0}
        expect = [{"point": point, "at": written(at), "get": receipts, "is": back}]
        yield Step(events=tuple(events), expect=(*expect, *_stands(plot, account, point, at + 2 * MINUTE)))


def _one_parcel(plot: Plot, account: Account, at: datetime) -> Iterator[Step]:
    path = f"/v1/orders/{FIRST}/changes"
    body: JsonValue = {"kind": "merge", "orders": [SECOND]}
    account.charged = plot.together_minor
    lines: JsonValue = {"$count": len(plot.kept) + len(plot.second)}
    sums: dict[str, JsonValue] = {
        "charged_minor": account.charged,
        "postage_minor": plot.one_parcel_minor,
        "due_minor": max(account.charged - account.paid, 0),
        "lines": lines,
    }
    merged: dict[str, JsonValue] = {"merged_into": FIRST, "charged_minor": 0, "due_minor": 0}
    promises = "/v1/promises?customer=c1&kind=deliver&state=open"
    yield Step(
        events=(
            event(at, "call", plot.merger, method="POST", path=path, body=body),
            event(at + MINUTE, "call", plot.merger, method="POST", path=path, body=body, status=[409, 422]),
        ),
        expect=(
            _order_stands("4.1 both in one parcel, and the saving is hers", at, FIRST, **sums),
            _order_stands("4.1 the second is part of the first", at, SECOND, **merged),
            {"point": "4.1 one promise for one parcel", "at": written(at), "get": promises, "count": 1},
            *_stands(plot, account, "4.1 one parcel", at + 2 * MINUTE),
        ),
    )


def _second_comes(plot: Plot, account: Account, at: datetime) -> Iterator[Step]:
    owed = max(account.charged - account.paid, 0)
    parts = [owed]
    if owed and plot.ending in {"keeps", "draws"}:
        parts = [owed + plot.over_minor]
    elif plot.ending == "in two parts" and owed > 1:
        parts = [owed // 2, owed - owed // 2]
    for place, minor in enumerate(part for part in parts if part):
        account.paid += minor
        came_at = at + place * HOUR
        yield Step(
            events=(_receipt(plot, f"MO-{place + 2}", minor, came_at),),
            expect=tuple(_stands(plot, account, "4.1 the second money order", came_at)),
        )
    sums: dict[str, JsonValue] = {"due_minor": 0, "paid_minor": account.charged}
    expect = (_order_stands("4.1 paid in full", at + 3 * HOUR, FIRST, **sums),)
    yield Step(events=(), expect=expect)


def _what_is_left(plot: Plot, account: Account, at: datetime) -> Iterator[Step]:
    left = account.paid - account.charged
    # What lies on two money orders goes back as two.
    lies_on_two = plot.oddity == "sent twice" and left != plot.over_minor
    if not left or plot.ending == "keeps" or lies_on_two:
        yield Step(events=(), expect=tuple(_stands(plot, account, "4.1 nothing goes away by itself", at)))
        return
    path, body = "/v1/customers/c1/payouts", {"currency": plot.land.currency}
    more: JsonValue = {**body, "amount_minor": left + 1}
    events = [
        event(at, "call", "customer:c1", method="POST", path=path, body=more, status=[409, 422]),
        event(at, "call", "customer:c1", method="POST", path=path, body=dict(body), keep="drawn"),
    ]
    account.waiting = left
    refunds = "/v1/refunds?customer=c1"
    expect: list[Plain] = [
        *_stands(plot, account, "4.1 what she draws is on its way", at),
        {"point": "4.1 promised by a day", "at": written(at), "get": refunds, "all": {"promise_state": "open"}},
    ]
    yield Step(events=tuple(events), expect=tuple(expect))
    at += DAY
    events = [event(at, "call", method="GET", path=refunds, keep="refunds")]
    path = "/v1/refunds/$refunds.items.0.id/completion"
    events += [event(at + MINUTE, "call", "staff:h1", method="POST", path=path, body={"note": "posted"})]
    account.paid, account.waiting = account.charged, 0
    done: JsonValue = {"state": "settled", "promise_state": "kept"}
    told = "/v1/messages?customer=c1&direction=out&news=refund_done"
    expect = [
        *_stands(plot, account, "4.1 it is hers", at + MINUTE),
        {"point": "4.1 the promise is kept", "at": written(at + MINUTE), "get": refunds, "all": done},
        {"point": "4.1 and she is told", "at": "end", "get": told, "count": 1, "is": {"state": "sent"}},
    ]
    yield Step(events=tuple(events), expect=tuple(expect))
