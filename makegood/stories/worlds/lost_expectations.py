"""What must be true in a variant of two lost parcels, point by point."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from makegood.stories.worlds.cast import COUNT_ON_US, NEXT_ORDER, SORRY, in_words
from makegood.stories.worlds.lost_goods import Box, Purchase
from makegood.stories.worlds.lost_plot import MINUTE, Plot
from makegood.stories.worlds.lost_remedy import Remedy, arrives_at, refund_of
from makegood.stories.worlds.lost_script import Times, event, lines_of, on_hand, written
from makegood.stories.worlds.reckoning import refund_due_at, reply_due_at, sum_in_words
from makegood.stories.worlds.voices import VOICES, Plain, another

MESSAGES = "/v1/messages?customer=c1&direction=out"
TOLD_AS = {"send_again": "sent_again", "send_part": "sent_part", "refund": "refund_promised"}


def expectations(plot: Plot, times: Times, remedies: list[Remedy]) -> Iterator[Plain]:
    for number, at in enumerate(times.told_at, start=1):
        # A date that passes before is a danger of its own.
        yet = [each for each in plot.purchases if at < plot.due_at(each)]
        boxes = [(each, box) for each in yet for box in each.lost if plot.danger_at(box) == at]
        yield from _seen_early(plot, at, [box for _, box in boxes])
        yield from _told(plot, at, "in_danger", number, boxes)
    for number, at in enumerate(times.passed_at, start=1):
        boxes = [(each, box) for each in plot.purchases for box in each.lost if plot.due_at(each) == at]
        yield from _told(plot, at, "broken", number, boxes)
    yield from _offered(plot, times)
    yield from _answered(plot, times)
    for number, remedy in enumerate(remedies):
        yield from _made_good(plot, times, remedy, number=number)
    yield from _stock(plot, times, remedies)
    yield from _rival(plot, times)
    yield from _in_the_end(plot, times, remedies)


def checks(plot: Plot, times: Times) -> Iterator[Plain]:
    """Steps that read what was told, so that its parts can be looked at."""
    for news, instants in (("in_danger", times.told_at), ("broken", times.passed_at)):
        for number, at in enumerate(instants, start=1):
            name = f"{news}_{number}"
            yield event(at, "call", method="GET", path=f"{MESSAGES}&news={news}", keep=name)
            yield event(
                at,
                "call",
                "staff:h1",
                method="POST",
                path=f"/v1/cases/${name}.items.{number - 1}.case/reply-check",
                body={"body": f"${name}.items.{number - 1}.body"},
                status="any",
                keep=f"{name}_parts",
            )


def _at(point: str, at: datetime | str, get: str, *, is_: Any = None, **more: Any) -> Plain:
    """One expectation; `is_` stands for the form's `is`."""
    checks = more if is_ is None else {"is": is_, **more}
    return {"point": point, "at": at if isinstance(at, str) else written(at), "get": get, **checks}


def _seen_early(plot: Plot, at: datetime, boxes: list[Box]) -> Iterator[Plain]:
    """Two business days after its label, not before and not later."""
    for box in boxes:
        address = f"/v1/parcels/{box.id}"
        yield _at(
            "2.1 not before it must", at - MINUTE, address, **{"is": {"verdict": "label_made", "in_danger": False}}
        )
        seen: JsonValue = {
            "verdict": "never_scanned",
            "outcome": "lost",
            "in_danger": True,
            "probability_percent": {"$least": 10, "$most": 99},
            "evidence": {"$count": {"$least": 2}, "$any": {"kind": "no_scan_since", "business_days": 2}},
        }
        yield _at("2.1 seen within two business days", at, address, is_=seen)


