"""Faults to plant in the product, one function each, and which point of the story must catch each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from makegood.catalog.models import Stock
from makegood.connectors.usps.statuses import kind_of
from makegood.customers.models import Customer
from makegood.parcels.assessing import _calendar_of
from makegood.parcels.models import Dispatch
from makegood.parcels.rules.scans import ScanKind
from makegood.stories.worlds.lost_plot import Plot
from makegood.stories.worlds.never_left import Plot as NeverLeft

DAY = timedelta(days=1)
Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """`where` names the function as its caller finds it; `plant` makes the faulty one of the sound one.

    `shows_where` says in which variants it must show, so that those are tried first; `point` begins the points that
    catch it.
    """

    name: str
    where: str
    plant: Callable[[Function], Function]
    point: str
    shows_where: Callable[[Any], bool] = lambda _: True

    def __str__(self) -> str:
        return self.name


def _nothing(_: Function) -> Function:
    return lambda *_args, **_words: None


def _always(value: object) -> Callable[[Function], Function]:
    return lambda _: lambda *_args, **_words: value


def _with(**changes: Callable[[Any], Any]) -> Callable[[Function], Function]:
    """The sound function, called with some of its words changed."""

    def plant(sound: Function) -> Function:
        def faulty(*args: Any, **words: Any) -> Any:
            return sound(
                *args, **{name: changes[name](value) if name in changes else value for name, value in words.items()}
            )

        return faulty

    return plant


def _later(sound: Function) -> Function:
    def faulty(*args: Any, **words: Any) -> Any:
        at = sound(*args, **words)
        return at and at + DAY

    return faulty


def _twice(sound: Function) -> Function:
    def faulty(*args: Any, key: str, **words: Any) -> Any:
        made = sound(*args, key=key, **words)
        sound(*args, key=f"{key}/again", **words)
        return made

    return faulty


def _charged(sound: Function) -> Function:
    def faulty(**words: Any) -> Any:
        dispatch = sound(**words)
        Dispatch.objects.filter(pk=dispatch.pk).update(charged_minor=1)
        return dispatch

    return faulty


def _not_held(sound: Function) -> Function:
    def faulty(*, place_id: int, product_id: int, **words: Any) -> Any:
        before = Stock.objects.get(place_id=place_id, product_id=product_id).held
        hold = sound(place_id=place_id, product_id=product_id, **words)
        Stock.objects.filter(place_id=place_id, product_id=product_id).update(held=before)
        return hold

    return faulty


def _to_somebody_else(_: Any) -> Customer:
    return Customer.objects.get(reference="c2")


def _a_cent_more(sound: Function) -> Function:
    def faulty(**words: Any) -> tuple[int, ...]:
        return tuple(minor and minor + 1 for minor in sound(**words))

    return faulty


def _only_the_first(sound: Function) -> Function:
    return lambda *args, **words: sound(*args, **words)[:1]


def _without_holidays(_: Function) -> Function:
    return lambda place: replace(_calendar_of(place), holidays=frozenset())


def _notices_move(_: Function) -> Function:
    def faulty(*, code: str, words: str) -> ScanKind:
        kind = kind_of(code=code, words=words)
        return ScanKind.MOVED if kind in {ScanKind.NOTICE, ScanKind.UNKNOWN} else kind

    return faulty


def _slowest(sound: Function) -> Function:
    def faulty(routes: list[Any], currency: str) -> Any:
        last = max((route.arrives_date for route in routes), default=None)
        return sound([route for route in routes if route.arrives_date == last], currency)

    return faulty


def _in_no_currency(sound: Function) -> Function:
    return lambda routes, _currency: sound(routes, "XXX")


def _least(in_order: Function) -> Function:
    return lambda tenders: in_order(tenders)[::-1]


def _sends(plot: Plot) -> bool:
    return not plot.prefers_refund and plot.short is None


def _waits(plot: Plot) -> bool:
    return plot.decides == "late"


def _has_holidays(plot: Plot) -> bool:
    """Whether a holiday of the place it leaves lies between a label and its two business days."""
    plain = replace(plot.place.calendar, holidays=frozenset())
    labels = {box.label_at for each in plot.purchases for box in each.lost}
    return any(plain.after_business_days(at, 2) != plot.place.calendar.after_business_days(at, 2) for at in labels)


def _begins_without_labels(plot: Plot) -> bool:
    return plot.comes_as_it_happens and not plot.past


def _many(plot: Plot) -> bool:
    return any(len(purchase.lost) > 1 for purchase in plot.purchases)


def _pays_back(plot: Plot) -> bool:
    return plot.prefers_refund or plot.short is not None


def _pays_back_several(plot: Plot) -> bool:
    return _pays_back(plot) and all(len(purchase.paid) > 1 for purchase in plot.purchases)


TELLING, VERDICTS, SENDING = (
    "makegood.cases.notifications",
    "makegood.parcels.rules.verdicts",
    "makegood.remedies.handlers.sending",
)
FAULTS = (
    Fault("no message of danger", "makegood.cases.reactions.tell", _nothing, "2.1"),
    Fault("messages are never handed over", "makegood.channels.reactions.deliver", _nothing, "2.1"),
    Fault("told a day late", f"{VERDICTS}._look_again_at", _later, "2.1"),
    # The database refuses such a verdict; a world with any label in it could not even begin.
    Fault("a verdict without evidence", f"{VERDICTS}._evidence", _always(()), "2.1", _begins_without_labels),
    Fault("silent about how sure we are", "makegood.replies.truths._what_we_think", _always(""), "2.1"),
    Fault("silent about when it left", "makegood.replies.truths._when_it_left", _always(""), "2.1"),
    Fault("one message for each parcel", f"{TELLING}.untold", _only_the_first, "2.1", _many),
    Fault("somebody else is told", f"{TELLING}.request_message", _with(customer=_to_somebody_else), "2.1"),
    Fault("a date that passes breaks nothing", "makegood.promises.actions.break_overdue", _always(0), "2.1", _waits),
    Fault("empty words are taken for movement", "makegood.connectors.usps.tracking.kind_of", _notices_move, "2.1"),
    Fault("holidays are forgotten", "makegood.parcels.assessing._calendar_of", _without_holidays, "2.1", _has_holidays),
    Fault("no answer is owed", "makegood.cases.actions.reply_due_at", _later, "2.2"),
    Fault("a second replacement", f"{SENDING}._request", _twice, "2.3", _sends),
    Fault("the replacement is charged", f"{SENDING}.request_dispatch", _charged, "2.3", _sends),
    Fault(
        "a wrong date is promised",
        f"{SENDING}.promise_replacement",
        _with(due_at=lambda at: at + DAY),
        "2.3",
        _sends,
    ),
    Fault("no faster than before", "makegood.remedies.rules.sending._best_route_by_place", _slowest, "2.3", _sends),
    Fault(
        "by the cheapest in any currency",
        "makegood.remedies.rules.sending._best_route_by_place",
        _in_no_currency,
        "2.3",
        _sends,
    ),
    Fault("paid back where least was paid", "makegood.remedies.situations.in_order", _least, "2.3", _pays_back_several),
    Fault(
        "what is promised is not held",
        "makegood.parcels.dispatching.reserve_stock",
        _not_held,
        "2.3",
        lambda plot: _sends(plot) and plot.other_place is None,
    ),
    Fault("a cent too much", "makegood.remedies.situations.shares", _a_cent_more, "2.3", _pays_back),
    Fault("no reason to come back", "makegood.replies.letters.letter.Matter.reason_to_come_back", _always(""), "2.4"),
    Fault("unsupported words go out", "makegood.faces.api.replies.overridden", _nothing, "2.4"),
    Fault("what was chosen is not confirmed", "makegood.cases.reactions.confirm_grant", _nothing, "2.4"),
)


def _a_day_more(sound: Function) -> Function:
    def faulty(*args: Any, **words: Any) -> Any:
        day = sound(*args, **words)
        return day and replace(day, by_date=day.by_date + DAY, due_at=day.due_at + DAY)

    return faulty


def _is_sent_otherwise(plot: NeverLeft) -> bool:
    return plot.remedy in {"send_faster", "send_elsewhere"}


FAULTS_OF_WHAT_NEVER_LEFT = (
    Fault(
        "nobody hears that it can't be in time",
        "makegood.cases.outlook.expected_way",
        _nothing,
        "told when it can't be in time any more",
    ),
    Fault(
        "a later day than need be",
        "makegood.remedies.not_left._new_day",
        _a_day_more,
        "granted as it was reckoned",
        lambda plot: plot.remedy == "new_date",
    ),
    Fault(
        "sent otherwise by the slowest way",
        "makegood.remedies.rules.sending._best_route_by_place",
        _slowest,
        "granted as it was reckoned",
        _is_sent_otherwise,
    ),
    Fault(
        "what is sent otherwise is charged",
        f"{SENDING}.request_dispatch",
        _charged,
        "asked for once, at our cost",
        _is_sent_otherwise,
    ),
    Fault(
        "what was chosen instead is not confirmed",
        "makegood.cases.reactions.confirm_grant",
        _nothing,
        "told what was chosen",
    ),
)
