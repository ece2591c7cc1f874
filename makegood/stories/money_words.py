"""What was done with money, in a line of a story: which change of which order, which sums, and what came of it."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import JsonValue

from makegood.kit.currencies import CURRENCIES, exponent
from makegood.stories.acts import Request
from makegood.stories.stage import ApiResponse

MOST = 3


def money_words(request: Request, answer: ApiResponse) -> str:
    """What a call was about, with its sums; empty where it is about no money. What was refused has come to nothing."""
    about = next((say for end, say in ABOUT.items() if request.path.partition("?")[0].endswith(end)), None)
    if about is None or request.method == "GET":
        return ""
    return about(request.body, answer.body if 200 <= answer.status < 300 else None)


def account_words(account: Mapping[str, Any]) -> str:
    """How an account stands in one currency."""
    sums = {name: account.get(f"{name}_minor") for name in ("balance", "due", "free", "at_bank")}
    told = [f"{name.replace('_', ' ')} {_sum(account, minor)}" for name, minor in sums.items() if minor]
    return ", ".join(told) or f"nothing owed in {account.get('currency')}"


def _receipts(body: JsonValue, _answer: JsonValue) -> str:
    told = []
    for each in _rows(body):
        whose = f"order {each['order']}" if each.get("order") else each.get("customer") or "nobody named"
        told.append(f"{_sum(each, each.get('amount_minor'))} by {each.get('tender')}, for {whose}")
    return _listed(told)


def _orders(body: JsonValue, _answer: JsonValue) -> str:
    return _listed([f"order {each.get('id')}: {_sum(each, _total_of(each))}" for each in _rows(body)])


def _total_of(order: Mapping[str, Any]) -> int:
    goods = sum(
        line["unit_price_minor"] * line["quantity"] - line.get("discount_minor", 0) + line.get("tax_minor", 0)
        for line in order.get("lines", ())
    )
    return int(goods + order.get("postage_minor", 0) - (order.get("discount_minor") or 0))


def _change(body: JsonValue, answer: JsonValue) -> str:
    """Cancel 1 of L1: −31.00 USD."""
    asked, done = _row(body), _row(answer)
    units = _listed([f"{each.get('quantity')} of {each.get('line')}" for each in _rows(asked.get("units"))])
    with_orders = _listed([f"with {each}" for each in asked.get("orders") or ()])
    what = " ".join(each for each in (str(asked.get("kind", "")).replace("_", " "), units, with_orders) if each)
    costs = f"costs {_more_or_less(done)}" if done else ""
    back = _listed([f"{_sum(done, each.get('amount_minor'))} goes back" for each in _rows(done.get("refunds"))])
    return "; ".join(each for each in (what, costs, back) if each)


def _more_or_less(change: Mapping[str, Any]) -> str:
    minor = int(change.get("delta_minor") or 0)
    return f"{_sum(change, abs(minor))} {'more' if minor > 0 else 'less'}" if minor else "the same"


def _drawn(_body: JsonValue, answer: JsonValue) -> str:
    rows = _rows(_row(answer).get("items"))
    return _listed([f"{_sum(each, each.get('amount_minor'))} by {each.get('tender_kind')}" for each in rows])


def _one_sum(body: JsonValue, answer: JsonValue) -> str:
    found = {**_row(body), **_row(answer)}
    return _sum(found, found.get("amount_minor", found.get("balance_minor")))


# By how the address of a call ends.
ABOUT: Mapping[str, Callable[[JsonValue, JsonValue], str]] = {
    "/v1/receipts": _receipts,
    "/v1/orders": _orders,
    "/changes": _change,
    "/refunds": _drawn,
    "/payouts": _drawn,
    "/payments": _one_sum,
    "/credits": _one_sum,
    "/conversion": _one_sum,
    "/return": _one_sum,
}


def _row(body: JsonValue) -> dict[str, Any]:
    return body if isinstance(body, dict) else {}


def _rows(body: JsonValue) -> Iterator[dict[str, Any]]:
    yield from (each for each in body if isinstance(each, dict)) if isinstance(body, list) else ()


def _sum(of: Mapping[str, Any], minor: int | None) -> str:
    currency = str(of.get("currency") or "")
    if minor is None or currency not in CURRENCIES:
        return str(minor or "")
    return f"{Decimal(minor).scaleb(-exponent(currency)):.{exponent(currency)}f} {currency}"


def _listed(told: list[str]) -> str:
    more = f" and {len(told) - MOST} more" if len(told) > MOST else ""
    return ", ".join(told[:MOST]) + more
