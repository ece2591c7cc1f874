"""The shop's files as they lie there, and sums in cents."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

Row = dict[str, Any]
# What tells how a request ended; whoever carries it out is not shown it.
ANSWERS = ("changes", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Everything of the shop, by the files' own ids."""

    users: dict[str, Row]
    products: dict[str, Row]
    orders: dict[str, Row]

    @classmethod
    def read(cls, folder: Path) -> "Files":
        """All three files of a folder."""
        users, products, orders = (_read(folder / f"{name}.json") for name in ("users", "products", "orders"))
        return cls(users=users, products=products, orders=orders)

    def variants(self) -> Iterator[tuple[Row, Row]]:
        """Each product with each of its variants."""
        for product in self.products.values():
            for variant in product["variants"].values():
                yield product, variant

    def orders_of(self, users: Iterable[str]) -> list[Row]:
        """The orders of some users, in the files' order."""
        wanted = set(users)
        return [order for order in self.orders.values() if order["user_id"] in wanted]


def _read(path: Path) -> dict[str, Row]:
    plain = json.loads(path.read_text("utf-8"))
    if not isinstance(plain, dict):
        raise TypeError(f"{path} is no object of rows by their ids")
    return plain


def read_tasks(path: Path) -> list[Row]:
    """Requests, one a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def write_lines(path: Path, rows: Iterable[Row]) -> None:
    """One row a line."""
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), "utf-8")


def without_answers(tasks: Sequence[Row]) -> list[Row]:
    """Requests as whoever carries them out may see them."""
    return [{name: value for name, value in task.items() if name not in ANSWERS} for task in tasks]


def minor(amount: float) -> int:
    """Dollars as cents, without the noise of binary fractions."""
    return round(Decimal(str(amount)) * 100)


def amount(cents: int) -> float:
    """Cents as the files write sums."""
    return cents / 100
