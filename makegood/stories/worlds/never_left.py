"""Orders that do not leave, in endless variants: told when they can't be there in time any more, and made good.

Each has one kind of remedy that what has not left can be given: a faster service, another place, a later day, or money
back. What is right is reckoned here, from calendars and plain sums; the product's code is not asked.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from pydantic import JsonValue

from makegood.stories.worlds.cast import (
    ANCHORS,
    LANDS,
    NAMES,
    PLACES,
    SHOPS,
    SORRY,
    Land,
    Place,
    Service,
    calendar_at,
    in_words,
)
from makegood.stories.worlds.lost_goods import PlotLine, Tender, draw_line, paid_for, street_in
from makegood.stories.worlds.lost_script import event, in_time, written
from makegood.stories.worlds.reckoning import Way, best_ways, refund_due_at, sum_in_words, way_of
from makegood.stories.worlds.voices import VOICES, Plain, Said, drawn

NAME = "never-left"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Where a place does not say how long it packs, an order is to be asked for so long before the cut-off.
PACKING = 4 * HOUR
TOLD_AS = {
    "send_faster": "sent_otherwise",
    "send_elsewhere": "sent_otherwise",
    "new_date": "new_date",
    "refund": "refund_promised",
}
MESSAGES, ORDER = "/v1/messages?customer=c1&direction=out", "70001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What was drawn. `places`: it can leave from each of them; from the second alone where the first has run out."""

    seed: int
    shop: tuple[str, str]
    land: Land
    name: str
    street: str
    places: tuple[Place, ...]
    ground: Service
    express: Service
    line: PlotLine
    paid: tuple[Tender, ...]
    placed_at: datetime
    by_date: date
    remedy: str
    chooser: str
    carrier: str
    number: str
    after: timedelta

    @property
    def leave_by(self) -> datetime:
        """The last cut-off with which the cheap service still brings it by its day, from the place with most time."""
        return max(filter(None, (_last_cutoff(self, place) for place in self.places)))

    @property
    def chooses_at(self) -> datetime:
        return self.leave_by + self.after

    @property
    def way(self) -> Way:
        """How it goes otherwise. A new day is the cheap service's from the slowest place, with a day to spare."""
        if self.remedy != "new_date":
            services = (self.ground, self.express)
            return best_ways(places=self.places, services=services, land=self.land, now=self.chooses_at)[0]
        spare = [(place, place.calendar.after_business_days(self.chooses_at, 1)) for place in self.places]
        ways = [way_of(place=place, service=self.ground, land=self.land, now=at) for place, at in spare]
        return max(ways, key=lambda way: way.arrives_date)


def _last_cutoff(plot: Plot, place: Place) -> datetime | None:
    found = None
    for days in range(40):
        day = place.calendar.local(plot.placed_at).date() + days * DAY
        at = place.calendar.at(day, plot.ground.cutoff_time).astimezone(UTC)
        way = way_of(place=place, service=plot.ground, land=plot.land, now=at - MINUTE)
        if place.calendar.is_business_day(day) and at > plot.placed_at and way.arrives_date <= plot.by_date:
            found = at
    return found


def draw(seed: int) -> Plot:
    """The plot of a seed: the same seed is the same plot for ever."""
    rng = Random(f"{NAME}/{seed}")  # noqa: S311 (a story, not a secret)
    land, (first, second) = rng.choice(LANDS), rng.sample(PLACES, 2)
    remedy = rng.choice(tuple(TOLD_AS))
    places = (first, second) if remedy == "send_elsewhere" or rng.random() < 0.5 else (first,)
    places = (first,) if remedy == "send_faster" else places
    placed_at = first.calendar.at(
        first.calendar.business_day_on_or_after(date.fromisoformat(rng.choice(ANCHORS))), time(rng.randint(6, 11), 7)
    ).astimezone(UTC)
    ground = _service("ground", land, time(rng.randint(13, 17)), rng.randint(5, 7), rng.randint(395, 695))
    express = _service("express", land, time(rng.randint(10, 18), 30), rng.randint(1, 2), rng.randint(1195, 1995))
    slowest = max(way_of(place=each, service=ground, land=land, now=placed_at + DAY).arrives_date for each in places)
    line = draw_line(rng, land, "1", "Field Notes", rng.choice((1, 2, 3)))
    carrier, number = drawn(rng)
    return Plot(
        seed=seed,
        shop=rng.choice(SHOPS),
        land=land,
        name=rng.choice(NAMES[land.language]),
        street=street_in(rng),
        places=places,
        ground=ground,
        express=express,
        line=line,
        paid=paid_for(rng, line.total_minor),
        placed_at=placed_at,
        by_date=calendar_at(land).add_business_days(slowest, rng.randint(1, 4)),
        remedy=remedy,
        chooser=rng.choice(("customer:c1", "staff:h1")),
        carrier=carrier,
        number=number,
        after=rng.randint(3, 50) * MINUTE,
    )


