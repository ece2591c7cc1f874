"""Mails that mail programs and help desks are known to read wrongly, each against what is right of it.

The labels name only what is certain, in the fields of `makegood explain mail --json`. `KNOWN_WRONG` may only shrink: a
mail in it that comes out right fails too. When it was first run, 87 of 220 were right: none
of the 117 that show a fault, and 87 of the 103 controls (the others asked for fields that there were not yet).
"""

import json
from pathlib import Path

import pytest

from makegood.channels.mails.plain import as_plain
from makegood.channels.mails.reading import read_mail

SOURCE = Path(__file__).resolve().parents[4] / "shared" / "data" / "mail_faults"
SHOP = "help@shop.example"
KNOWN_WRONG: frozenset[str] = frozenset()


def labels():
    if not SOURCE.is_dir():
        why = f"{SOURCE} is not here: the collection of faulty mails is not part of this repository"
        return [pytest.param("", {}, marks=pytest.mark.skip(reason=why))]
    rows = json.loads((SOURCE / "labels.json").read_text(encoding="utf-8"))
    return [pytest.param(name, row["expect"], id=name.removesuffix(".eml")) for name, row in rows.items()]


def spaced(text):
    return " ".join(text.split())


def wrong_in(told, expected):
    """What of a label does not hold: field -> what came out."""
    visible, quoted = spaced(told["visible_text"]), spaced(told["quoted_text"])
    recipient = next(iter(told["recipients"]), {})
    names = [each["name"] for each in told["attachments"]]
    came = {
        "kind": told["kind"],
        "from_address": told["from"]["address"],
        "from_name": told["from"]["name"],
        "subject": told["subject"],
        "to": [each["address"] for each in told["to"]],
        "reply_to": next((each["address"] for each in told["reply_to"]), ""),
        "writer": told.get("writer"),
        "visible": visible,
        "attachments": names,
        "inline": [each["name"] for each in told["attachments"] if each["is_inline"]],
        "recipient": recipient.get("address"),
        "hard": recipient.get("is_hard"),
        "delayed": recipient.get("is_delayed"),
        "refused": told.get("refused"),
    }
    holds = {
        "kind_not": lambda value: told["kind"] not in value,
        "visible": lambda value: visible == spaced(value),
        "visible_contains": lambda value: all(spaced(each) in visible for each in value),
        "visible_lacks": lambda value: not any(spaced(each) in visible for each in value),
        "quoted_contains": lambda value: all(spaced(each) in quoted for each in value),
        "attachments_contain": lambda value: set(value) <= set(names),
    }
    return {
        name: came.get(name, f"visible: {visible!r}; quoted: {quoted!r}; files: {names}; kind: {told['kind']}")
        for name, value in expected.items()
        if not (holds[name](value) if name in holds else came[name] == value)
    }


def told(name):
    return as_plain(read_mail((SOURCE / "mails" / name).read_bytes(), own_addresses=frozenset({SHOP})))


@pytest.mark.parametrize(("name", "expected"), labels())
def test_it_is_read_as_is_right(name, expected):
    wrong = wrong_in(told(name), expected)
    assert bool(wrong) is (name in KNOWN_WRONG), wrong
