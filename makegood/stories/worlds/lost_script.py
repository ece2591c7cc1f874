"""What is there at the start of a variant, and what happens in it, as the form of a story has it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from makegood.stories.worlds.cast import NAMES, Land, Place, Service, calendar_at, in_words
from makegood.stories.worlds.lost_goods import DAY, Box, PlotLine, Purchase
from makegood.stories.worlds.lost_plot import HOUR, MINUTE, Plot
from makegood.stories.worlds.voices import VOICES, Plain, Said

ENOUGH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When what is told and done happens."""

    starts_at: datetime
    told_at: tuple[datetime, ...]
    passed_at: tuple[datetime, ...]
    asks_at: datetime
    chooses_at: datetime
    announces_at: datetime


def written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="minutes").replace("+00:00", "Z")


def event(at: datetime, do: str, by: str = "", /, **words: JsonValue) -> Plain:
    """One step of the script; `by` stands for the form's `as`."""
    return {"at": written(at), "do": do, **({"as": by} if by else {}), **words}


def times_of(plot: Plot) -> Times:
    """`told_at`: a parcel is seen never to have been scanned; `passed_at`: its date passes before anything was done."""
    lost = [(plot.danger_at(box), plot.due_at(each)) for each in plot.purchases for box in each.lost]
    told_at = sorted({danger_at for danger_at, due_at in lost if danger_at < due_at})
    first_due_at, last_due_at = min(due for _, due in lost), max(due for _, due in lost)
    early_at = (told_at[-1] if told_at else last_due_at) + plot.rng.randint(7, 19 * 60) * MINUTE
    is_early = plot.decides == "early" and bool(told_at) and early_at < first_due_at - HOUR
    is_early = is_early and all(danger_at < due_at for danger_at, due_at in lost)
    late_at = last_due_at + plot.rng.randint(5 * 60, 40 * 60) * MINUTE
    chooses_at = early_at if is_early else late_at
    return Times(
        starts_at=min(each.placed_at for each in plot.all_purchases),
        told_at=tuple(told_at),
        passed_at=() if is_early else tuple(sorted({due_at for _, due_at in lost})),
        asks_at=chooses_at - 4 * MINUTE,
        chooses_at=chooses_at,
        announces_at=chooses_at + plot.rng.randint(90, 300) * MINUTE,
    )


def world_of(plot: Plot) -> Plain:
    """What the shop tells at the start; orders with their parcels, unless those come as it happens."""
    names = NAMES[plot.land.language]
    people = (("c1", plot.name), ("c2", names[1]), ("c3", names[2]))
    return {
        "customers": [
            {
                "id": id_,
                "name": name,
                "email": f"{id_}@customers.example",
                "language": plot.land.language,
                "zone": plot.land.zone,
                "since_date": plot.since_date.isoformat(),
            }
            for id_, name in people
        ],
        "staff": [{"id": "h1", "name": "Robin", "email": "robin@shop.example", "role": "helper"}],
        "places": [asdict(place) for place in places_of(plot)],
        "products": _products(plot),
        "stock": [
            {"place": place.id, "sku": line.sku, "on_hand": on_hand(plot, line)}
            for place in places_of(plot)
            for line in lines_of(plot)
        ],
        "services": [_service(plot, each) for each in plot.services],
        "orders": [
            *(order_record(plot, each, packed=True) for each in plot.past),
            *(order_record(plot, each, packed=not plot.comes_as_it_happens) for each in plot.all_purchases),
        ],
    }


def places_of(plot: Plot) -> tuple[Place, ...]:
    return (plot.place, plot.other_place) if plot.other_place else (plot.place,)


def lines_of(plot: Plot) -> list[PlotLine]:
    """One line for each sku."""
    return list({line.sku: line for each in (*plot.past, *plot.all_purchases) for line in each.lines}.values())


def on_hand(plot: Plot, line: PlotLine) -> int:
    """Plenty; what has run short; or, with a rival, just as many as he lost."""
    if plot.short and plot.short[0] == line.sku:
        return plot.short[1]
    if plot.rival and plot.rival.lines[0].sku == line.sku:
        same = [(each, own) for each in plot.purchases for own in each.lines if own.sku == line.sku]
        return sum(each.lost_quantity(own) for each, own in same)
    return ENOUGH


def _products(plot: Plot) -> list[JsonValue]:
    """Each sku once, priced as in the last order that has it."""
    found: dict[str, JsonValue] = {}
    for purchase in (*plot.past, *plot.all_purchases):
        for line in purchase.lines:
            found[line.sku] = {
                "sku": line.sku,
                "title": line.title,
                "currency": purchase.land.currency,
                "price_minor": line.unit_price_minor,
                "cost_minor": line.unit_price_minor * 2 // 5,
            }
    return list(found.values())


