"""Values that nobody means and somebody sends, and where to put them: every parameter, and every field of a body."""

import os
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import count
from typing import Any, TypeVar

TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "9999-12-31",
    "0001-01-01",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
    "2026-10-05T09:00:00",
    "-1",
    "0",
    "²",
    "٣",
    "1e400",
    "9" * 25,
    "9" * 5000,
    "\ud800",
    "\r\nSet-Cookie: a=b",
    "../../etc/passwd",
    "%00",
    "ZZ",
    "XXX",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "WzFd",
    "MjU=",
)
"""As text, wherever text can stand: a path, a query, a header, a form."""

PLAIN: tuple[object, ...] = (
    *TEXTS,
    None,
    True,
    0,
    -1,
    1.5,
    2**31,
    2**63,
    10**30,
    1e308,
    253402300799,
    -62135596800,
    [],
    [None],
    {},
    {"a": "\0"},
)
"""As JSON, besides."""


# Every place with every value, in tests/faces/test_hostile_*.py and test_bad_rows.py: MAKEGOOD_HOSTILE=all.
SHARE = 1 if os.environ.get("MAKEGOOD_HOSTILE") == "all" else 7
_TURNS = count()
_Value = TypeVar("_Value")


def some(values: Sequence[_Value]) -> Sequence[_Value]:
    """A share of them, each time another one: over many places every value has its turn."""
    return values[next(_TURNS) % SHARE :: SHARE]


def sample(  # noqa: C901, PLR0911  a kind of schema, a line
    schema: Mapping[str, Any], schemas: Mapping[str, Any], known: Mapping[str, Any], name: str = ""
) -> Any:
    """Something that a JSON Schema allows; a field that `known` names is what stands there."""
    if "$ref" in schema:
        return sample(schemas[schema["$ref"].rpartition("/")[2]], schemas, known, name)
    if name in known:
        return known[name]
    for many in ("oneOf", "anyOf", "allOf"):
        if many in schema:
            return sample(schema[many][0], schemas, known, name)
    if "enum" in schema or "const" in schema:
        return schema["enum"][0] if "enum" in schema else schema["const"]
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {field: sample(of, schemas, known, field) for field, of in fields.items()}
        case "array":
            return [sample(schema.get("items", {}), schemas, known, name)]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case "null":
            return None
    formats = {"date": "2026-10-05", "date-time": "2026-10-05T09:00:00Z", "time": "15:00:00"}
    return formats.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))


def spoilt(body: Any) -> Iterator[tuple[str, object, Any]]:
    """`body` with each of its values replaced by each hostile one, in turn: where, by what, and the whole."""
    for path in _paths(body):
        for value in some(PLAIN):
            whole = deepcopy(body)
            at = whole
            for step in path[:-1]:
                at = at[step]
            if path:
                at[path[-1]] = value
            else:
                whole = value
            yield ".".join(map(str, path)), value, whole


def _paths(plain: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    steps: Any = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    for step, value in steps:
        yield from _paths(value, (*path, step))
