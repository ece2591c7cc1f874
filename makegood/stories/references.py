"""Parts of earlier answers inside later steps: `$name.path`."""

import re
from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue

_REFERENCE = re.compile(r"\$([a-z][a-z0-9_]*)((?:\.[A-Za-z0-9_]+)*)")


class Missing:
    """What a path leads to where it leads nowhere."""

    def __repr__(self) -> str:
        return "nothing there"


MISSING: Final = Missing()


class Unresolved(Exception):
    """A later step needs a part of an earlier answer that is not there."""

    def __init__(self, reference: str, got: object) -> None:
        super().__init__(f"{reference} leads nowhere: the answer kept there is {got!r}"[:500])


def pluck(value: JsonValue, path: str) -> JsonValue | Missing:
    """The part of `value` at a dotted path; numbers count a list's items from 0, negative ones from its end."""
    if isinstance(value, dict) and path in value:
        return value[path]
    at: JsonValue = value
    left = path
    while left:
        if isinstance(at, dict) and left in at:
            return at[left]
        step, _, left = left.partition(".")
        if isinstance(at, dict) and step in at:
            at = at[step]
        elif isinstance(at, list) and re.fullmatch(r"-?\d+", step) and -len(at) <= int(step) < len(at):
            at = at[int(step)]
        else:
            return MISSING
    return at


def names_in(text: str) -> set[str]:
    return {match[1] for match in _REFERENCE.finditer(text)}


def resolved(value: JsonValue, kept: Mapping[str, JsonValue]) -> JsonValue:
    """`value` with every `$name.path` of a kept name replaced; a string that is nothing else takes the part as it is.

    Raises:
        Unresolved: the path leads nowhere.
    """
    if isinstance(value, dict):
        return {key: resolved(each, kept) for key, each in value.items()}
    if isinstance(value, list):
        return [resolved(each, kept) for each in value]
    return _in_text(value, kept) if isinstance(value, str) else value


def resolved_text(text: str, kept: Mapping[str, JsonValue]) -> str:
    found = resolved(text, kept)
    return found if isinstance(found, str) else str(found)


def _in_text(text: str, kept: Mapping[str, JsonValue]) -> JsonValue:
    whole = _REFERENCE.fullmatch(text)
    if whole and whole[1] in kept:
        return _part(whole, kept)
    return _REFERENCE.sub(lambda found: str(_part(found, kept)) if found[1] in kept else found[0], text)


def _part(found: re.Match[str], kept: Mapping[str, JsonValue]) -> JsonValue:
    part = pluck(kept[found[1]], found[2].removeprefix("."))
    if isinstance(part, Missing):
        raise Unresolved(found[0], kept[found[1]])
    return part
