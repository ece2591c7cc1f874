"""A newer version of an order that was changed here: what its shop tells otherwise than before, upon what stands.

A shop whose system does not hear of changes tells its own version every night; what a customer cancelled stays so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from makegood.customers.records import AddressRecord
from makegood.orders.merged import MergedIn
from makegood.orders.models import OrderLine
from makegood.orders.records import LineRecord, OrderRecord

# What an order tells as a whole, that a change can make otherwise.
POSTAGE = ("postage_minor", "postage_tax_minor")
WHOLE = (*POSTAGE, "ship_to")
# What makes a line another than before; its share of the order's own discount moves with the other lines.
LINE = ("sku", "quantity", "unit_price_minor", "discount_minor", "tax_minor")

Told = Mapping[str, Any]


def told_of(record: OrderRecord) -> dict[str, Any]:
    """What a shop's version says of all that changes can change. Of a line `taken_off_minor` is its own discount with
    its share of the order's.
    """
    discounts = record.discounts()
    lines = [line.model_dump() | {"taken_off_minor": discounts[line.id]} for line in record.lines]
    return {
        "postage_minor": record.postage_minor,
        "postage_tax_minor": record.postage_tax_minor,
        "ship_to": record.ship_to.model_dump(),
        "lines": [{name: line[name] for name in ("id", "title", *LINE, "taken_off_minor")} for line in lines],
    }


def told_before(standing: Told) -> dict[str, Any]:
    """What its shop told of an order as it stands, before anything was changed: no discount was shared among lines."""
    return {**standing, "lines": [line | {"taken_off_minor": line["discount_minor"]} for line in standing["lines"]]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An order as it stands here: as a whole (`WHOLE`), its lines, and how much of each is `settled`; `merged` came
    from other orders.
    """

    whole: Told
    lines: Mapping[str, OrderLine]
    settled: Mapping[str, int]
    merged: Sequence[MergedIn] = ()

    @property
    def of_others(self) -> frozenset[str]:
        """All lines that came from other orders."""
        return frozenset[str]().union(*(each.lines for each in self.merged))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebased:
    """What a shop's version comes to upon what was changed here: `record` stands, and `renamed` says which lines that
    were added here go by the shop's names from now on.

    `is_nothing`: the shop took out all that is left.
    """

    record: OrderRecord
    renamed: Mapping[str, str]
    is_nothing: bool


def rebased(record: OrderRecord, *, before: Told, standing: Standing) -> Rebased:
    """The version that stands once a shop tells `record`, having told `before` it.

    Of each line the shop's word counts where it is another than before; else what stands here does. A line that was
    added here is the one of the same product that the shop tells now, if it does; it goes with the line in whose place
    it came, unless some of it left. So are lines that came from another order, if the shop tells all of them here, and
    that order no more.
    """
    now, lines = told_of(record), standing.lines
    postage = standing.whole if all(now[name] == before[name] for name in POSTAGE) else now
    ship_to = (standing.whole if now["ship_to"] == before["ship_to"] else now)["ship_to"]
    was = {line["id"]: line for line in before["lines"]}
    told = {line["id"]: line for line in now["lines"]}
    kept = []
    for reference, line in told.items():
        if not _is_as_before(line, was.get(reference)):
            kept.append(line | {"discount_minor": line["taken_off_minor"]})
        elif reference in lines:
            kept.append(_as_it_stands(lines[reference], told=line, before=was[reference]))
    ours = [reference for reference in lines if reference not in was and reference not in told]
    renamed = _renamed(ours, standing, [line for reference, line in told.items() if reference not in was])
    gone = [reference for reference in was if reference not in told]
    for reference in (each for each in ours if each not in renamed):
        stays = reference in standing.of_others or standing.settled.get(reference, 0) > 0
        if stays or not any(reference.startswith(f"{each}/") for each in gone):
            kept.append(_plain(lines[reference]))
    stands = record.model_copy(
        update={
            **{name: postage[name] for name in POSTAGE},
            "ship_to": AddressRecord.model_validate(ship_to),
            "lines": [
                LineRecord.model_validate({name: line[name] for name in ("id", "title", *LINE)}) for line in kept
            ],
            "discount_minor": 0,
            "parcels": as_packed(record).parcels,
        }
    )
    return Rebased(record=stands, renamed=renamed, is_nothing=not kept)


def as_packed(record: OrderRecord) -> OrderRecord:
    """A version with its parcels' addresses: what left, left for where the shop's own word says."""
    parcels = [parcel.model_copy(update={"ship_to": parcel.ship_to or record.ship_to}) for parcel in record.parcels]
    return record.model_copy(update={"parcels": parcels})


def _is_as_before(line: Told, before: Told | None) -> bool:
    return before is not None and all(line[name] == before[name] for name in LINE)


def _as_it_stands(row: OrderLine, *, told: Told, before: Told) -> dict[str, Any]:
    """A line of which the shop has no news, unless its share of the order's discount is another now: then that of as
    many units as stand.
    """
    plain = _plain(row)
    if told["taken_off_minor"] != before["taken_off_minor"] and row.product.sku == told["sku"]:
        share_minor = told["taken_off_minor"] * row.quantity // told["quantity"]
        plain["discount_minor"] = min(share_minor, row.unit_price_minor * row.quantity)
    return plain


def _renamed(ours: Sequence[str], standing: Standing, sold_anew: Sequence[Told]) -> dict[str, str]:
    """Which lines that its shop did not tell before it tells now, and what it calls them; one of its own is one of
    ours.
    """
    left = list(sold_anew)
    renamed = {}
    for reference in (each for each in ours if each not in standing.of_others):
        sku = standing.lines[reference].product.sku
        same = next((line for line in left if line["sku"] == sku), None)
        if same is not None:
            left.remove(same)
            renamed[reference] = same["id"]
    for merged in (each for each in standing.merged if not each.is_told_apart):
        names = _told_whole(sorted(merged.lines & standing.lines.keys()), standing.lines, left)
        left = [line for line in left if line["id"] not in names.values()]
        renamed |= names
    return renamed


def _told_whole(ours: Sequence[str], lines: Mapping[str, OrderLine], sold_anew: Sequence[Told]) -> dict[str, str]:
    """What a shop calls these lines, if it tells every one of them."""
    left, names = list(sold_anew), {}
    for reference in ours:
        row = lines[reference]
        same = next((line for line in left if (line["sku"], line["quantity"]) == (row.product.sku, row.quantity)), None)
        if same is None:
            return {}
        left.remove(same)
        names[reference] = same["id"]
    return names


def _plain(row: OrderLine) -> dict[str, Any]:
    return {
        "id": row.reference,
        "sku": row.product.sku,
        "title": row.title,
        "quantity": row.quantity,
        "unit_price_minor": row.unit_price_minor,
        "discount_minor": row.discount_minor,
        "tax_minor": row.tax_minor,
    }
