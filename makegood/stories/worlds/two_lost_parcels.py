"""Story 2 in endless variants: the shop says shipped, the carrier says nothing.

`lost_plot` draws what happens, `lost_remedy` reckons what must become of it, `lost_script` and `lost_expectations`
write both down as the form of a story has them. The product's code is not asked.
"""

from collections.abc import Iterator

from pydantic import JsonValue

from makegood.stories.worlds.lost_expectations import checks, expectations, number_of
from makegood.stories.worlds.lost_plot import MINUTE, Plot, draw
from makegood.stories.worlds.lost_remedy import Remedy, arrives_at, chooser_of, remedy_for
from makegood.stories.worlds.lost_script import (
    Times,
    event,
    in_time,
    journey,
    packing,
    question,
    scans,
    times_of,
    world_of,
    written,
)
from makegood.stories.worlds.voices import Plain

NAME = "two-lost-parcels"


def two_lost_parcels(seed: int) -> Plain:
    """The variant of a seed, as a file would hold it."""
    plot = draw(seed)
    times = times_of(plot)
    remedies = [remedy_for(plot, purchase, now=times.chooses_at) for purchase in plot.purchases]
    events = [*packing(plot), *scans(plot), *checks(plot, times), *question(plot, times)]
    events += [*_choices(plot, times, remedies), *_leaving(plot, times, remedies)]
    script: list[JsonValue] = list(in_time(events))
    return {
        "schema": "story/1",
        "story": NAME,
        "seed": seed,
        "shop": _shop(plot),
        "starts_at": written(times.starts_at),
        "world": world_of(plot),
        "script": script,
        "expect": list(expectations(plot, times, remedies)),
    }


def _shop(plot: Plot) -> Plain:
    country, zone = plot.shop
    perk: Plain = {"free_express": plot.free_express} if plot.free_express else {}
    return {"country": country, "zone": zone, "currency": plot.land.currency} | perk


def _choices(plot: Plot, times: Times, remedies: list[Remedy]) -> Iterator[Plain]:
    """He chooses, or a helper does; whoever is impatient presses again and gets nothing twice."""
    for remedy in remedies:
        order, kind, by = remedy.purchase.id, remedy.kind, chooser_of(plot, remedies)
        yield event(times.chooses_at, "choose", by, order=order, remedy=kind)
        if plot.is_impatient:
            yield event(times.chooses_at + MINUTE, "choose", by, order=order, remedy=kind, status=409)


def _leaving(plot: Plot, times: Times, remedies: list[Remedy]) -> Iterator[Plain]:
    """The warehouse sends what was asked for, the carrier brings it; money back is paid by hand."""
    for remedy in remedies:
        order, number = remedy.purchase.id, number_of(plot, remedy.purchase)
        carrier = remedy.purchase.lost[0].carrier
        at = times.announces_at
        if remedy.again:
            yield event(at, "announce", order=order, carrier=carrier, number=number)
            there_at = arrives_at(remedy, times)
            if there_at:
                yield from journey(plot, remedy.purchase.land, carrier, number, at, arrives_at=there_at)
        if remedy.back:
            name = f"refunds_{order}"
            yield event(at, "call", method="GET", path=f"/v1/refunds?order={order}", keep=name)
            for place, _ in enumerate(remedy.purchase.back_to(remedy.refund_minor)):
                path = f"/v1/refunds/${name}.items.{place}.id/completion"
                yield event(at, "call", "staff:h1", method="POST", path=path, body={"note": "paid back"})
