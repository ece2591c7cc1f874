"""How a story ended: everything that the business would notice, in words that are the same from run to run."""

import re
from collections import Counter
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.crashes.questions import QUESTIONS

_LINK = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+")
_WITH_NUMBERS = {
    *("key", "ordering_key", "written_by", "made_by", "made_through", "granted_by", "requested_by", "done_by"),
    *("settled_by", "given_by", "matched_by", "answer_asked_by"),
}

Ending = dict[str, list[dict[str, Any]]]


def ending_of(url: str) -> Ending:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return {
            about: [_without_chance(row) for row in connection.execute(question)]
            for about, question in QUESTIONS.items()
        }


def _without_chance(row: dict[str, Any]) -> dict[str, Any]:
    for name in _WITH_NUMBERS & row.keys():
        row[name] = _NUMBER.sub("#", row[name])
    if "body" in row:
        row["body"] = _LINK.sub("LINK", row["body"])
    return row


def differences(undisturbed: Ending, found: Ending) -> list[str]:
    """What is missing and what is too much, in a line each."""
    said = []
    for about in undisturbed:
        expected, got = (Counter(map(repr, each[about])) for each in (undisturbed, found))
        said += [f"missing from {about}: {row}" for row in (expected - got).elements()]
        said += [f"too much in {about}: {row}" for row in (got - expected).elements()]
    return said


def misdelivered(url: str, received: Counter[str]) -> tuple[list[str], list[str]]:
    """Letters not received exactly once, apart from those received twice under one Message-ID and shown as in doubt."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT message_id, news, was_in_doubt, hand_overs FROM makegood_message WHERE direction = 'out'"
        ).fetchall()
    known = {message_id for message_id, *_ in rows}
    wrong = [f"{message_id} was received and is no message of ours" for message_id in received.keys() - known]
    twice = []
    for message_id, news, was_in_doubt, hand_overs in rows:
        times = received[message_id]
        if times == 2 and was_in_doubt and hand_overs == 2:
            twice.append(news)
        elif times != 1:
            wrong.append(f"{news} was received {times} times (in doubt: {was_in_doubt}, hand-overs: {hand_overs})")
    return wrong, twice
