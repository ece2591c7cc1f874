"""What is ordered in a variant of two lost parcels: lines, boxes, addresses, and the ways in which it was paid."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from pydantic import JsonValue

from makegood.stories.worlds.cast import LANDS, STREETS, TENDERS, TITLES, Land
from makegood.stories.worlds.voices import drawn

DAY = timedelta(days=1)


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
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """A way in which part of an order was paid, as the record of an order has it."""

    tender: str
    amount_minor: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """An order of somebody's: it goes to `street` in `land`, whose currency it is in."""

    id: str
    customer: str
    land: Land
    street: str
    placed_at: datetime
    deliver_by_date: date
    lines: tuple[PlotLine, ...]
    boxes: tuple[Box, ...]
    paid: tuple[Tender, ...]
    postage_minor: int = 0

    @property
    def lost(self) -> tuple[Box, ...]:
        return tuple(box for box in self.boxes if box.is_lost)

    def back_to(self, amount_minor: int) -> list[tuple[Tender, int]]:
        """To which tenders so much of it goes back: first to the one that took most, to each no more than it took."""
        parts = []
        for tender in sorted(self.paid, key=lambda tender: -tender.amount_minor):
            part = min(amount_minor, tender.amount_minor)
            if part:
                parts.append((tender, part))
                amount_minor -= part
        return parts

    def lost_quantity(self, line: PlotLine) -> int:
        return sum(quantity for box in self.lost for id_, quantity in box.units if id_ == line.id)

    @property
    def address(self) -> dict[str, JsonValue]:
        """Where it goes, as a dispatch names it."""
        return {
            "lines": [self.street, self.land.city],
            "postcode": self.land.postcode,
            "country": self.land.country,
        }


def lands_for(rng: Random, home: Land) -> tuple[Land, Land]:
    """Where his first and his second order go: the first is in his currency, the second perhaps in another."""
    near = [land for land in LANDS if land.currency == home.currency]
    second = rng.choice((home, rng.choice(near), rng.choice(LANDS), rng.choice(LANDS)))
    return rng.choice((home, home, rng.choice(near))), second


def street_in(rng: Random) -> str:
    return f"{rng.randint(1, 99)} {rng.choice(STREETS)}"


def paid_for(rng: Random, total_minor: int) -> tuple[Tender, ...]:
    """The sum by one to three tenders, of which one is clearly the most; in whatever order."""
    count = rng.choice((1, 2, 3))
    tenders = rng.sample(TENDERS, count)
    parts = [total_minor // each for each in (3, 5)[: count - 1]]
    amounts = [*parts, total_minor - sum(parts)]
    paid = [
        Tender(tender=tender, amount_minor=amount, label=label)
        for (tender, label), amount in zip(tenders, amounts, strict=True)
    ]
    rng.shuffle(paid)
    return tuple(paid)


def past_purchases(rng: Random, land: Land, label_at: datetime) -> tuple[Purchase, ...]:
    """What he ordered long before, here and elsewhere; all of it came, each in time."""
    return tuple(
        _past(rng, number, rng.choice((land, rng.choice(LANDS))), label_at)
        for number in range(rng.choice((0, 1, 3, 8)))
    )


def _past(rng: Random, number: int, land: Land, label_at: datetime) -> Purchase:
    left_at = label_at - rng.randint(60, 900) * DAY
    line = draw_line(rng, land, "1", rng.choice(TITLES), rng.choice((1, 2)))
    box = draw_box(rng, f"OLD{number}-1", left_at, (("1", line.quantity),), is_lost=False)
    box = replace(box, delivered_at=left_at + rng.randint(2, 6) * DAY)
    by_date = (left_at + 9 * DAY).date()
    return plain_purchase(rng, f"OLD-{number}", "c1", land, line=line, box=box, by_date=by_date)


def plain_purchase(
    rng: Random, id_: str, customer: str, land: Land, *, line: PlotLine, box: Box, by_date: date
) -> Purchase:
    """An order of one box."""
    return Purchase(
        id=id_,
        customer=customer,
        land=land,
        street=street_in(rng),
        placed_at=box.label_at - DAY,
        deliver_by_date=by_date,
        lines=(line,),
        boxes=(box,),
        paid=paid_for(rng, line.total_minor),
    )


def draw_box(rng: Random, id_: str, label_at: datetime, units: tuple[tuple[str, int], ...], *, is_lost: bool) -> Box:
    carrier, number = drawn(rng)
    return Box(id=id_, carrier=carrier, number=number, label_at=label_at, units=units, is_lost=is_lost)


def draw_line(rng: Random, land: Land, id_: str, title: str, quantity: int) -> PlotLine:
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


def draw_goods(
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
            lines[0] = draw_line(rng, land, lines[0].id, lines[0].title, lines[0].quantity + quantity)
        else:
            lines.append(draw_line(rng, land, str(len(lines) + 1), title, quantity))
            units = ((lines[-1].id, quantity),)
        boxes.append(draw_box(rng, f"{prefix}-{index + 1}", label_at, units, is_lost=index < lost))
    return tuple(lines), tuple(boxes)
