"""What happens to remedies."""

from dataclasses import dataclass

from makegood.journal.facts import Fact
from makegood.remedies.rules.values import RemedyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyFact(Fact):
    grant_id: int
    order_id: int

    @property
    def ordering_key(self) -> str:
        return f"order:{self.order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyGranted(RemedyFact):
    """Somebody with the authority chose it; its steps are written down."""

    kind: RemedyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDone(RemedyFact):
    """The money is back, says who paid it."""
