"""What happens in a variant of two lost parcels: drawn from a seed, before anything is reckoned or written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from makegood.stories.worlds.cast import (
    ANCHORS,
    LANDS,
    NAMES,
    PLACES,
    SHOPS,
    TITLES,
    Land,
    Place,
    calendar_at,
)
from makegood.stories.worlds.voices import drawn

# A promised date falls due at this hour of its place; two business days of silence is the most we may be blind.
DUE_TIME = time(20, 0)
BLIND_DAYS = 2
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotLine:
    id: str
    sku: str
    title: str
    quantity: int
    unit_price_minor: int
    discount_minor: int = 0
    tax_minor: int = 0

    @property
    def total_minor(self) -> int:
        return self.unit_price_minor * self.quantity - self.discount_minor + self.tax_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A parcel: what is in it (line to quantity), and whether it gets lost."""

    id: str
    carrier: str
    number: str
    label_at: datetime
    units: tuple[tuple[str, int], ...]
    is_lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """An order of somebody's."""

    id: str
    customer: str
    placed_at: datetime
    deliver_by_date: date
    lines: tuple[PlotLine, ...]
    boxes: tuple[Box, ...]
    postage_minor: int = 0

    @property
    def lost(self) -> tuple[Box, ...]:
        return tuple(box for box in self.boxes if box.is_lost)

    def lost_quantity(self, line: PlotLine) -> int:
        return sum(quantity for box in self.lost for id_, quantity in box.units if id_ == line.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    id: str
    name: str
    cutoff_time: time
    transit_days: int
    rate_minor: int
    delivers_saturdays: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Everything that was drawn. The purchases are his; `bystander` is another customer's, whose parcel arrives."""

    seed: int
    shop: tuple[str, str]
    land: Land
    name: str
    since_date: date
    place: Place
    other_place: Place | None
    services: tuple[Service, ...]
    purchases: tuple[Purchase, ...]
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
        return calendar_at(self.land).at(purchase.deliver_by_date, DUE_TIME).astimezone(UTC)

    def danger_at(self, box: Box) -> datetime:
        return self.place.calendar.after_business_days(box.label_at, BLIND_DAYS).astimezone(UTC)


def draw(seed: int) -> Plot:
    """The plot of a seed: the same seed is the same plot for ever."""
    rng = Random(f"two-lost-parcels/{seed}")  # noqa: S311 (a story, not a secret)
    land, place = rng.choice(LANDS), rng.choice(PLACES)
    label_at = _label_at(rng, place)
    count = 2 if seed == 1 else rng.choice((1, 2, 2, 2, 3, 4))
    purchases = _purchases(rng, land, place, label_at, count)
    short = _short(rng, purchases)
    rival = _rival(rng, land, purchases, label_at) if short is None and rng.random() < 0.35 else None
    has_other_place = short is None and rival is None and rng.random() < 0.5
    others = [each for each in PLACES if each is not place]
    return Plot(
        seed=seed,
        shop=rng.choice(SHOPS),
        land=land,
        name=rng.choice(NAMES[land.language]),
        since_date=date(label_at.year - 6, rng.randint(1, 12), rng.randint(1, 28)),
        place=place,
        other_place=rng.choice(others) if has_other_place else None,
        services=_services(rng, land),
        purchases=purchases,
        bystander=_bystander(rng, land, label_at),
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


def _label_at(rng: Random, place: Place) -> datetime:
    day = place.calendar.business_day_on_or_after(date.fromisoformat(rng.choice(ANCHORS)))
    return place.calendar.at(day, time(rng.randint(8, 17), rng.randint(1, 59))).astimezone(UTC)


def _purchases(rng: Random, land: Land, place: Place, label_at: datetime, count: int) -> tuple[Purchase, ...]:
    """His orders with `count` lost boxes between them, and perhaps one that arrives."""
    in_second = rng.randint(1, count - 1) if count > 1 and rng.random() < 0.4 else 0
    numbers = rng.sample(range(10_000, 99_999), 2)
    first = _purchase(rng, land, str(numbers[0]), label_at, lost=count - in_second, arriving=rng.random() < 0.5)
    if not in_second:
        return (first,)
    later = label_at if rng.random() < 0.5 else place.calendar.after_business_days(label_at, 1).astimezone(UTC)
    return first, _purchase(rng, land, str(numbers[1]), later, lost=in_second, arriving=False)


def _purchase(rng: Random, land: Land, id_: str, label_at: datetime, *, lost: int, arriving: bool) -> Purchase:
    is_tight = not arriving and rng.random() < 0.2
    calendar = calendar_at(land)
    day = calendar.local(label_at).date() + DAY
    lines, boxes = _goods(rng, land, f"P{id_}", label_at, lost=lost, arriving=arriving)
    return Purchase(
        id=id_,
        customer="c1",
        placed_at=label_at - DAY,
        deliver_by_date=calendar.add_business_days(day, 0 if is_tight else rng.randint(4, 9)),
        lines=lines,
        boxes=boxes,
        postage_minor=int(rng.choice((0, 0, 395)) * land.scale),
    )


def _goods(
    rng: Random, land: Land, prefix: str, label_at: datetime, *, lost: int, arriving: bool
) -> tuple[tuple[PlotLine, ...], tuple[Box, ...]]:
    """One line a box; the first two boxes may share a line between them."""
    shares = lost >= 2 and rng.random() < 0.3
    titles = rng.sample(TITLES, lost + arriving)
    lines: list[PlotLine] = []
    boxes: list[Box] = []
    for index, title in enumerate(titles):
        quantity = rng.choice((1, 1, 2, 3))
        if shares and index == 1:
            units: tuple[tuple[str, int], ...] = ((lines[0].id, quantity),)
            lines[0] = _line(rng, land, lines[0].id, lines[0].title, lines[0].quantity + quantity)
        else:
            lines.append(_line(rng, land, str(len(lines) + 1), title, quantity))
            units = ((lines[-1].id, quantity),)
        boxes.append(_box(rng, f"{prefix}-{index + 1}", label_at, units, is_lost=index < lost))
    return tuple(lines), tuple(boxes)


def _box(rng: Random, id_: str, label_at: datetime, units: tuple[tuple[str, int], ...], *, is_lost: bool) -> Box:
    carrier, number = drawn(rng)
    return Box(id=id_, carrier=carrier, number=number, label_at=label_at, units=units, is_lost=is_lost)


def _line(rng: Random, land: Land, id_: str, title: str, quantity: int) -> PlotLine:
    unit = int(rng.randint(395, 1795) * land.scale)
    return PlotLine(
        id=id_,
        sku=sku_of(title),
        title=title,
        quantity=quantity,
        unit_price_minor=unit,
        discount_minor=rng.choice((0, 0, unit // 7)),
        tax_minor=rng.choice((0, unit * quantity // 12)),
    )


def sku_of(title: str) -> str:
    return "".join(letter for letter in title.upper() if letter.isascii() and letter.isalnum())[:12]


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


def _rival(rng: Random, land: Land, purchases: Sequence[Purchase], label_at: datetime) -> Purchase | None:
    """Somebody else whose lost parcel holds one of the same: whatever he takes, she can't have."""
    line = next(line for line in purchases[0].lines if purchases[0].lost_quantity(line))
    hers = PlotLine(id="1", sku=line.sku, title=line.title, quantity=1, unit_price_minor=line.unit_price_minor)
    box = _box(rng, "R1", label_at, (("1", 1),), is_lost=True)
    day = calendar_at(land).add_business_days(calendar_at(land).local(label_at).date(), 15)
    return Purchase(id="R-1", customer="c3", placed_at=label_at - DAY, deliver_by_date=day, lines=(hers,), boxes=(box,))


def _bystander(rng: Random, land: Land, label_at: datetime) -> Purchase:
    line = _line(rng, land, "1", TITLES[0], 1)
    box = _box(rng, "B1", label_at, (("1", 1),), is_lost=False)
    day = calendar_at(land).add_business_days(calendar_at(land).local(label_at).date(), 6)
    return Purchase(id="B-1", customer="c2", placed_at=label_at - DAY, deliver_by_date=day, lines=(line,), boxes=(box,))


def _services(rng: Random, land: Land) -> tuple[Service, ...]:
    return (
        Service(
            id="ground",
            name="Ground",
            cutoff_time=time(rng.randint(13, 17)),
            transit_days=rng.randint(5, 7),
            rate_minor=int(rng.randint(395, 695) * land.scale),
            delivers_saturdays=False,
        ),
        Service(
            id="express",
            name="Express",
            cutoff_time=time(rng.randint(10, 18), rng.choice((0, 30))),
            transit_days=rng.randint(2, 3),
            rate_minor=int(rng.randint(1195, 1995) * land.scale),
            delivers_saturdays=rng.random() < 0.4,
        ),
    )
