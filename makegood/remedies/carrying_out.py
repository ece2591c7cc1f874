"""Carrying out what was granted, one step after the other, in the transaction that grants it."""

from datetime import datetime

from makegood.remedies.booking import reverse_charge
from makegood.remedies.handlers.handler import Doing
from makegood.remedies.handlers.registry import handler_of
from makegood.remedies.models import Grant
from makegood.remedies.rules.remedy import Remedy
from makegood.remedies.rules.values import Situation
from makegood.staff.rules import Actor


def carry_out(grant: Grant, remedy: Remedy, situation: Situation, *, by: Actor, now: datetime) -> None:
    """Do what happens here, and request what happens outside; in the transaction of the grant.

    Raises:
        StockShort: somebody else was given the last units at the same moment.
    """
    reverse_charge(grant, remedy, situation, now=now)
    for number, step in enumerate(remedy.steps, start=1):
        doing = Doing(grant=grant, situation=situation, key=f"{grant.key}/{number}", by=by, now=now)
        handler_of(step).carry_out(step, doing)
