"""Whether what is expected is so: one question to the public API, every check of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from makegood.stories.matching import Difference, differences
from makegood.stories.schema import Expectation
from makegood.stories.stage import ApiResponse


@dataclass(frozen=True, slots=True)
class Unmet:
    """What should have been and what was."""

    expected: JsonValue
    got: JsonValue


# One way to look at an answer: its pattern, the answer, and the answer's items where it is a list.
Check = Callable[[JsonValue, JsonValue, list[JsonValue] | None], Iterator[Unmet]]


def is_right_status(wanted: int | Sequence[int] | str | None, status: int) -> bool:
    """Without a wish, any success is right."""
    if wanted is None:
        return 200 <= status < 300
    if isinstance(wanted, int):
        return status == wanted
    return wanted == "any" or status in wanted


def items_of(body: JsonValue) -> list[JsonValue] | None:
    """The items of a list, also where the answer wraps it; None where it is one thing."""
    if isinstance(body, dict) and isinstance(body.get("items"), list):
        return body["items"]  # type: ignore[return-value]
    return body if isinstance(body, list) else None


def unmet(each: Expectation, answer: ApiResponse, asked: Mapping[str, JsonValue]) -> list[Unmet]:
    """Every check of an expectation that does not hold; `asked` are its checks with their references resolved.

    Raises:
        UnknownWord: a pattern can't be understood.
    """
    if not is_right_status(each.status, answer.status):
        return [Unmet({"status": list(each.status) if isinstance(each.status, list) else each.status}, shown(answer))]
    found: list[Unmet] = []
    items = items_of(answer.body)
    for field, pattern in asked.items():
        found += CHECKS[field](pattern, answer.body, items)
    return found


def shown(answer: ApiResponse) -> JsonValue:
    return {"status": answer.status, "body": answer.body}


def _is(pattern: JsonValue, body: JsonValue, items: list[JsonValue] | None) -> Iterator[Unmet]:
    """One thing is like this; a list's every item is, unless the pattern speaks of the list itself."""
    if items is None or _speaks_of_the_list(pattern, body):
        whole = items if isinstance(pattern, list) and items is not None else body
        yield from _as_unmet("is", differences(pattern, whole))
    elif not items:
        yield Unmet({"is": pattern}, [])
    else:
        for index, item in enumerate(items):
            yield from _as_unmet("is", differences(pattern, item, str(index)))


def _speaks_of_the_list(pattern: JsonValue, body: JsonValue) -> bool:
    if not isinstance(pattern, dict):
        return True
    names = {key.partition(".")[0] for key in pattern}
    return isinstance(body, dict) and bool(names) and names <= body.keys()


def _not(pattern: JsonValue, body: JsonValue, items: list[JsonValue] | None) -> Iterator[Unmet]:
    for each in [body] if items is None else items:
        if not differences(pattern, each):
            yield Unmet({"not": pattern}, each)


def _count(pattern: JsonValue, body: JsonValue, items: list[JsonValue] | None) -> Iterator[Unmet]:
    if items is None:
        yield Unmet({"count": pattern}, body)
    elif differences(pattern, len(items)):
        yield Unmet({"count": pattern}, {"count": len(items), "items": items})


def _any(pattern: JsonValue, body: JsonValue, items: list[JsonValue] | None) -> Iterator[Unmet]:
    if items is None or all(differences(pattern, item) for item in items):
        yield Unmet({"any": pattern}, body if items is None else items)


def _all(pattern: JsonValue, body: JsonValue, items: list[JsonValue] | None) -> Iterator[Unmet]:
    if items is None:
        yield Unmet({"all": pattern}, body)
    for index, item in enumerate(items or []):
        yield from _as_unmet("all", differences(pattern, item, str(index)))


def _none(pattern: JsonValue, body: JsonValue, items: list[JsonValue] | None) -> Iterator[Unmet]:
    if items is None:
        yield Unmet({"none": pattern}, body)
    for item in items or []:
        if not differences(pattern, item):
            yield Unmet({"none": pattern}, item)


def _paths(word: str) -> Check:
    def check(pattern: JsonValue, body: JsonValue, items: list[JsonValue] | None) -> Iterator[Unmet]:
        paths = pattern if isinstance(pattern, dict) else {}
        worded: JsonValue = {path: {f"${word}": argument} for path, argument in paths.items()}
        for each in _is(worded, body, items):
            yield Unmet({word: pattern}, each.got)

    return check


def _as_unmet(word: str, found: Sequence[Difference]) -> Iterator[Unmet]:
    if found:
        yield Unmet({word: {each.path: each.expected for each in found}}, {each.path: each.got for each in found})


CHECKS: Mapping[str, Check] = {
    "is_": _is,
    "not_": _not,
    "count": _count,
    "any_": _any,
    "all_": _all,
    "none_": _none,
    "matches": _paths("matches"),
    "before": _paths("before"),
    "after": _paths("after"),
}
