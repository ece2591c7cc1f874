"""The JSON Schemas of the rows and files that come in, as docs/schema keeps them. Written by scripts/schemas."""

import json
import sys
from pathlib import Path
from typing import Any

import django

from makegood.kit.records import Record
from makegood.policies.records import PolicyRecord


def schemas() -> dict[str, dict[str, Any]]:
    """Each schema, by the kind's name; and a policy file's."""
    from makegood.faces.api.intake import KINDS  # noqa: PLC0415  Django may only be set up by now

    rows = {name: _schema(name, kind.record, f"One row of {name}, version 1") for name, kind in KINDS.items()}
    return {**rows, "policy": _schema("policy", PolicyRecord, "A policy file, version 1")}


def _schema(name: str, record: type[Record], title: str) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"makegood/{name}/1",
        **record.model_json_schema(),
        "title": title,
    }


def texts() -> dict[str, str]:
    """Each file's text, by its name."""
    return {f"{name}.json": json.dumps(schema, indent=2) + "\n" for name, schema in schemas().items()}


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts().items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    django.setup()
    write(Path(sys.argv[1]))