def _service(plot: Plot, service: Service) -> Plain:
    return {
        "id": service.id,
        "name": service.name,
        "carrier": "usps",
        "currency": service.currency,
        "cutoff_time": service.cutoff_time.isoformat(timespec="minutes"),
        "delivers_saturdays": service.delivers_saturdays,
        "lanes": [
            {"country": country, "rate_minor": service.rate_minor, "transit_days": service.transit_days}
            for country in sorted({each.land.country for each in plot.all_purchases})
        ],
    }


def order_record(plot: Plot, purchase: Purchase, *, packed: bool) -> Plain:
    """An order as the shop tells it; `packed`: with its parcels."""
    return {
        "id": purchase.id,
        "customer": purchase.customer,
        "placed_at": written(purchase.placed_at),
        "currency": purchase.land.currency,
        "lines": [{name: value for name, value in asdict(line).items() if name != "title"} for line in purchase.lines],
        "postage_minor": purchase.postage_minor,
        "paid": [asdict(tender) for tender in purchase.paid],
        "ship_to": {"name": plot.name, **purchase.address, "zone": purchase.land.zone},
        "deliver_by_date": purchase.deliver_by_date.isoformat(),
        "parcels": [_parcel(plot, box) for box in purchase.boxes] if packed else [],
    }


def _parcel(plot: Plot, box: Box) -> Plain:
    known: Plain = {"delivered_at": written(box.delivered_at)} if box.delivered_at else {}
    return known | {
        "id": box.id,
        "place": plot.place.id,
        "service": "ground",
        "carrier": box.carrier,
        "number": box.number,
        "label_at": written(box.label_at),
        "units": [{"line": line, "quantity": quantity} for line, quantity in box.units],
    }


def packing(plot: Plot) -> Iterator[Plain]:
    """The orders again, with their parcels, on the day the labels are made."""
    for purchase in plot.all_purchases if plot.comes_as_it_happens else ():
        record, note = order_record(plot, purchase, packed=True), f"order {purchase.id} is packed"
        yield event(purchase.boxes[0].label_at, "import", kind="orders", records=[record], note=note)


def scans(plot: Plot) -> list[Plain]:
    """What the carrier says: labels and empty words of what is lost, a journey of what arrives, all in disorder."""
    events: list[Plain] = []
    for purchase in plot.all_purchases:
        for box in purchase.boxes:
            land, told = purchase.land, (box.carrier, box.number, box.label_at)
            events += _silence(plot, box) if box.is_lost else journey(plot, land, *told)
    return [*events, *_nonsense(plot)]


def _silence(plot: Plot, box: Box) -> Iterator[Plain]:
    """Nobody has seen the box: whatever else is said of it must not be taken for movement."""
    voice, zone = VOICES[box.carrier], plot.place.zone
    said = [voice.event(Said.LABEL, box.label_at, zone=zone)]
    kinds = plot.rng.sample((Said.LABEL_AGAIN, Said.NOTICE, Said.NONSENSE), plot.rng.randint(0, 2))
    said += [voice.event(kind, box.label_at + plot.rng.randint(2, 20) * HOUR, zone=zone) for kind in kinds]
    told_at = box.label_at + 21 * HOUR
    if plot.rng.random() < 0.7:
        yield event(told_at, "scan", carrier=box.carrier, body=voice.answer(box.number, said))
    if plot.rng.random() < 0.4:
        for body in voice.pushed(box.number, said):
            yield event(told_at + 5 * MINUTE, "scan", carrier=box.carrier, body=body)


def journey(
    plot: Plot, land: Land, carrier: str, number: str, label_at: datetime, *, arrives_at: datetime | None = None
) -> list[Plain]:
    """Taken in on the first evening, seen every day, delivered; told twice, and not in order."""
    voice, zone = VOICES[carrier], land.zone
    taken_at = label_at + 3 * HOUR
    last_at = arrives_at or _noon_after(land, taken_at + 40 * HOUR)
    if last_at + MINUTE in {plot.danger_at(box) for purchase in plot.purchases for box in purchase.lost}:
        # A letter of that minute says how many promises were kept; no other news may come between it and a check.
        last_at += 2 * MINUTE
    moved = []
    at = taken_at + 20 * HOUR
    while at < last_at - 6 * HOUR:
        moved.append(at)
        at += 20 * HOUR
    told = [
        voice.event(Said.LABEL, label_at, zone=plot.place.zone),
        voice.event(Said.TAKEN, taken_at, zone=plot.place.zone),
        *(voice.event(Said.MOVED, each, zone=zone) for each in moved),
    ]
    end = [voice.event(Said.OUT, last_at - 3 * HOUR, zone=zone), voice.event(Said.DELIVERED, last_at, zone=zone)]
    batches = [(taken_at + MINUTE, voice.answer(number, told[1:2]))]
    batches += [(each + MINUTE, voice.answer(number, [event])) for each, event in zip(moved, told[2:], strict=True)]
    batches.append((last_at + MINUTE, voice.answer(number, [*told, *end])))
    if plot.rng.random() < 0.5:
        batches += [(last_at + 9 * MINUTE, body) for body in voice.pushed(number, end[::-1] + told)]
    if plot.rng.random() < 0.5:
        batches.append((last_at + 9 * MINUTE, voice.answer(number, told[:1])))
    return [event(at, "scan", carrier=carrier, body=body) for at, body in batches]


