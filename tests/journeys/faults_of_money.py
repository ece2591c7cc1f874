"""Faults to plant in how money is kept, and which point of story 4 must catch each."""

from dataclasses import replace
from typing import Any

from makegood.changes.kinds.merge import Merge
from makegood.changes.rules.values import Outcome
from makegood.stories.worlds.money_plot import Plot
from tests.journeys.faults import Fault, Function


def _nothing(_: Function) -> Function:
    return lambda *_args, **_words: None


def _cent_lost(sound: Function) -> Function:
    return lambda **words: max(sound(**words) - 1, 0)


def _discount_forgotten(sound: Function) -> Function:
    def faulty(self: Merge, order: Any, request: Any, shop: Any) -> Outcome:
        outcome: Outcome = sound(self, order, request, shop)
        lines = tuple(replace(line, discount_minor=0) for line in outcome.after.lines)
        return replace(outcome, after=replace(outcome.after, lines=lines))

    return faulty


def _a_little_more(sound: Function) -> Function:
    return lambda rate: sound(rate) * 101 / 100


def _now(sound: Function) -> Function:
    def faulty(*args: Any, **words: Any) -> Any:
        return sound(*args, **{**words, "at": None})

    return faulty


def _shares_cents(plot: Plot) -> bool:
    line = plot.first[0]
    return 0 < plot.cancelled < line.quantity and (line.discount_minor > 0 or line.tax_minor > 0)


def _has_discount(plot: Plot) -> bool:
    return any(line.discount_minor for line in (*plot.kept, *plot.second))


FAULTS_OF_MONEY = (
    Fault("a cent is lost in a share", "makegood.changes.rules.values.share_minor", _cent_lost, "4.1", _shares_cents),
    Fault(
        "a merge forgets a discount",
        "makegood.changes.kinds.merge.Merge.outcome",
        _discount_forgotten,
        "4.1",
        _has_discount,
    ),
    Fault(
        "postage is not worked out anew",
        "makegood.changes.rules.values.Shop.postage",
        _nothing,
        "4.1",
        lambda plot: bool(plot.rate and plot.one_parcel_minor != max(plot.postage)),
    ),
    Fault("a change is not booked", "makegood.changes.actions.charge_for", _nothing, "4.1"),
    Fault("what is left pays for nothing", "makegood.orders.paying.OrderAccount.pay", _nothing, "4.1"),
    Fault("what was merged is charged twice", "makegood.changes.writing.charge_more", _nothing, "4.1"),
    Fault("a balance is read at the wrong instant", "makegood.faces.api.accounts.account_statements", _now, "4.1"),
    Fault(
        "what was sent is not booked",
        "makegood.payments.refunding._count",
        _nothing,
        "4.1",
        lambda plot: plot.ending == "draws" and plot.oddity != "sent twice",
    ),
    Fault(
        "money counts at another rate",
        "makegood.payments.receiving._rate",
        _a_little_more,
        "4.2",
        lambda plot: plot.oddity == "foreign",
    ),
    Fault(
        "what the bank took back is still there",
        "makegood.intake.receiving.take_back",
        _nothing,
        "4.2",
        lambda plot: plot.oddity == "returned",
    ),
)
