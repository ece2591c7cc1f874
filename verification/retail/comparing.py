"""Holds what came of requests against what was to come of them, in a process beside the adapter's and the product's.

python -m verification.retail.comparing TASKS RESULTS
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verification.retail.files import Row, minor, read_tasks

CENTS = {"amount", "balance", "price", "exchange_price_difference"}
# Which rules of the shop's policy say what the tasks give as the reason. A reason that is not here is not held against.
REASONS = {
    "Error: insufficient gift card balance to pay for the order": {"gift-card-covers-order"},
    "Error: insufficient gift card balance to pay for the new item": {"gift-card-covers-difference"},
    "Error: insufficient gift card balance to pay for the price difference": {"gift-card-covers-difference"},
    "Error: non-pending order cannot be cancelled": {"pending-only", "items-modified-once"},
    "Error: non-pending order cannot be modified": {"pending-only", "items-modified-once"},
    "Error: invalid reason": {"reason-to-cancel"},
    "Error: there should be exactly one payment for a pending order": {"one-payment"},
    "Error: the new payment method should be different from the current one": {"another-tender"},
    "Error: payment method should be either the original payment method or a gift card": {"where-the-refund-goes"},
    "Error: non-delivered order cannot be returned": {"delivered-only"},
    "Error: non-delivered order cannot be exchanged": {"delivered-only"},
}


def in_cents(value: Any, name: str = "") -> Any:
    """The same with every sum in cents."""
    if name in CENTS and isinstance(value, int | float):
        return minor(value)
    if isinstance(value, dict):
        return {key: in_cents(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [in_cents(each) for each in value]
    return value


def differences(task: Row, result: Row | None) -> list[str]:
    """What is not as it was to be, in a line each."""
    if result is None:
        return ["it was not carried out"]
    if result.get("failed"):
        return [f"it could not be carried out: {result['failed']}"]
    found = list(_of_refusals(task.get("refused", []), result["refused"]))
    found += unlike(in_cents(task["changes"]), in_cents(result["changes"]), "")
    return found


def _of_refusals(wanted: list[list[str]], refused: list[Row]) -> Iterator[str]:
    names = [each["name"] for each in refused]
    if [name for name, *_ in wanted] != names:
        yield f"refused: to be {wanted}, and was {[[each['name'], each['reason']] for each in refused]}"
        return
    for (name, *reason), each in zip(wanted, refused, strict=True):
        rules = REASONS.get(reason[0]) if reason else None
        if rules and each["rules"] and not rules & set(each["rules"]):
            yield f"refused: {name} for {each['rules']} ({each['reason']}), and not: {reason[0]}"


def unlike(wanted: Any, found: Any, place: str) -> Iterator[str]:
    """Where two values differ, in a line each."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for name in sorted(wanted.keys() | found.keys()):
            inside = f"{place}.{name}" if place else name
            if name not in found and wanted[name] != {}:
                yield f"{inside}: to be {_said(wanted[name])}, and did not change"
            elif name not in wanted and found[name] != {}:
                yield f"{inside}: to stay, and is {_said(found[name])}"
            else:
                yield from unlike(wanted.get(name), found.get(name), inside)
    elif wanted != found:
        yield f"{place}: to be {_said(wanted)}, and is {_said(found)}"


def _said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def compare(tasks: list[Row], results: list[Row]) -> int:
    """Print every difference and, last, how many requests ended as they were to; how many did not."""
    by_id = {result["id"]: result for result in results}
    good = 0
    for task in tasks:
        found = differences(task, by_id.get(task["id"]))
        good += not found
        for line in found:
            sys.stdout.write(f"{task['id']}: {line}\n")
    sys.stdout.write(f"{good} of {len(tasks)}\n")
    return len(tasks) - good


if __name__ == "__main__":
    tasks_file, results_file = (Path(each) for each in sys.argv[1:])
    sys.exit(1 if compare(read_tasks(tasks_file), read_tasks(results_file)) else 0)
