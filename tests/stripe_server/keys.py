"""Idempotency keys (https://docs.stripe.com/api/idempotent_requests): the first answer is the answer, for 24 hours."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tests.stripe_server.books import DAY
from tests.stripe_server.refusals import Refusal

Answer = tuple[int, dict[str, Any]]


@dataclass
class Kept:
    path: str
    asked: str
    until: int
    answer: Answer | None = None


class Keys:
    """What was answered under each key; None where it is still being worked on."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}

    def claim(self, key: str, path: str, said: dict[str, Any], *, now: int) -> Answer | None:
        """The answer that was given before; None where this is the first, which has the key from now on."""
        asked = sha256(json.dumps(said, sort_keys=True, default=repr).encode()).hexdigest()
        known = self.kept.get(key)
        if known is None or known.until < now:
            self.kept[key] = Kept(path, asked, until=now + DAY)
            return None
        if known.path != path:
            raise _used(key, f"for the same endpoint they were first used for ('{known.path}')")
        if known.asked != asked:
            raise _used(key, "with the same parameters they were first used with")
        if known.answer is None:
            message = f"There is currently another in-progress request using this Idempotent Key: {key}."
            raise Refusal(message, code="idempotency_key_in_use", status=409, is_kept=False)
        return known.answer

    def keep(self, key: str, answer: Answer) -> None:
        self.kept[key].answer = answer

    def forget(self, key: str) -> None:
        del self.kept[key]


def _used(key: str, how: str) -> Refusal:
    message = f"Keys for idempotent requests can only be used {how}. Try using a key other than '{key}' if you meant"
    return Refusal(f"{message} to execute a different request.", kind="idempotency_error", is_kept=False)
