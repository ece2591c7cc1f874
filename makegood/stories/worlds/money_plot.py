"""What is drawn for a variant of story 4: who orders what, how it is paid, what is odd about it, and how it ends."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from random import Random

from makegood.kit.currencies import exponent
from makegood.stories.worlds.cast import ANCHORS, LANDS, NAMES, SHOPS, TITLES, Land, calendar_at
from makegood.stories.worlds.lost_goods import PlotLine, street_in
from makegood.stories.worlds.reckoning import share_minor

NAME = "money-order"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIRST, SECOND = "10391", "10490"
# What is odd about her first money order (4.2).
ODDITIES = ("over", "exact", "under", "foreign", "unnamed", "told twice", "sent twice", "returned")
# How the second one ends it, and what she does with what is left.
ENDINGS = ("exact", "keeps", "draws", "in two parts")
# What others of these would be worth; no rate is ever found by itself.
OTHERS = ("EUR", "USD", "JPY", "KWD")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What a parcel costs her: for the first unit, for each more, nothing from so much of goods on."""

    first_minor: int
    each_more_minor: int
    free_from_minor: int | None

    def of(self, lines: tuple[PlotLine, ...]) -> int:
        goods = sum(line.total_minor for line in lines)
        if self.free_from_minor is not None and goods >= self.free_from_minor:
            return 0
        return self.first_minor + self.each_more_minor * (sum(line.quantity for line in lines) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What was drawn. `cancelled` of the first order's first line are not wanted after all."""

    seed: int
    shop: tuple[str, str]
    land: Land
    name: str
    street: str
    first: tuple[PlotLine, ...]
    second: tuple[PlotLine, ...]
    cancelled: int
    rate: Rate | None
    postage: tuple[int, int]
    oddity: str
    arrives_minor: int
    foreign: str
    foreign_minor: int
    foreign_rate: str
    ending: str
    over_minor: int
    merger: str
    starts_at: datetime
    by_date: date

    @property
    def kept(self) -> tuple[PlotLine, ...]:
        """The first order's lines once some is cancelled."""
        line, *others = self.first
        left = line.quantity - self.cancelled
        if not left:
            return tuple(others)
        discount = share_minor(total_minor=line.discount_minor, quantity=line.quantity, count=left)
        tax = share_minor(total_minor=line.tax_minor, quantity=line.quantity, count=left)
        return (replace(line, quantity=left, discount_minor=discount, tax_minor=tax), *others)

    @property
    def first_minor(self) -> int:
        return sum_of_lines(self.first) + self.postage[0]

    @property
    def back_minor(self) -> int:
        return sum_of_lines(self.first) - sum_of_lines(self.kept)

    @property
    def one_parcel_minor(self) -> int:
        """Postage for both: by the shop's rate, or the dearer of them; never more than both."""
        one = self.rate.of((*self.kept, *self.second)) if self.rate else max(self.postage)
        return min(one, sum(self.postage))

    @property
    def together_minor(self) -> int:
        return sum_of_lines(self.kept) + sum_of_lines(self.second) + self.one_parcel_minor

    @property
    def came_minor(self) -> int:
        """What her first money order is worth in the order's currency."""
        if self.oddity != "foreign":
            return self.arrives_minor
        units = Fraction(self.foreign_minor, 10 ** exponent(self.foreign)) * Fraction(self.foreign_rate)
        return round(units * int(10 ** exponent(self.land.currency)))


def sum_of_lines(lines: tuple[PlotLine, ...]) -> int:
    return sum(line.total_minor for line in lines)


def draw(seed: int) -> Plot:
    """The plot of a seed: the same seed is the same plot for ever."""
    rng = Random(f"{NAME}/{seed}")  # noqa: S311 (a story, not a secret)
    land = rng.choice(LANDS)
    first = tuple(_line(rng, land, f"A{place}") for place in range(rng.randint(2, 4)))
    second = tuple(_line(rng, land, f"B{place}") for place in range(rng.randint(1, 4)))
    rate = _rate(rng, land, sum_of_lines(first) + sum_of_lines(second)) if rng.random() < 0.7 else None
    flat = tuple(int(rng.randint(400, 1900) * land.scale) for _ in range(2))
    postage = (rate.of(first), rate.of(second)) if rate else (flat[0], flat[1])
    total = sum_of_lines(first) + postage[0]
    oddity = ODDITIES[seed % len(ODDITIES)]
    foreign = rng.choice([each for each in OTHERS if each != land.currency])
    at = calendar_at(land).at(date.fromisoformat(rng.choice(ANCHORS)), time(rng.randint(6, 20), rng.randint(0, 59)))
    arrives = {"over": total + rng.randint(1, total), "under": total - rng.randint(1, total - 1)}
    return Plot(
        seed=seed,
        shop=rng.choice(SHOPS),
        land=land,
        name=rng.choice(NAMES[land.language]),
        street=street_in(rng),
        first=first,
        second=second,
        cancelled=rng.randint(1, first[0].quantity),
        rate=rate,
        postage=postage,
        oddity=oddity,
        arrives_minor=arrives.get(oddity, total + rng.choice((0, rng.randint(1, 5000)))),
        foreign=foreign,
        foreign_minor=rng.randint(20, 200) * 10 ** exponent(foreign) + rng.randint(0, 9),
        foreign_rate=f"{rng.uniform(0.1, 40):.{rng.randint(1, 5)}f}",
        ending=ENDINGS[rng.randrange(len(ENDINGS))],
        over_minor=rng.randint(1, 4000),
        merger=rng.choice(("customer:c1", "staff:h1", "shop")),
        starts_at=at.astimezone(UTC),
        by_date=at.date() + 80 * DAY,
    )


def _line(rng: Random, land: Land, id_: str) -> PlotLine:
    price, quantity = int(rng.randint(400, 4000) * land.scale), rng.randint(1, 3)
    gross = price * quantity
    return PlotLine(
        id=id_,
        sku=f"BOOK-{id_}",
        title=f"{rng.choice(TITLES)} {id_}",
        quantity=quantity,
        unit_price_minor=price,
        discount_minor=rng.choice((0, 0, rng.randint(1, gross // 3))),
        tax_minor=rng.choice((0, 0, rng.randint(1, gross // 5))),
    )


def _rate(rng: Random, land: Land, goods_minor: int) -> Rate:
    first, more = (int(rng.randint(low, high) * land.scale) for low, high in ((500, 1600), (0, 300)))
    free_from = rng.choice((None, None, rng.randint(goods_minor // 2, 2 * goods_minor)))
    return Rate(first_minor=first, each_more_minor=more, free_from_minor=free_from)
