"""Whether a delivery is in trouble, and whether it was made good: each said once, and asked everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from makegood.parcels.rules.verdicts import IN_DANGER, Verdict
from makegood.policies.rules.grant_situations import TroubleKind, TroubleSituation
from makegood.promises.rules import PromiseState


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCondition:
    """What is known of one delivery at `now`.

    `verdict` is what we believe of its parcel, None where it has not left, and `at_risk` then says that it should
    have; `made_good` counts those of its `units` that were sent again or paid back. `was_called_off`: its promise
    broke, and then its order was cancelled. `awaits_news`: it may have come without our hearing of it, so that nothing
    is said of delay or loss. `is_short`: who packs it did not find all of it.
    """

    promise: PromiseState
    due_at: datetime
    verdict: Verdict | None
    units: int
    made_good: int
    now: datetime
    was_called_off: bool = False
    at_risk: bool = False
    awaits_news: bool = False
    is_short: bool = False

    @property
    def has_left(self) -> bool:
        return self.verdict is not None

    @property
    def is_delivered(self) -> bool:
        return self.verdict is Verdict.DELIVERED

    @property
    def is_in_danger(self) -> bool:
        """Whether its parcel may not come, or came and is not with the customer; or it should have left and did not, or
        can't since it is not there.
        """
        if self.verdict is None:
            return (self.at_risk or self.is_short) and self.promise is PromiseState.OPEN
        return self.verdict in IN_DANGER and not self.awaits_news

    @property
    def is_late(self) -> bool:
        """Whether the promised instant passed without it, parcel or none."""
        return not (self.is_delivered or self.awaits_news) and (
            self.promise is PromiseState.BROKEN or self.due_at <= self.now
        )

    @property
    def waits_for_them(self) -> bool:
        """Whether its carrier has it where the customer can collect it."""
        return self.verdict is Verdict.HELD and not (self.awaits_news or self.is_made_good or self.is_called_off)

    @property
    def is_made_good(self) -> bool:
        """Whether every unit was sent again or paid back; one with no units left owes nothing."""
        return self.made_good >= self.units

    @property
    def has_turned_up(self) -> bool:
        """Whether it came although some of it was made good."""
        return self.is_delivered and self.made_good > 0

    @property
    def is_called_off(self) -> bool:
        """Whether nobody waits for it any more, though nothing was made good."""
        return (self.promise is PromiseState.WITHDRAWN or self.was_called_off) and not self.is_made_good

    @property
    def is_in_trouble(self) -> bool:
        """Whether the customer waits for something that may not come, and nothing has been done about it yet.

        What waits for them is there, however late.
        """
        if self.is_made_good or self.is_called_off or self.waits_for_them:
            return False
        return self.is_late or self.is_in_danger

    @property
    def can_be_made_good(self) -> bool:
        """Whether there is something to send, again or otherwise, to let come later, or to pay back.

        What waits for its customer past its day nobody is offered another one of, and a person may still give one.
        """
        return self.is_in_trouble or (self.waits_for_them and self.is_late)


# What went wrong with a delivery of each verdict: of several the first here, which leaves most to the customer's word.
TROUBLES: Mapping[TroubleKind, frozenset[Verdict | None]] = {
    TroubleKind.NOT_RECEIVED: frozenset({Verdict.NOT_RECEIVED}),
    TroubleKind.LATE: frozenset(
        {
            Verdict.LABEL_MADE,
            Verdict.MOVING,
            Verdict.DELAYED,
            Verdict.OUT_FOR_DELIVERY,
            Verdict.ATTEMPTED,
            Verdict.HELD,
            Verdict.DELIVERED,
        }
    ),
    TroubleKind.DAMAGED: frozenset({Verdict.DAMAGED}),
    TroubleKind.RETURNING: frozenset({Verdict.RETURNING, Verdict.RETURNED}),
    TroubleKind.LOST: frozenset({Verdict.LOST, Verdict.NEVER_SCANNED, Verdict.STALLED}),
    TroubleKind.NOT_LEFT: frozenset({None}),
}


def trouble_of(conditions: Mapping[int, DeliveryCondition], delivered_at: Mapping[int, datetime]) -> TroubleSituation:
    """What went wrong with an order, as its deliveries in trouble are, and since when: the oldest of what was due.

    `delivered_at`: when a carrier says that it brought a delivery, by its id.
    """
    for kind, verdicts in TROUBLES.items():
        alike = [known for known in conditions.values() if known.verdict in verdicts]
        if alike:
            brought = [delivered_at[each] for each in conditions if each in delivered_at]
            return TroubleSituation(
                kind=kind,
                due_at=min(known.due_at for known in conditions.values()),
                delivered_at=min(brought, default=None),
                is_self_reported=kind is TroubleKind.NOT_RECEIVED,
            )
    return TroubleSituation()
