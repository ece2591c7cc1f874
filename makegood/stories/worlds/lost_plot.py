"""What happens in a variant of two lost parcels: drawn from a seed, before anything is reckoned or written down."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from makegood.stories.worlds.cast import (
    ANCHORS,
    DUE_TIME,
    FREE_EXPRESS,
    LANDS,
    NAMES,
    PLACES,
    SHOPS,
    TITLES,
    Land,
    Place,
    Service,
    calendar_at,
)
from makegood.stories.worlds.lost_goods import (
    DAY,
    Box,
    PlotLine,
    Purchase,
    draw_box,
    draw_goods,
    draw_line,
    lands_for,
    paid_for,
    past_purchases,
    plain_purchase,
    street_in,
)
from makegood.stories.worlds.reckoning import way_of

# Two business days of silence is the most we may be blind.
BLIND_DAYS = 2
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Everything that was drawn. The purchases are his, those of the `past` too; `bystander` is another customer's,
    whose parcel arrives. `land` is where he lives. `free_express`: how the shop redeems free express on the next order,
    if it gives any.
    """

    seed: int
    shop: tuple[str, str]
    free_express: str
    land: Land
    name: str
    since_date: date
    place: Place
    other_place: Place | None
    services: tuple[Service, ...]
    purchases: tuple[Purchase, ...]
    past: tuple[Purchase, ...]
    bystander: Purchase
    rival: Purchase | None
    short: tuple[str, int] | None
    comes_as_it_happens: bool
    decides: str
    chooser: str
    is_impatient: bool
    asks: str
    prefers_refund: bool
    rng: Random

    @property
    def all_purchases(self) -> tuple[Purchase, ...]:
        return (*self.purchases, self.bystander, *([self.rival] if self.rival else []))

    def due_at(self, purchase: Purchase) -> datetime:
        return calendar_at(purchase.land).at(purchase.deliver_by_date, DUE_TIME).astimezone(UTC)

    def danger_at(self, box: Box) -> datetime:
        return self.place.calendar.after_business_days(box.label_at, BLIND_DAYS).astimezone(UTC)


def draw(seed: int) -> Plot:
    """The plot of a seed: the same seed is the same plot for ever."""
    rng = Random(f"two-lost-parcels/{seed}")  # noqa: S311 (a story, not a secret)
    wide = Random(f"two-lost-parcels/{seed}/wide")  # noqa: S311
    land, place = rng.choice(LANDS), rng.choice(PLACES)
    label_at = _label_at(rng, place)
    count = 2 if seed == 1 else rng.choice((1, 2, 2, 2, 3, 4))
    lands = lands_for(wide, land)
    purchases = _purchases(rng, wide, lands, place, label_at, count)
    short = _short(rng, purchases)
    rival = _rival(rng, wide, land, purchases, label_at) if short is None and rng.random() < 0.35 else None
    has_other_place = short is None and rival is None and rng.random() < 0.5
    others = [each for each in PLACES if each is not place]
    plot = Plot(
        seed=seed,
        shop=rng.choice(SHOPS),
        free_express=Random(f"two-lost-parcels/{seed}/perk").choice(FREE_EXPRESS),  # noqa: S311
        land=land,
        name=rng.choice(NAMES[land.language]),
        since_date=date(label_at.year - 6, rng.randint(1, 12), rng.randint(1, 28)),
        place=place,
        other_place=rng.choice(others) if has_other_place else None,
        services=_services(rng, wide, land, purchases),
        purchases=purchases,
        past=past_purchases(wide, land, label_at),
        bystander=_bystander(rng, wide, land, label_at),
        rival=rival,
        short=short,
        comes_as_it_happens=rng.random() < 0.5,
        decides=rng.choice(("early", "late")),
        chooser=rng.choice(("customer:c1", "staff:h1")),
        is_impatient=rng.random() < 0.5,
        asks=rng.choice(("contact", "write", "write", "contact")),
        prefers_refund=short is None and rival is None and rng.random() < 0.2,
        rng=rng,
    )
    is_in_time = all(_leaves_in_time(plot, each) for each in plot.all_purchases)
    return replace(plot, comes_as_it_happens=plot.comes_as_it_happens and is_in_time)


def _leaves_in_time(plot: Plot, purchase: Purchase) -> bool:
    """Whether every way that could bring it by its day when it was placed still can when it is packed.

    Of what can't, its customer hears before it is packed: another story than this one.
    """
    places = [place for place in (plot.place, plot.other_place) if place]
    return not any(
        way_of(place=place, service=service, land=purchase.land, now=purchase.placed_at).arrives_date
        <= purchase.deliver_by_date
        < way_of(place=place, service=service, land=purchase.land, now=box.label_at).arrives_date
        for place in places
        for service in plot.services
        for box in purchase.boxes
    )


def _label_at(rng: Random, place: Place) -> datetime:
    day = place.calendar.business_day_on_or_after(date.fromisoformat(rng.choice(ANCHORS)))
    return place.calendar.at(day, time(rng.randint(8, 17), rng.randint(1, 59))).astimezone(UTC)


