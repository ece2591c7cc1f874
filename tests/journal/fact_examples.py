"""Writes an example of each kind of fact in the version that is written now, where there is none.

What stands is never written anew: an example is what databases hold that were filled by that version.
"""

import json
from dataclasses import fields
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from makegood.journal.facts import Fact, adapter_of, version_of

FOLDER = Path(__file__).parent / "examples"
PLAIN: dict[type, Any] = {int: 7, bool: True, str: "text", datetime: datetime(2026, 10, 5, 16, 30, tzinfo=UTC)}


def kinds() -> list[str]:
    """Every kind of fact that the product writes; what is only there to be inherited from is none."""
    ours = {name: kind for name, kind in Fact.kinds.items() if kind.__module__.startswith("makegood.")}
    return sorted(name for name, kind in ours.items() if not any(kind in other.__mro__[1:] for other in ours.values()))


def file_of(kind: str, version: int) -> Path:
    return FOLDER / f"{kind}.v{version}.json"


def example_of(kind: str) -> dict[str, Any]:
    """A fact's content as it is stored, each field with some value of its type."""
    hints = get_type_hints(Fact.kinds[kind])
    fact = Fact.kinds[kind](**{field.name: _some(hints[field.name]) for field in fields(Fact.kinds[kind])})
    content: dict[str, Any] = adapter_of(kind).dump_python(fact, mode="json")
    return content


def _some(hint: Any) -> Any:
    if get_origin(hint) is UnionType or NoneType in get_args(hint):
        return _some(next(each for each in get_args(hint) if each is not NoneType))
    if get_origin(hint) is tuple:
        return (_some(get_args(hint)[0]),)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    return PLAIN[hint]


def write_missing() -> list[Path]:
    missing = [path for kind in kinds() if not (path := file_of(kind, version_of(kind))).exists()]
    for path in missing:
        kind = path.name.partition(".")[0]
        path.write_text(json.dumps(example_of(kind), indent=2, sort_keys=True) + "\n")
    return missing


if __name__ == "__main__":
    import django

    django.setup()
    FOLDER.mkdir(exist_ok=True)
    for written in write_missing():
        print(written)  # noqa: T201 -- a command's answer