def _service(id_: str, land: Land, cutoff_time: time, transit_days: int, rate: int) -> Service:
    return Service(
        id=id_,
        currency=land.currency,
        cutoff_time=cutoff_time,
        transit_days=transit_days,
        rate_minor=int(rate * land.scale),
        delivers_saturdays=False,
    )


def never_left(seed: int) -> Plain:
    """The variant of a seed, as a file would hold it."""
    plot = draw(seed)
    country, zone = plot.shop
    script: list[JsonValue] = list(in_time(list(_script(plot))))
    return {
        "schema": "story/1",
        "story": NAME,
        "seed": seed,
        "shop": {"country": country, "zone": zone, "currency": plot.land.currency},
        "starts_at": written(plot.placed_at),
        "world": _world(plot),
        "script": script,
        "expect": list(_expectations(plot)),
    }


def _world(plot: Plot) -> Plain:
    services: list[JsonValue] = [
        {
            "id": each.id,
            "name": each.name,
            "carrier": plot.carrier,
            "currency": each.currency,
            "delivers_saturdays": each.delivers_saturdays,
            "cutoff_time": each.cutoff_time.isoformat(timespec="minutes"),
            "lanes": [{"country": "*", "rate_minor": each.rate_minor, "transit_days": each.transit_days}],
        }
        for each in (plot.ground, plot.express)
    ]
    price: Plain = {"currency": plot.land.currency, "price_minor": plot.line.unit_price_minor}
    address: Plain = {"email": "c1@customers.example", "language": plot.land.language, "zone": plot.land.zone}
    return {
        "customers": [{"id": "c1", "name": plot.name, **address}],
        "staff": [{"id": "h1", "name": "Robin", "email": "robin@shop.example", "role": "helper"}],
        "places": [asdict(place) for place in plot.places],
        "products": [{"sku": plot.line.sku, "title": plot.line.title, **price}],
        "stock": [{"place": place.id, "sku": plot.line.sku, "on_hand": 9} for place in plot.places],
        "services": services,
        "orders": [_order(plot)],
    }


def _order(plot: Plot, *, left_at: datetime | None = None) -> Plain:
    box: Plain = {
        "id": "P1",
        "place": plot.places[0].id,
        "service": "ground",
        "carrier": plot.carrier,
        "number": plot.number,
        "label_at": written(left_at or plot.placed_at),
        "units": [{"line": "1", "quantity": plot.line.quantity}],
    }
    return {
        "id": ORDER,
        "customer": "c1",
        "placed_at": written(plot.placed_at),
        "currency": plot.land.currency,
        "lines": [{name: value for name, value in asdict(plot.line).items() if name != "title"}],
        "paid": [asdict(tender) for tender in plot.paid],
        "ship_to": {
            "name": plot.name,
            "lines": [plot.street, plot.land.city],
            "postcode": plot.land.postcode,
            "country": plot.land.country,
            "zone": plot.land.zone,
        },
        "deliver_by_date": plot.by_date.isoformat(),
        "parcels": [box] if left_at else [],
    }


def _script(plot: Plot) -> Iterator[Plain]:
    """Somebody chooses, and whatever was chosen comes true."""
    at, stops = plot.chooses_at, f"/v1/stops?order={ORDER}"
    yield event(at, "choose", plot.chooser, order=ORDER, remedy=plot.remedy, keep="chosen")
    yield event(at + MINUTE, "choose", plot.chooser, order=ORDER, remedy=plot.remedy, status=409)
    left_at = at + HOUR
    if plot.remedy == "new_date":
        yield event(left_at, "import", kind="orders", records=[_order(plot, left_at=left_at)])
    else:
        yield event(at + 2 * MINUTE, "call", method="GET", path=stops, keep="stops")
        path = "/v1/stops/$stops.items.0.id/completion"
        yield event(at + 3 * MINUTE, "call", "staff:h1", method="POST", path=path, status=201)
    if plot.remedy == "refund":
        refunds = f"/v1/refunds?order={ORDER}"
        yield event(left_at, "call", method="GET", path=refunds, keep="refunds")
        for place in range(len(plot.paid)):
            path = f"/v1/refunds/$refunds.items.{place}.id/completion"
            yield event(left_at, "call", "staff:h1", method="POST", path=path, body={"note": "paid back"})
        return
    if plot.remedy != "new_date":
        yield event(left_at, "announce", order=ORDER, carrier=plot.carrier, number=plot.number)
    voice, zone = VOICES[plot.carrier], plot.land.zone
    taken = voice.event(Said.TAKEN, left_at + HOUR, zone=plot.places[0].zone)
    came_at = plot.way.due_at - 3 * HOUR
    came = voice.event(Said.DELIVERED, came_at, zone=zone)
    for told_at, said in ((left_at + HOUR + MINUTE, [taken]), (came_at + MINUTE, [taken, came])):
        yield event(told_at, "scan", carrier=plot.carrier, body=voice.answer(plot.number, said))