def _told(plot: Plot, at: datetime, news: str, number: int, boxes: list[tuple[Purchase, Box]]) -> Iterator[Plain]:
    """One message for all parcels concerned, at that very instant, with the whole truth and its four parts."""
    keys = [f"{news}_{number}_{box.id.lower().replace('-', '_')}" for _, box in boxes]
    for key, (_, box) in zip(keys, boxes, strict=True):
        yield _at("2.1 evidence and how sure", at, f"/v1/parcels/{box.id}", is_=_believed(news), keep=key)
    ids: list[JsonValue] = [box.id for _, box in boxes]
    message: JsonValue = {
        "state": "sent",
        "written_at": written(at),
        "parcels": {"$count": len(ids), "$all": {"$one_of": ids}},
        "body": {"$matches": _truth(plot, keys, boxes)},
    }
    told = f"{MESSAGES}&news={news}"
    yield _at("2.1 told before he asks", at, told, count=number, is_={f"items.{number - 1}": message})
    parts: JsonValue = {"acknowledgement": True, "truth": True, "remedy": True, "come_back": True}
    whole: JsonValue = {"parts": parts, "may_send": True}
    yield _at("2.4 all four parts, all supported", at, f"${news}_{number}_parts", is_=whole)


def _believed(news: str) -> Plain:
    found: Plain = {"in_danger": True, "probability_percent": {"$least": 10}, "evidence.0.words": {"$matches": "."}}
    return found | ({"promise": {"state": "broken"}} if news == "broken" else {})


def _truth(plot: Plot, keys: list[str], boxes: list[tuple[Purchase, Box]]) -> list[JsonValue]:
    """When each left, its number, who carries it, how sure we are, what was promised; and the words around it."""
    language = plot.land.language
    found = [SORRY[language], *_reason_to_come_back(plot)]
    for key, (purchase, box) in zip(keys, boxes, strict=True):
        left = box.label_at.astimezone(plot.place.calendar.zone).date()
        found += [VOICES[box.carrier].name, box.number, purchase.id, rf"(?<!\d)${key}.probability_percent\s%"]
        found += [rf"(?<!\d){in_words(day, language)}\b" for day in (left, purchase.deliver_by_date)]
    return found


def _reason_to_come_back(plot: Plot) -> list[JsonValue]:
    """Words at least; free express with its code where the shop gives it, and not a word of it where it doesn't."""
    language = plot.land.language
    means, _, code = plot.free_express.partition(":")
    if not means:
        return [COUNT_ON_US[language], rf"(?s)\A(?!.*{NEXT_ORDER[language]})"]
    return [COUNT_ON_US[language], NEXT_ORDER[language], code]


def _offered(plot: Plot, times: Times) -> Iterator[Plain]:
    """The same again first, money back second; what is short is paid back to the cent."""
    for purchase in plot.purchases:
        at = max(min(plot.danger_at(box), plot.due_at(purchase)) for box in purchase.lost)
        lost = {line.id: purchase.lost_quantity(line) for line in purchase.lines}
        refund: JsonValue = {
            "remedy": "refund",
            "refund_minor": refund_of(purchase, lost),
            "currency": purchase.land.currency,
        }
        yield _at(
            "2.3 a refund if he prefers", at, f"/v1/orders/{purchase.id}/remedies", **{"is": {"items.-1": refund}}
        )


def _answered(plot: Plot, times: Times) -> Iterator[Plain]:
    """His words reach a case and an answer is promised; wrong words are held back, right ones keep the promise."""
    at, replies = times.asks_at, "/v1/promises?customer=c1&kind=reply"
    due_at = written(reply_due_at(shop=plot.shop, now=at))
    yield _at("2.2 an answer is promised", at, replies, count=1, is_={"state": "open", "due_at": due_at})
    yield _at("2.2 it reaches a case", at, "/v1/cases?customer=c1", any={"state": "open", "attention": "waiting"})
    his = "/v1/messages?customer=c1&direction=in"
    yield _at("2.2 his words are kept", at, his, count=1, is_={"case": {"$least": 1}})
    kept: JsonValue = {"state": "kept"}
    yield _at("2.4 the answer went", at + MINUTE, replies, count=1, is_=kept)
    yield _at("2.4 unsupported words were held back", at + MINUTE, f"{MESSAGES}&news=reply", count=1)


