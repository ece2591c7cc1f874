"""What conditions may say: every name with the type of what it means, every function, and which texts can occur."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from makegood.policies.rules.grant_situations import (
    ClaimingCustomer,
    GrantCost,
    GrantSituation,
    ProposedGrant,
    TroubleKind,
    TroubleSituation,
)
from makegood.policies.rules.situations import (
    ChangeSituation,
    CustomerSituation,
    OrderedLine,
    OrderSituation,
    OrderStatus,
    RequestedChange,
    RequestedItem,
    seconds,
)
from makegood.policies.rules.values import GRANTABLE, ChangeKind, RemedyKind


class Kind(StrEnum):
    """What a name means."""

    NUMBER = "a whole number"
    TEXT = "a text"
    TRUTH = "true or false"
    LIST = "a list"
    GROUP = "a group of names"


def _kinds(plain: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Kind]]:
    for name, value in plain.items():
        yield before + name, kind_of(value)
        within = value[0] if isinstance(value, list) and value else value
        if isinstance(within, Mapping):
            yield from _kinds(within, f"{before}{name}.")


def kind_of(value: object) -> Kind:
    if isinstance(value, bool):
        return Kind.TRUTH
    if isinstance(value, int):
        return Kind.NUMBER
    if isinstance(value, Mapping):
        return Kind.GROUP
    return Kind.LIST if isinstance(value, list) else Kind.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What conditions about one sort of situation may say.

    `names`: by the whole name, as in `order.status`, what each means; what an element of a list holds stands under the
    list's name. `texts`: names that can be no other texts than these. `of_elements`: what elements of lists hold,
    whichever list it is; evaluating says the rest.
    """

    names: Mapping[str, Kind]
    texts: Mapping[str, frozenset[str]]
    roots: frozenset[str]
    of_elements: Mapping[str, Kind]


def vocabulary_of(plain: Mapping[str, Any], *, texts: Mapping[str, Iterable[str]]) -> Vocabulary:
    """What a situation in which nothing is missing shows of every one of its sort."""
    names = dict(_kinds(plain))
    return Vocabulary(
        names=names,
        texts={name: frozenset(each) for name, each in texts.items()},
        roots=frozenset(name for name in names if "." not in name),
        of_elements={
            name.rpartition(".")[2]: kind
            for name, kind in names.items()
            if names.get(name.rpartition(".")[0]) is Kind.LIST
        },
    )


_CHANGE = ChangeSituation(
    order=OrderSituation(
        status=OrderStatus.DELIVERED,
        placed_at=datetime(2026, 1, 1, tzinfo=UTC),
        delivered_at=datetime(2026, 1, 2, tzinfo=UTC),
        currency="EUR",
        total_minor=0,
        subtotal_minor=0,
        paid_minor=0,
        lines=(OrderedLine(price_minor=0),),
    ),
    change=RequestedChange(kind=ChangeKind.RETURN, items=(RequestedItem(price_minor=0),)),
    customer=CustomerSituation(),
    now=datetime(2026, 1, 3, tzinfo=UTC),
)
OF_CHANGES = vocabulary_of(_CHANGE.as_plain(), texts={"order.status": OrderStatus, "change.kind": ChangeKind})

_GRANT = GrantSituation(
    grant=ProposedGrant(remedy=RemedyKind.REFUND, currency="EUR", costs=(GrantCost(currency="EUR", amount_minor=0),)),
    trouble=TroubleSituation(due_at=datetime(2026, 1, 1, tzinfo=UTC), delivered_at=datetime(2026, 1, 2, tzinfo=UTC)),
    customer=ClaimingCustomer(),
    now=datetime(2026, 1, 3, tzinfo=UTC),
)
OF_GRANTS = vocabulary_of(_GRANT.as_plain(cost_worth=0), texts={"grant.remedy": GRANTABLE, "trouble.kind": TroubleKind})


def functions_of(zone: ZoneInfo) -> dict[str, Callable[..., int]]:
    """What conditions may call besides CEL's own; `instant(2026, 1, 31)` is the beginning of that day in the shop's
    zone.
    """

    def instant(year: int, month: int, day: int) -> int:
        return seconds(datetime(year, month, day, tzinfo=zone))

    return {"total": sum, "least": min, "greatest": max, "instant": instant}


OUR_FUNCTIONS = frozenset(functions_of(ZoneInfo("UTC")))
MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})
FUNCTIONS = OUR_FUNCTIONS | MACROS | {"size", "contains", "startsWith", "endsWith", "matches"}
