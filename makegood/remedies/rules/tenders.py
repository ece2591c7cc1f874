"""Back to where it came from: a refund by tender, to the cent, and never more to a tender than it took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from makegood.money.rules import Money

# A tender by its kind and its name, as an order and a refund both hold them.
TenderKey = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """One way in which an order was paid, as its shop told it.

    `took` is what it was charged in all, `left` what of that neither went back nor is promised back. `name` is its
    label, or its kind where it has none.
    """

    kind: str
    name: str
    took: Money
    left: Money

    @property
    def key(self) -> TenderKey:
        return self.kind, self.name


def key_of(told: Mapping[str, Any]) -> TenderKey:
    """What a tender is known by; the same gift card named twice is one."""
    return str(told["tender"]), str(told["label"] or told["tender"])


def tenders_of(
    paid: Iterable[Mapping[str, Any]] | None, *, returned: Mapping[TenderKey, int], currency: str
) -> tuple[Tender, ...] | None:
    """The tenders of an order, in the order in which money goes back to them: the one that took most comes first, of
    equals the one that was named first. None where the shop does not say how it was paid.

    `paid` is what the shop told, `returned` what went back to each so far, or is promised back. What went back to no
    tender that is named (any more) is taken off all that is left, from the last to be paid back.
    """
    if paid is None:
        return None
    took: dict[TenderKey, int] = {}
    for each in paid:
        took[key_of(each)] = took.get(key_of(each), 0) + each["amount_minor"]
    left = {key: max(amount - returned.get(key, 0), 0) for key, amount in took.items()}
    ranked = sorted(took, key=lambda key: -took[key])
    over = sum(amount for key, amount in returned.items() if key not in took)
    for key in reversed(ranked):
        gone = min(over, left[key])
        left[key], over = left[key] - gone, over - gone
    return tuple(
        Tender(
            kind=key[0],
            name=key[1],
            took=Money(amount_minor=took[key], currency=currency),
            left=Money(amount_minor=left[key], currency=currency),
        )
        for key in ranked
    )


def shared_among(amount: Money, tenders: Sequence[Tender] | None) -> tuple[tuple[Tender | None, Money], ...]:
    """How much of an amount goes back to which tender: to each in turn as much as it has left, and no more in all.

    Where nobody knows how it was paid, all of it goes back to the tender None: the way it was paid.
    """
    if tenders is None:
        return ((None, amount),) if amount.amount_minor > 0 else ()
    parts: list[tuple[Tender | None, Money]] = []
    wanted = amount.amount_minor
    for tender in tenders:
        part = min(wanted, tender.left.amount_minor)
        if part > 0:
            parts.append((tender, Money(amount_minor=part, currency=amount.currency)))
            wanted -= part
    return tuple(parts)