def _noon_after(land: Land, instant: datetime) -> datetime:
    local = instant.astimezone(calendar_at(land).zone)
    return (local.replace(hour=12, minute=7) + DAY * (local.hour >= 12)).astimezone(UTC)


def _nonsense(plot: Plot) -> Iterator[Plain]:
    """Bodies that nobody can read are refused, and change nothing."""
    box = plot.purchases[0].lost[0]
    at = box.label_at + 26 * HOUR
    wrong: list[Plain] = [
        {"raw": "{not json at all"},
        {"body": {"trackingNumber": "1234", "trackingEvents": []}},
        {"body": {"hello": "world"}},
    ]
    for body in plot.rng.sample(wrong, plot.rng.randint(0, 2)):
        yield event(at, "scan", carrier=box.carrier, **body, status=[400, 422])
    if plot.rng.random() < 0.5:
        voice = VOICES[box.carrier]
        unreadable = voice.unreadable(at, zone=plot.place.zone)
        yield event(at, "scan", carrier=box.carrier, body=voice.answer(box.number, [unreadable]), status="any")


def question(plot: Plot, times: Times) -> Iterator[Plain]:
    """He writes in between; the helper's first words are wrong and are held back, the second go."""
    at, words = times.asks_at, ASKING[plot.land.language]
    if plot.asks == "contact":  # he does not sign in; a helper sees whose words they are
        yield event(at, "contact", email="c1@customers.example", name=plot.name, body=words, keep="form")
        path = "/v1/unassigned/$form.id/assignment"
        yield event(at, "call", "staff:h1", method="POST", path=path, body={"customer": "c1"})
    else:
        yield event(at, "write", "customer:c1", order=plot.purchases[0].id, body=words)
    for reply, status in ((wrong_reply(plot), 422), (right_reply(plot), 201)):
        yield event(at + MINUTE, "reply", "staff:h1", case="customer:c1", body=reply, status=status)


ASKING = {
    "en": "Where are my books? Nothing has come, and I was looking forward to them.",
    "fr": "Où sont mes livres ? Rien n’est arrivé, et je m’en réjouissais.",
    "es": "¿Dónde están mis libros? No ha llegado nada, y me hacían ilusión.",
}
REPLIES = {
    "en": "Hello,\n\nI’m sorry. We made the label on {day}, and the carrier has never scanned the box.\n\nRobin",
    "fr": "Bonjour,\n\nJe suis désolé. L’étiquette date du {day}, et personne n’a jamais scanné le colis.\n\nRobin",
    "es": "Hola:\n\nLo siento. Hicimos la etiqueta el {day}, y nadie ha escaneado nunca el paquete.\n\nRobin",
}


def right_reply(plot: Plot) -> str:
    """Words whose only date is one that the records hold."""
    box = plot.purchases[0].lost[0]
    day = box.label_at.astimezone(plot.place.calendar.zone).date()
    return REPLIES[plot.land.language].format(day=in_words(day, plot.land.language))


def wrong_reply(plot: Plot) -> str:
    """The same words with a date that nothing supports."""
    box = plot.purchases[0].lost[0]
    day = box.label_at.astimezone(plot.place.calendar.zone).date() + timedelta(days=97)
    while (day.month, day.day) in _days_of_the_past(plot):
        day += DAY
    return REPLIES[plot.land.language].format(day=in_words(day, plot.land.language))


def _days_of_the_past(plot: Plot) -> set[tuple[int, int]]:
    """Every day near one that an order of long ago knows: such a date is true of something."""
    instants = [each.placed_at + back * DAY for each in plot.past for back in range(-1, 13)]
    return {(at.month, at.day) for at in instants}


def in_time(events: Sequence[Plain]) -> list[Plain]:
    return sorted(events, key=lambda event: str(event["at"]))
