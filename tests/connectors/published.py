"""The payloads that carriers publish, and what tests of connectors have in common."""

import json
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from makegood.parcels.carrier import Parsed, UnreadableScan

FIXTURES = Path(__file__).parent / "fixtures"


def published(name: str) -> Any:
    """A payload by its path, as in "ups/tracking.json"."""
    return json.loads((FIXTURES / name).read_bytes())


def told(parsed: Parsed) -> list[tuple[str, str, str, str]]:
    """Each scan's code, meaning, instant and place."""
    assert parsed.refused == ()
    return [
        (scan.code, scan.kind.value, scan.happened_at.astimezone(UTC).isoformat().replace("+00:00", "Z"), scan.place)
        for scan in parsed.scans
    ]


def refused_at(parse, body) -> tuple[str, str]:
    """The field and the reason with which a whole body is refused."""
    with pytest.raises(UnreadableScan) as refused:
        parse(body)
    return refused.value.field, refused.value.reason


def junk(*words: str) -> st.SearchStrategy[object]:
    """JSON of any shape whose names and texts are often the carrier's own."""
    own = st.sampled_from(words)
    leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12) | own
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(own, inner, max_size=6),
        max_leaves=14,
    )


def spoilt(body: Any, data: st.DataObject, *words: str) -> Any:
    """A published body with one of its parts replaced by junk: as near to the truth as garbage comes."""
    places = list(_places(body))
    keys = data.draw(st.sampled_from(places))
    copy = json.loads(json.dumps(body))
    inner = copy
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = data.draw(junk(*words))
    return copy


def _places(body: Any, keys: tuple[Any, ...] = ()) -> Any:
    pairs = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in pairs:
        yield (*keys, key)
        yield from _places(value, (*keys, key))
