"""Carries requests out, each in a world of its own, and writes down what came of it. It is not told what should.

python -m verification.retail.carrying_out DATA TASKS RESULTS
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from makegood.stories.stage import Stage
from verification.retail.adapter import CHANGES, Adapter, Api, Refused, Unexpected, orders_of
from verification.retail.files import Files, Row, read_tasks, write_lines
from verification.retail.product import started_product
from verification.retail.rows import Namespace, product_rows, rows_of
from verification.retail.state import Exporter, difference, items_by_id

# Worlds that are loaded together.
TOGETHER = 40
KINDS = ("customers", "tenders", "orders")
KNOWN = {*CHANGES, "modify_user_address"}


def users_of(task: Row, files: Files) -> list[str]:
    """Whom a request is about: who asks, and whoever else its calls name or hold the orders of."""
    named = [task["customer"]]
    for call in task["calls"]:
        named.append(call["arguments"].get("user_id"))
        named.append(files.orders.get(call["arguments"].get("order_id"), {}).get("user_id"))
    return [user for user in dict.fromkeys(named) if user in files.users]


class Shop:
    """The shop in a product that is up: the catalogue once, and a world for each request."""

    def __init__(self, stage: Stage, files: Files) -> None:
        self.api, self.files = Api(stage), files
        self.items = items_by_id(files)
        self.now = datetime.fromisoformat(self.api.get("/v1/clock")["now"])

    def load_catalogue(self) -> None:
        self.api.put_rows("products", product_rows(self.files))

    def load(self, worlds: Sequence[tuple[Namespace, list[str]]]) -> None:
        """What the users of each world own."""
        loaded: dict[str, list[Row]] = {kind: [] for kind in KINDS}
        for space, users in worlds:
            for kind, rows in rows_of(self.files, users, space, now=self.now).items():
                loaded[kind] += rows
        for kind in KINDS:
            self.api.put_rows(kind, loaded[kind])

    def carry_out(self, task: Row, space: Namespace, users: list[str]) -> Row:
        """What a request came to: what is different, and which of its calls were refused, why."""
        exporter = Exporter(self.api, space, self.items)
        adapter = Adapter(self.api, space, orders_of(self.api, space, users))
        before = exporter.state(users)
        refused = []
        for call in task["calls"]:
            if call["name"] not in KNOWN:
                return {"id": task["id"], "failed": f"no call is named {call['name']}"}
            try:
                adapter.carry_out(call)
            except Refused as said:
                refused.append({"name": call["name"], "reason": str(said), "rules": said.rules})
        after = exporter.state(users, asked={call["arguments"].get("order_id", "") for call in task["calls"]})
        return {"id": task["id"], "refused": refused, "changes": difference(before, after)}


def carry_out_all(shop: Shop, tasks: Sequence[Row]) -> Iterator[Row]:
    """Each request in its world, as they come."""
    numbered = iter(enumerate(tasks, start=1))
    while batch := [
        (task, Namespace(f"r{number}."), users_of(task, shop.files)) for number, task in islice(numbered, TOGETHER)
    ]:
        shop.load([(space, users) for _, space, users in batch])
        for task, space, users in batch:
            try:
                yield shop.carry_out(task, space, users)
            except Unexpected as error:
                yield {"id": task["id"], "failed": str(error)}


def main(data: Path, tasks_file: Path, results_file: Path) -> None:
    """Carry out all requests of a file on a product that is started for them."""
    tasks = read_tasks(tasks_file)
    results = []
    sys.stderr.write("starting a shop of its own\n")
    with started_product() as stage:
        shop = Shop(stage, Files.read(data))
        shop.load_catalogue()
        for count, result in enumerate(carry_out_all(shop, tasks), start=1):
            results.append(result)
            sys.stderr.write(f"\r{count} of {len(tasks)} requests carried out")
            sys.stderr.flush()
    sys.stderr.write("\n")
    write_lines(results_file, results)


if __name__ == "__main__":
    main(*(Path(each) for each in sys.argv[1:]))
