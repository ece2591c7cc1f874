"""A delivery that has not left comes by a later day, which its customer accepts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from makegood.remedies.rules.steps.step import Step, open_quantities
from makegood.remedies.rules.values import LaterDay, LostUnits


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDay(Step):
    day: LaterDay

    def takes(self, units: Iterable[LostUnits]) -> Counter[int]:
        return open_quantities(unit for unit in units if unit.delivery_id == self.day.delivery_id)

    @property
    def arrives_date(self) -> date | None:
        return self.day.by_date

    @property
    def arrives_by(self) -> datetime | None:
        return self.day.due_at