def _made_good(plot: Plot, times: Times, remedy: Remedy, *, number: int) -> Iterator[Plain]:
    purchase, at = remedy.purchase, times.chooses_at
    dispatches, grants = f"/v1/dispatches?order={purchase.id}", f"/v1/grants?order={purchase.id}"
    granted: JsonValue = {"remedy": remedy.kind, "refund_minor": remedy.refund_minor}
    yield _at("2.3 granted once", "end", grants, count=1, is_=granted)
    if remedy.again:
        units: list[JsonValue] = [{"line": id_, "quantity": quantity} for id_, quantity in remedy.again.items()]
        sent = _sending(remedy) | {"charged_minor": 0, "units": {"$count": len(units), "$all": {"$one_of": units}}}
        yield _at("2.3 the same again at our cost", at, dispatches, count=1, is_={**sent, "state": "requested"})
        yield _at("2.3 exactly one replacement", "end", dispatches, count=1, is_={**sent, "state": "announced"})
        promise: JsonValue = {"state": "open", "due_at": written(remedy.way.due_at)}
        mine: JsonValue = {
            "is_replacement": True,
            "by_date": remedy.way.arrives_date.isoformat(),
            "promise": promise,
        }
        yield _at("2.3 its own promise", at, f"/v1/orders/{purchase.id}", is_={"deliveries": {"$any": mine}})
        yield from _replacement_left(plot, times, remedy)
    else:
        yield _at("2.3 nothing is sent", "end", dispatches, count=0)
    yield from _paid_back(plot, times, remedy)
    yield from _confirmed(plot, at, remedy)


def _sending(remedy: Remedy) -> Plain:
    found: Plain = {
        "service": remedy.way.service,
        "arrives_date": remedy.way.arrives_date.isoformat(),
        "ship_to": remedy.purchase.address,
    }
    return found | ({"place": remedy.way.place} if len(remedy.ways) == 1 else {})


def _replacement_left(plot: Plot, times: Times, remedy: Remedy) -> Iterator[Plain]:
    at, order = times.announces_at, remedy.purchase.id
    day = rf"(?<!\d){in_words(remedy.way.arrives_date, plot.land.language)}\b"
    left: JsonValue = {
        "orders": [order],
        "written_at": written(at),
        "body": {"$matches": [day, number_of(plot, remedy.purchase)]},
    }
    yield _at("2.3 told that it left", at, f"{MESSAGES}&news=replacement_left", any=left)
    if arrives_at(remedy, times):
        kept: JsonValue = {"is_replacement": True, "promise": {"state": "kept"}}
        yield _at("2.3 and it came", "end", f"/v1/orders/{order}", is_={"deliveries": {"$any": kept}})


def _paid_back(plot: Plot, times: Times, remedy: Remedy) -> Iterator[Plain]:
    refunds = f"/v1/refunds?order={remedy.purchase.id}"
    if not remedy.back:
        yield _at("2.3 nothing is paid back", "end", refunds, count=0)
        return
    due_at = written(refund_due_at(shop=plot.shop, now=times.chooses_at))
    parts = remedy.purchase.back_to(remedy.refund_minor)
    for tender, amount_minor in parts:
        task: JsonValue = {
            "amount_minor": amount_minor,
            "currency": remedy.purchase.land.currency,
            "due_at": due_at,
            "promise_state": "open",
            "tender": tender.label,
        }
        yield _at("2.3 to the cent, by a promised day", times.chooses_at, refunds, count=len(parts), any=task)


def _confirmed(plot: Plot, at: datetime, remedy: Remedy) -> Iterator[Plain]:
    """What he chose is confirmed in words, with its day and its sum."""
    words: list[JsonValue] = [SORRY[plot.land.language], *_reason_to_come_back(plot)]
    if remedy.again:
        words.append(rf"(?<!\d){in_words(remedy.way.arrives_date, plot.land.language)}\b")
    if remedy.back:
        words.append(sum_in_words(remedy.refund_minor, remedy.purchase.land.currency))
    message: JsonValue = {"orders": [remedy.purchase.id], "written_at": written(at), "body": {"$matches": words}}
    yield _at("2.4 the remedy with its date", at, f"{MESSAGES}&news={TOLD_AS[remedy.kind]}", any=message)


