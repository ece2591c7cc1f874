"""A newer version of an order that was changed here: what its shop tells otherwise than before, upon what stands.

A shop whose system does not hear of changes tells its own version every night; what a customer cancelled stays so.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from makegood.customers.records import AddressRecord
from makegood.orders.models import OrderLine
from makegood.orders.records import LineRecord, OrderRecord

# What an order tells as a whole, that a change can make otherwise.
POSTAGE = ("postage_minor", "postage_tax_minor")
WHOLE = (*POSTAGE, "ship_to")
LINE = ("sku", "quantity", "unit_price_minor", "discount_minor", "tax_minor")

Told = Mapping[str, Any]


def told_of(record: OrderRecord) -> dict[str, Any]:
    """What a shop's version says of all that changes can change."""
    discounts = record.discounts()
    lines = [line.model_dump() | {"discount_minor": discounts[line.id]} for line in record.lines]
    return {
        "postage_minor": record.postage_minor,
        "postage_tax_minor": record.postage_tax_minor,
        "ship_to": record.ship_to.model_dump(),
        "lines": [{name: line[name] for name in ("id", "title", *LINE)} for line in lines],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebased:
    """What a shop's version comes to upon what was changed here: `record` stands, and `renamed` says which lines that
    were added here go by the shop's names from now on.

    `is_nothing`: the shop took out all that is left.
    """

    record: OrderRecord
    renamed: Mapping[str, str]
    is_nothing: bool


def rebased(
    record: OrderRecord,
    *,
    before: Told,
    standing: Told,
    lines: Mapping[str, OrderLine],
    settled: Mapping[str, int],
) -> Rebased:
    """The version that stands once a shop tells `record`, having told `before` it.

    `standing` is the order as a whole as it stands here, with its `lines`, of which so much is `settled`. Of each line
    the shop's word counts where it is another than before, or where so many were packed; else what stands here does. A
    line that was added here is the one of the same product that the shop tells now, if it does; it goes with the line
    in whose place it came, unless some of it left.
    """
    now = told_of(record)
    postage = standing if all(now[name] == before[name] for name in POSTAGE) else now
    ship_to = (standing if now["ship_to"] == before["ship_to"] else now)["ship_to"]
    was = {line["id"]: line for line in before["lines"]}
    told = {line["id"]: line for line in now["lines"]}
    packed = _packed(record)
    kept = []
    for reference, line in told.items():
        if not _is_as_before(line, was.get(reference)):
            kept.append(line)
        elif reference in lines and lines[reference].quantity >= packed[reference]:
            kept.append(_plain(lines[reference]))
        elif packed[reference]:
            kept.append(line)
    ours = [reference for reference in lines if reference not in was and reference not in told]
    renamed = _renamed(ours, lines, [line for reference, line in told.items() if reference not in was])
    gone = [reference for reference in was if reference not in told]
    for reference in ours:
        has_left = settled.get(reference, 0) > 0
        if reference not in renamed and (has_left or not any(reference.startswith(f"{each}/") for each in gone)):
            kept.append(_plain(lines[reference]))
    stands = record.model_copy(
        update={
            **{name: postage[name] for name in POSTAGE},
            "ship_to": AddressRecord.model_validate(ship_to),
            "lines": [LineRecord.model_validate(line) for line in kept],
            "discount_minor": 0,
            "parcels": as_packed(record).parcels,
        }
    )
    return Rebased(record=stands, renamed=renamed, is_nothing=not kept)


def as_packed(record: OrderRecord) -> OrderRecord:
    """A version with its parcels' addresses: what left, left for where the shop's own word says."""
    parcels = [parcel.model_copy(update={"ship_to": parcel.ship_to or record.ship_to}) for parcel in record.parcels]
    return record.model_copy(update={"parcels": parcels})


def _packed(record: OrderRecord) -> Counter[str]:
    """So many units of each line as are in its parcels."""
    packed = Counter[str]()
    for units in (each for parcel in record.parcels for each in parcel.units):
        packed[units.line] += units.quantity
    return packed


def _renamed(ours: Sequence[str], lines: Mapping[str, OrderLine], sold_anew: Sequence[Told]) -> dict[str, str]:
    """Which lines that were added here the shop tells now, and what it calls them; one of its own is one of ours."""
    left = list(sold_anew)
    renamed = {}
    for reference in ours:
        same = next((line for line in left if line["sku"] == lines[reference].product.sku), None)
        if same is not None:
            left.remove(same)
            renamed[reference] = same["id"]
    return renamed


def _is_as_before(line: Told, before: Told | None) -> bool:
    return before is not None and all(line[name] == before[name] for name in LINE)


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
