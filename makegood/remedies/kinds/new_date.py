"""What has not left comes later, by a day that its customer accepts: promised of what is free, and nothing is sent."""

from collections.abc import Iterator

from makegood.policies.rules.values import RemedyKind
from makegood.remedies.kinds.kind import Option
from makegood.remedies.rules.promising_later import are_all_there
from makegood.remedies.rules.steps.new_day import NewDay
from makegood.remedies.rules.values import LaterDay, Situation


class NewDate:
    kind = RemedyKind.NEW_DATE

    def options(self, situation: Situation) -> Iterator[Option]:
        """Where all of it is there for a later day: one that we can't stand by is promised to nobody."""
        if not are_all_there(situation):
            return
        days: dict[int, LaterDay] = {}
        is_later = False
        for unit in situation.units:
            if unit.not_left is None or unit.not_left.new_day is None:
                return
            days[unit.delivery_id] = unit.not_left.new_day
            is_later |= unit.not_left.new_day.by_date > unit.not_left.promised_date
        if is_later:
            yield Option(steps=tuple(NewDay(day=days[each]) for each in sorted(days)), makes_good=())
