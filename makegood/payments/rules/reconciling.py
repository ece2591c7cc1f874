"""Where a gateway's books and ours say different things."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from makegood.money.rules import Money
from makegood.payments.rules.values import BalanceEntry, EntryKind


class DifferenceKind(StrEnum):
    """What differs. Another sum is told with both."""

    UNKNOWN_CHARGE = "unknown_charge"
    OTHER_CHARGE = "other_charge"
    UNKNOWN_REFUND = "unknown_refund"
    MISSING_REFUND = "missing_refund"
    OTHER_REFUND = "other_refund"
    UNKNOWN_DISPUTE = "unknown_dispute"
    OTHER_DISPUTE = "other_dispute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs: what it is of, by the gateway's reference, and what either side has; None: nothing."""

    kind: DifferenceKind
    reference: str
    payment: str
    ours: Money | None
    theirs: Money | None

    def __str__(self) -> str:
        what = f"{self.kind.replace('_', ' ')}: {self.reference}"
        return f"{what}, {self.ours or 'nothing'} here, {self.theirs or 'nothing'} at the gateway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What we have: money in by its payment, money back and money with banks by the gateway's reference for each.

    `sent`: those of the refunds of which the gateway must have an entry by now.
    """

    charges: Mapping[str, Money]
    refunds: Mapping[str, Money]
    disputes: Mapping[str, Money]
    sent: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Told:
    """What entries say of one thing: what went one way, and whether it came back."""

    payment: str
    money: Money
    is_undone: bool = False


UNDOES = {EntryKind.REFUND_FAILED: EntryKind.REFUND, EntryKind.DISPUTE_REVERSED: EntryKind.DISPUTE}


def differences(entries: Iterable[BalanceEntry], known: Known) -> list[Difference]:
    """What differs in what these entries are of. Fees, payouts and what we never had to do with are not compared."""
    charges, refunds, disputes = _read(entries)
    found = []
    for payment, told in charges.items():
        ours = known.charges.get(payment)
        # A partial capture may be told as the whole and what of it was let go.
        let_go = [each for ref, each in refunds.items() if each.payment == payment and ref not in known.refunds]
        captured = told.money + _total(let_go, told.money)
        if ours is not None and ours == captured:
            refunds = {ref: each for ref, each in refunds.items() if each not in let_go}
        elif ours is None:
            found.append(_difference(DifferenceKind.UNKNOWN_CHARGE, payment, payment, None, told.money))
        elif ours != told.money:
            found.append(_difference(DifferenceKind.OTHER_CHARGE, payment, payment, ours, told.money))
    found += _compared(refunds, known.refunds, DifferenceKind.UNKNOWN_REFUND, DifferenceKind.OTHER_REFUND)
    found += [
        _difference(DifferenceKind.MISSING_REFUND, reference, payment, known.refunds[reference], None)
        for reference, payment in known.sent.items()
        if reference not in refunds
    ]
    return found + _compared(disputes, known.disputes, DifferenceKind.UNKNOWN_DISPUTE, DifferenceKind.OTHER_DISPUTE)


def _read(entries: Iterable[BalanceEntry]) -> tuple[dict[str, _Told], dict[str, _Told], dict[str, _Told]]:
    by_kind: dict[EntryKind, dict[str, _Told]] = defaultdict(dict)
    for entry in entries:
        kind = UNDOES.get(entry.kind, entry.kind)
        reference = entry.payment if kind is EntryKind.CHARGE else entry.source
        money = entry.original or entry.amount
        known = by_kind[kind].get(reference)
        if entry.kind in UNDOES:
            by_kind[kind][reference] = known or _Told(entry.payment, -money)
            by_kind[kind][reference].is_undone = True
        elif known is None:
            by_kind[kind][reference] = _Told(entry.payment, money)
        elif not known.is_undone:
            known.money += money
    return by_kind[EntryKind.CHARGE], by_kind[EntryKind.REFUND], by_kind[EntryKind.DISPUTE]


def _total(told: Iterable[_Told], like: Money) -> Money:
    return sum((each.money for each in told if each.money.currency == like.currency), like * 0)


def _compared(
    told: Mapping[str, _Told], known: Mapping[str, Money], unknown: DifferenceKind, other: DifferenceKind
) -> list[Difference]:
    """What went from us there, told as below zero, beside what we have of it."""
    found = []
    for reference, each in told.items():
        ours = known.get(reference)
        theirs = each.money * 0 if each.is_undone else -each.money
        if ours is None and theirs.amount_minor:
            found.append(_difference(unknown, reference, each.payment, None, theirs))
        elif ours is not None and ours != theirs:
            found.append(_difference(other, reference, each.payment, ours, theirs))
    return found


def _difference(
    kind: DifferenceKind, reference: str, payment: str, ours: Money | None, theirs: Money | None
) -> Difference:
    return Difference(kind=kind, reference=reference, payment=payment, ours=ours, theirs=theirs)