def _stock(plot: Plot, times: Times, remedies: list[Remedy]) -> Iterator[Plain]:
    """What goes again is held until it leaves, and gone from the shelf afterwards."""
    wanted: dict[str, int] = {}
    for remedy in remedies:
        for line in remedy.purchase.lines:
            wanted[line.sku] = wanted.get(line.sku, 0) + remedy.again.get(line.id, 0)
    for line in lines_of(plot):
        quantity = wanted.get(line.sku, 0)
        if quantity and plot.other_place is None:
            address = f"/v1/stock?place={plot.place.id}&sku={line.sku}"
            there = on_hand(plot, line)
            held: JsonValue = {"on_hand": there, "held": quantity}
            gone: JsonValue = {"on_hand": there - quantity, "held": 0}
            yield _at("2.3 held for him", times.chooses_at, address, count=1, is_=held)
            yield _at("2.3 gone when it left", times.announces_at, address, count=1, is_=gone)


def _rival(plot: Plot, times: Times) -> Iterator[Plain]:
    """What he took nobody else is offered; she hears of her own parcel, and of hers alone."""
    if plot.rival is None:
        return
    offers = f"/v1/orders/{plot.rival.id}/remedies"
    before = times.chooses_at - MINUTE
    if plot.danger_at(plot.rival.boxes[0]) <= before:
        yield _at("2.3 before, she could have it", before, offers, any={"remedy": "send_again"})
    yield _at("2.3 nobody is promised what is taken", times.chooses_at, offers, none={"remedy": "send_again"})
    hers = "/v1/messages?customer=c3&direction=out"
    yield _at("2.1 she hears of hers", "end", hers, all={"orders": [plot.rival.id]}, any={"news": "in_danger"})
    yield _at("2.3 nothing goes unasked", "end", "/v1/dispatches?customer=c3", count=0)


def _in_the_end(plot: Plot, times: Times, remedies: list[Remedy]) -> Iterator[Plain]:
    """One message for each kind of news, and none for anybody it does not concern; nothing left lying about."""
    counts = {
        "in_danger": len(times.told_at),
        "broken": len(times.passed_at),
        "reply": 1,
        "replacement_left": sum(bool(each.again) for each in remedies),
        **{news: sum(TOLD_AS[each.kind] == news for each in remedies) for news in TOLD_AS.values()},
    }
    for news, count in counts.items():
        yield _at("2.1 one message for each kind of news", "end", f"{MESSAGES}&news={news}", count=count)
    # That money is there is told whenever some of it is.
    known: list[JsonValue] = [*counts, "refund_done"]
    yield _at("2.1 and no other", "end", MESSAGES, all={"news": {"$one_of": known}, "state": "sent"})
    yield _at("2.1 nobody else is troubled", "end", "/v1/messages?customer=c2&direction=out", count=0)
    for purchase in (*plot.purchases, *plot.past, plot.bystander):
        for box in purchase.boxes:
            if not box.is_lost:
                well: JsonValue = {"verdict": "delivered", "promise": {"state": "kept"}}
                yield _at("2.1 what arrives is believed", "end", f"/v1/parcels/{box.id}", is_=well)
    if all(not each.again or arrives_at(each, times) for each in remedies):
        yield _at("2.3 closed by its outcome", "end", "/v1/cases?customer=c1", all={"state": "closed"})
    yield _at("nothing failed behind the scenes", "end", "/v1/parked-reactions", count=0)


def number_of(plot: Plot, purchase: Purchase) -> str:
    """The replacement's tracking number: of the carrier that lost the first box."""
    box = purchase.lost[0]
    return another(box.carrier, box.number)
