"""What is paid back in one sum to one tender, and by when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from makegood.money.rules import Money
from makegood.remedies.rules.steps.step import Step
from makegood.remedies.rules.tenders import Tender
from makegood.remedies.rules.values import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyBack(Step):
    amount: Money
    by_date: date
    due_at: datetime
    drawn_on: Tender

    @property
    def tender(self) -> Tender | None:
        """Where it goes, as it is told; None where nobody knows how it was paid."""
        return self.drawn_on if self.drawn_on.kind else None

    def costs(self, situation: Situation) -> Iterator[Money]:
        yield self.amount

    def shown(self) -> object:
        return self.amount, self.tender and self.tender.key, self.by_date
