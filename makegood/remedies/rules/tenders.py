"""Back to where it came from: a refund by receipt, to the cent, and never more of one than it pays for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from makegood.money.rules import Money

# A tender by its kind and its name, as it is told.
TenderKey = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """One receipt that an order was paid with.

    `took` is what it gave for the order in all, `left` what of that can go back now. `name` is its label, or its kind
    where it has none; both are empty where nobody says how it was paid.
    """

    receipt_id: int
    kind: str
    name: str
    took: Money
    left: Money

    @property
    def key(self) -> TenderKey:
        return self.kind, self.name


def in_order(tenders: Iterable[Tender]) -> tuple[Tender, ...]:
    """In the order in which money goes back to them: the one that took most comes first, of equals the one that was
    named first.
    """
    return tuple(sorted(tenders, key=lambda each: (-each.took.amount_minor, each.receipt_id)))


def shared_among(amount: Money, tenders: Sequence[Tender]) -> tuple[tuple[Tender, Money], ...]:
    """How much of an amount goes back to which tender: to each in turn as much as it has left, and no more in all."""
    parts: list[tuple[Tender, Money]] = []
    wanted = amount.amount_minor
    for tender in tenders:
        part = min(wanted, tender.left.amount_minor)
        if part > 0:
            parts.append((tender, Money(amount_minor=part, currency=amount.currency)))
            wanted -= part
    return tuple(parts)
