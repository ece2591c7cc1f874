"""Whether an answer is as a pattern says: patterns are plain JSON, with a few words beginning in `$` for the rest."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import JsonValue

from makegood.stories.references import MISSING, Missing, pluck


@dataclass(frozen=True, slots=True)
class Difference:
    """At `path` (dotted) the answer is `got`, where `expected` should be."""

    path: str
    expected: JsonValue
    got: JsonValue


class UnknownWord(ValueError):
    """A pattern uses a word beginning in `$` that means nothing."""

    def __init__(self, word: str) -> None:
        super().__init__(f"{word} is no word of patterns; use one of {', '.join(WORDS)}")


def differences(pattern: JsonValue, got: JsonValue | Missing, path: str = "") -> list[Difference]:
    """Where `got` is not as `pattern` says; none where it is.

    An object asks only for the fields it names, each by key or dotted path; a list asks for as many items, each like
    its own; instants are equal whatever their offset; anything else is compared as JSON.

    Raises:
        UnknownWord: the pattern can't be understood.
    """
    return list(_differences(pattern, got, path))


def _differences(pattern: JsonValue, got: JsonValue | Missing, path: str) -> Iterator[Difference]:
    if isinstance(pattern, dict) and pattern and all(key.startswith("$") for key in pattern):
        yield from _by_words(pattern, got, path)
    elif isinstance(got, Missing):
        yield Difference(path, pattern, _shown(got))
    elif isinstance(pattern, dict):
        for key, each in pattern.items():
            yield from _differences(each, pluck(got, key), _below(path, key))
    elif isinstance(pattern, list) and isinstance(got, list) and len(pattern) == len(got):
        for index, (each, item) in enumerate(zip(pattern, got, strict=True)):
            yield from _differences(each, item, _below(path, str(index)))
    elif not _is_same(pattern, got):
        yield Difference(path, pattern, got)


def _by_words(pattern: Mapping[str, JsonValue], got: JsonValue | Missing, path: str) -> Iterator[Difference]:
    for word, argument in pattern.items():
        if word not in WORDS:
            raise UnknownWord(word)
        if not WORDS[word](argument, got):
            yield Difference(path, {word: argument}, _shown(got))


def _below(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step


def _shown(got: JsonValue | Missing) -> JsonValue:
    return str(got) if isinstance(got, Missing) else got


def _is_same(pattern: JsonValue, got: JsonValue) -> bool:
    """As JSON compares: true is not 1, and 1 is 1.0; instants are the same whatever their offset."""
    if isinstance(pattern, bool) or isinstance(got, bool):
        return pattern is got
    if isinstance(pattern, str) and isinstance(got, str) and pattern != got:
        one, other = instant(pattern), instant(got)
        return one is not None and one == other
    return pattern == got


def instant(text: JsonValue | Missing) -> datetime | None:
    """The aware instant that a text says, if it says one."""
    if not isinstance(text, str) or len(text) < len("2026-10-02T09"):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def _matches(argument: JsonValue, got: JsonValue | Missing) -> bool:
    """One regular expression, or each of a list of them, is found in a text."""
    wanted = argument if isinstance(argument, list) else [argument]
    return isinstance(got, str) and all(re.search(str(each), got) for each in wanted)


def _is_before(argument: JsonValue, got: JsonValue | Missing) -> bool:
    one, other = instant(got), instant(argument)
    return one is not None and other is not None and one < other


def _is_after(argument: JsonValue, got: JsonValue | Missing) -> bool:
    return _is_before(got if isinstance(got, str) else None, argument)


def _is_number(got: JsonValue | Missing) -> bool:
    return isinstance(got, (int, float)) and not isinstance(got, bool)


def _items(got: JsonValue | Missing) -> list[JsonValue]:
    return got if isinstance(got, list) else []


def _holds(argument: JsonValue, item: JsonValue | Missing) -> bool:
    return not differences(argument, item)


WORDS: Mapping[str, Callable[[JsonValue, JsonValue | Missing], bool]] = {
    "$matches": _matches,
    "$not": lambda argument, got: not _holds(argument, got),
    "$before": _is_before,
    "$after": _is_after,
    "$least": lambda argument, got: _is_number(got) and got >= argument,  # type: ignore[operator]
    "$most": lambda argument, got: _is_number(got) and got <= argument,  # type: ignore[operator]
    "$one_of": lambda argument, got: any(_holds(each, got) for each in _items(argument)),
    "$any": lambda argument, got: any(_holds(argument, item) for item in _items(got)),
    "$all": lambda argument, got: isinstance(got, list) and all(_holds(argument, item) for item in got),
    "$none": lambda argument, got: isinstance(got, list) and not any(_holds(argument, item) for item in got),
    "$count": lambda argument, got: isinstance(got, list) and _holds(argument, len(got)),
    "$absent": lambda argument, got: (got is MISSING) is bool(argument),
}
