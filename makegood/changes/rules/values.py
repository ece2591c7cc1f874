"""An order as it stands, and what is asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from makegood.kit.errors import InvalidField
from makegood.orders.rules import share_minor
from makegood.policies.rules.values import ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """Something the shop sells now. `free`: how many of it are in stock and promised to nobody; None: nobody counts."""

    sku: str
    title: str
    family: str
    currency: str
    price_minor: int
    is_on_sale: bool = True
    free: int | None = None

    def is_available(self, quantity: int) -> bool:
        return self.is_on_sale and (self.free is None or self.free >= quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNow:
    """One line as it stands. `open_quantity` of it has not left and is owed as ordered; `there` has arrived and is
    neither on its way back nor made good.
    """

    reference: str
    sku: str
    title: str
    family: str = ""
    quantity: int
    unit_price_minor: int
    discount_minor: int = 0
    tax_minor: int = 0
    open_quantity: int
    there: int = 0
    # How many were sent back or exchanged before: their shares of discount and tax are given away.
    sent_back: int = 0

    @property
    def total_minor(self) -> int:
        return self.unit_price_minor * self.quantity - self.discount_minor + self.tax_minor

    def without(self, count: int) -> "LineNow":
        """What is left of it without so many of its units; their share of discount and tax goes with them."""
        left = self.quantity - count
        return replace(
            self,
            quantity=left,
            discount_minor=self._share(self.discount_minor, left),
            tax_minor=self._share(self.tax_minor, left),
            open_quantity=max(self.open_quantity - count, 0),
        )

    def next_back(self, count: int) -> "LineNow":
        """The next so many units that are sent back: their shares and those of all before and after add up."""
        until, before = self.sent_back + count, self.sent_back
        return replace(
            self,
            quantity=count,
            open_quantity=0,
            discount_minor=self._share(self.discount_minor, until) - self._share(self.discount_minor, before),
            tax_minor=self._share(self.tax_minor, until) - self._share(self.tax_minor, before),
        )

    def _share(self, minor: int, count: int) -> int:
        return share_minor(total_minor=minor, quantity=self.quantity, count=count)

    def only(self, count: int) -> "LineNow":
        """So many of its units, with just what `without` leaves of its discount and tax."""
        rest = self.without(count)
        return replace(
            self,
            quantity=count,
            discount_minor=self.discount_minor - rest.discount_minor,
            tax_minor=self.tax_minor - rest.tax_minor,
            open_quantity=min(count, self.open_quantity),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNow:
    """An order as it stands: sums in minor units of its currency, `ship_to` as its shop or somebody here told it."""

    reference: str
    currency: str
    postage_minor: int
    ship_to: Mapping[str, Any]
    lines: tuple[LineNow, ...]
    is_cancelled: bool = False

    @property
    def goods_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)

    @property
    def total_minor(self) -> int:
        return self.goods_minor + self.postage_minor

    @property
    def unit_count(self) -> int:
        return sum(line.quantity for line in self.lines)

    def line(self, reference: str, *, field: str) -> LineNow:
        """One of its lines.

        Raises:
            InvalidField: it has no such line.
        """
        for line in self.lines:
            if line.reference == reference:
                return line
        known = ", ".join(line.reference for line in self.lines) or "none"
        raise InvalidField(field, f"order {self.reference} has no line {reference!r}; its lines: {known}")

    def plain(self) -> dict[str, Any]:
        """What is kept of how it stood."""
        return {
            "postage_minor": self.postage_minor,
            "ship_to": dict(self.ship_to),
            "lines": [
                {
                    "id": line.reference,
                    "sku": line.sku,
                    "title": line.title,
                    "quantity": line.quantity,
                    "unit_price_minor": line.unit_price_minor,
                    "discount_minor": line.discount_minor,
                    "tax_minor": line.tax_minor,
                }
                for line in self.lines
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """So many of a line, and what is to take their place, where something is."""

    line: str
    quantity: int
    sku: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """Something more to be ordered."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """What is asked of an order. `units` empty: all that a change of its kind can be about.

    `tender`: by the shop's number of one on file, which pays a difference or gets it; "" where none is named. What
    comes back `stays_on_account` where the customer wants that.
    """

    kind: ChangeKind
    reason: str = ""
    units: tuple[Units, ...] = ()
    added: tuple[Added, ...] = ()
    ship_to: Mapping[str, Any] = field(default_factory=dict)
    orders: tuple[str, ...] = ()
    tender: str = ""
    stays_on_account: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostageRate:
    """What a parcel costs a customer: for the first unit, for each more, and nothing from so much of goods on."""

    country: str
    currency: str
    first_minor: int
    each_more_minor: int
    free_from_minor: int | None

    def of(self, *, unit_count: int, goods_minor: int) -> int:
        if unit_count == 0 or (self.free_from_minor is not None and goods_minor >= self.free_from_minor):
            return 0
        return self.first_minor + self.each_more_minor * (unit_count - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What a change looks up: what is sold now, by SKU, what postage costs, and the orders that are to be merged."""

    sold: Mapping[str, Sold]
    rates: tuple[PostageRate, ...] = ()
    others: tuple[OrderNow, ...] = ()

    def product(self, sku: str, *, currency: str, field: str) -> Sold:
        """Something that is sold.

        Raises:
            InvalidField: it is not, or in another currency than the order's.
        """
        found = self.sold.get(sku)
        if found is None:
            raise InvalidField(field, f"{sku!r} is unknown; name a SKU of the shop")
        if found.currency != currency:
            raise InvalidField(field, f"{sku!r} is sold in {found.currency}, and the order is in {currency}")
        return found

    def postage(self, order: OrderNow) -> int | None:
        """What the order's parcel costs by the shop's rates; None where it has none for there."""
        country = order.ship_to.get("country", "")
        for wanted in (country, "*"):
            for rate in self.rates:
                if (rate.country, rate.currency) == (wanted, order.currency):
                    return rate.of(unit_count=order.unit_count, goods_minor=order.goods_minor)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a change makes of an order: `after`, and by how much the customer has to pay more (below zero: gets back).

    `touched` are the units that it is about, each with the part of its line and what takes its place. `leaves_nothing`
    of what was ordered with the customer, nor on its way to them. `renamed` says by the reference of each order that is
    taken over what its lines are called in this one, by what they were called.
    """

    after: OrderNow
    difference_minor: int
    touched: tuple[tuple[LineNow, Sold | None], ...] = ()
    added: tuple[tuple[Sold, int], ...] = ()
    splits: tuple[Units, ...] = ()
    leaves_nothing: bool = False
    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