def _purchases(
    rng: Random, wide: Random, lands: tuple[Land, Land], place: Place, label_at: datetime, count: int
) -> tuple[Purchase, ...]:
    """His orders with `count` lost boxes between them, and perhaps one that arrives."""
    in_second = rng.randint(1, count - 1) if count > 1 and rng.random() < 0.4 else 0
    numbers = rng.sample(range(10_000, 99_999), 2)
    arriving = rng.random() < 0.5
    first = _purchase(rng, wide, lands[0], str(numbers[0]), label_at, lost=count - in_second, arriving=arriving)
    if not in_second:
        return (first,)
    later = label_at if rng.random() < 0.5 else place.calendar.after_business_days(label_at, 1).astimezone(UTC)
    return first, _purchase(rng, wide, lands[1], str(numbers[1]), later, lost=in_second, arriving=False)


def _purchase(
    rng: Random, wide: Random, land: Land, id_: str, label_at: datetime, *, lost: int, arriving: bool
) -> Purchase:
    is_tight = not arriving and rng.random() < 0.2
    calendar = calendar_at(land)
    day = calendar.local(label_at).date() + DAY
    lines, boxes = draw_goods(rng, land, f"P{id_}", label_at, lost=lost, arriving=arriving)
    by_date = calendar.add_business_days(day, 0 if is_tight else rng.randint(4, 9))
    postage_minor = int(rng.choice((0, 0, 395)) * land.scale)
    return Purchase(
        id=id_,
        customer="c1",
        land=land,
        street=street_in(wide),
        placed_at=label_at - DAY,
        deliver_by_date=by_date,
        lines=lines,
        boxes=boxes,
        paid=paid_for(wide, sum(line.total_minor for line in lines) + postage_minor),
        postage_minor=postage_minor,
    )


def _short(rng: Random, purchases: Sequence[Purchase]) -> tuple[str, int] | None:
    """In some variants one title has run short: its sku, and how many are left, fewer than were lost."""
    if len(purchases) > 1 or rng.random() < 0.6:
        return None
    (purchase,) = purchases
    in_one_box = [line for line in purchase.lines if _boxes_with(line, purchase.lost) == 1]
    if not in_one_box:
        return None
    line = rng.choice(in_one_box)
    return line.sku, rng.randrange(purchase.lost_quantity(line))


def _boxes_with(line: PlotLine, boxes: Sequence[Box]) -> int:
    return sum(id_ == line.id for box in boxes for id_, _ in box.units)


def _rival(rng: Random, wide: Random, land: Land, purchases: Sequence[Purchase], label_at: datetime) -> Purchase | None:
    """Somebody else whose lost parcel holds one of the same: whatever he takes, she can't have."""
    line = next(line for line in purchases[0].lines if purchases[0].lost_quantity(line))
    hers = PlotLine(id="1", sku=line.sku, title=line.title, quantity=1, unit_price_minor=line.unit_price_minor)
    box = draw_box(rng, "R1", label_at, (("1", 1),), is_lost=True)
    return plain_purchase(wide, "R-1", "c3", land, line=hers, box=box, by_date=_by_date(land, box, 15))


def _bystander(rng: Random, wide: Random, land: Land, label_at: datetime) -> Purchase:
    line = draw_line(rng, land, "1", TITLES[0], 1)
    box = draw_box(rng, "B1", label_at, (("1", 1),), is_lost=False)
    return plain_purchase(wide, "B-1", "c2", land, line=line, box=box, by_date=_by_date(land, box, 6))


def _by_date(land: Land, box: Box, days: int) -> date:
    """So many business days after its label."""
    calendar = calendar_at(land)
    return calendar.add_business_days(calendar.local(box.label_at).date(), days)


def _services(rng: Random, wide: Random, land: Land, purchases: Sequence[Purchase]) -> tuple[Service, ...]:
    """Two in his currency, and a third as fast as the faster one, that costs less of another currency's units."""
    ground = Service(
        id="ground",
        currency=land.currency,
        cutoff_time=time(rng.randint(13, 17)),
        transit_days=rng.randint(5, 7),
        rate_minor=int(rng.randint(395, 695) * land.scale),
        delivers_saturdays=False,
    )
    express = Service(
        id="express",
        currency=land.currency,
        cutoff_time=time(rng.randint(10, 18), rng.choice((0, 30))),
        transit_days=rng.randint(2, 3),
        rate_minor=int(rng.randint(1195, 1995) * land.scale),
        delivers_saturdays=rng.random() < 0.4,
    )
    abroad = [each.land.currency for each in purchases if each.land.currency != land.currency]
    others = abroad or sorted({each.currency for each in LANDS} - {land.currency})
    courier = replace(express, id="courier", currency=wide.choice(others), rate_minor=express.rate_minor // 3)
    return ground, express, courier
