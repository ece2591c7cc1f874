"""The handler of every kind of step there is."""

from collections.abc import Mapping
from typing import Any

from makegood.remedies.handlers.handler import Handler
from makegood.remedies.handlers.money_back import PaysBack
from makegood.remedies.handlers.new_day import LetsComeLater
from makegood.remedies.handlers.sending import Sends
from makegood.remedies.handlers.stop import Stops
from makegood.remedies.rules.steps.money_back import MoneyBack
from makegood.remedies.rules.steps.new_day import NewDay
from makegood.remedies.rules.steps.sending import Sending
from makegood.remedies.rules.steps.step import Step
from makegood.remedies.rules.steps.stop import Stop

HANDLERS: Mapping[type[Step], Handler[Any]] = {
    Stop: Stops(),
    NewDay: LetsComeLater(),
    Sending: Sends(),
    MoneyBack: PaysBack(),
}


def handler_of(step: Step) -> Handler[Any]:
    """How this step is carried out."""
    return HANDLERS[type(step)]