def _at(point: str, at: datetime | str, get: str, *, is_: JsonValue = None, **more: JsonValue) -> Plain:
    checks = more if is_ is None else {"is": is_, **more}
    return {"point": point, "at": at if isinstance(at, str) else written(at), "get": get, **checks}


def _expectations(plot: Plot) -> Iterator[Plain]:
    yield from _told_in_time(plot)
    yield from _made_good(plot)
    yield from _in_the_end(plot)


def _told_in_time(plot: Plot) -> Iterator[Plain]:
    """A helper sees it from when it should be packed; its customer hears it with the last cut-off, and not before."""
    seen_at, cases = plot.leave_by - PACKING, "/v1/cases?customer=c1"
    if seen_at > plot.placed_at:
        yield _at("seen not before it must", seen_at - MINUTE, cases, count=0)
        yield _at("seen while it can still leave", seen_at, cases, count=1, is_={"attention": "danger"})
    yield _at("told not before it must", plot.leave_by - MINUTE, MESSAGES, count=0)
    day = rf"(?<!\d){in_words(plot.by_date, plot.land.language)}\b"
    words: list[JsonValue] = [SORRY[plot.land.language], ORDER, day]
    letter: JsonValue = {
        "news": "in_danger",
        "state": "sent",
        "written_at": written(plot.leave_by),
        "body": {"$matches": words},
    }
    yield _at("told when it can't be in time any more", plot.leave_by, MESSAGES, count=1, is_=letter)
    unknown: JsonValue = {"body": {"$matches": rf"\d\s?%|{VOICES[plot.carrier].name}"}}
    yield _at("no carrier knows what has not left", plot.leave_by, MESSAGES, none=unknown)


def _made_good(plot: Plot) -> Iterator[Plain]:
    at, promises = plot.chooses_at, f"/v1/promises?order={ORDER}&kind=deliver"
    dispatches = f"/v1/dispatches?order={ORDER}"
    chosen: dict[str, JsonValue] = {"remedy": plot.remedy}
    words: list[JsonValue] = [SORRY[plot.land.language]]
    if plot.remedy == "refund":
        chosen["refund_minor"] = plot.line.total_minor
        words.append(sum_in_words(plot.line.total_minor, plot.land.currency))
        yield _at("nothing is sent", "end", dispatches, count=0)
        refund: JsonValue = {"due_at": written(refund_due_at(shop=plot.shop, now=at)), "promise_state": "open"}
        yield _at("paid back by a promised day", at, f"/v1/refunds?order={ORDER}", count=len(plot.paid), is_=refund)
    else:
        chosen["arrives_date"] = plot.way.arrives_date.isoformat()
        words.append(rf"(?<!\d){in_words(plot.way.arrives_date, plot.land.language)}\b")
        due: JsonValue = {"state": "open", "due_at": written(plot.way.due_at)}
        yield _at("promised for that day", at, promises, any=due)
        sent: JsonValue = {"service": plot.way.service, "place": plot.way.place, "charged_minor": 0}
        count = 0 if plot.remedy == "new_date" else 1
        yield _at("asked for once, at our cost", at, dispatches, count=count, **({"is": sent} if count else {}))
    yield _at("granted as it was reckoned", at, "$chosen", is_=chosen)
    news = f"{MESSAGES}&news={TOLD_AS[plot.remedy]}"
    yield _at("told what was chosen", at, news, count=1, is_={"body": {"$matches": words}, "written_at": written(at)})
    yield _at("in danger nowhere any more", at + MINUTE, f"/v1/promises?order={ORDER}&at_risk=true", count=0)
    yield _at("granted once", "end", f"/v1/grants?order={ORDER}", count=1)


def _in_the_end(plot: Plot) -> Iterator[Plain]:
    for news in ("broken", "corrected", "turned_up"):
        yield _at("nothing is told that is not so", "end", f"{MESSAGES}&news={news}", count=0)
    promises = f"/v1/promises?order={ORDER}&kind=deliver"
    if plot.remedy == "refund":
        yield _at("the promise is withdrawn", "end", promises, count=1, is_={"state": "withdrawn"})
    else:
        yield _at("the new promise is kept", "end", promises, any={"state": "kept"}, none={"state": "broken"})
    yield _at("the case closes by itself", "end", "/v1/cases?customer=c1", count=1, is_={"state": "closed"})
