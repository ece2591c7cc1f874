"""Answers kept under their caller's key, so that a call that is repeated has its effect once (system time)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from makegood.kit import sql
from makegood.kit.clock import system_now
from makegood.kit.errors import Conflict, IdempotencyConflict
from makegood.kit.models import GivenAnswer

KEPT_FOR = timedelta(hours=48)


class StillRunning(Conflict):
    """The first call under this key has not ended yet."""

    slug, title = "still-running", "The same call is still running"
    retry_after_seconds = 1

    def __init__(self) -> None:
        super().__init__("a call with this key is still running; send it again in a second")


class CallKeyReused(IdempotencyConflict):
    """A key seen again must mean the same call (law 6)."""

    slug, title = "key-used", "The key was used for another call"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"Idempotency-Key: {key!r} was sent with another method, address, Acting-For or body within the last"
            f" {KEPT_FOR // timedelta(hours=1)} hours; send a new key with a new call"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResponse:
    """What was answered; without a body where that is shown once."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None


def digest_of(*asked: str, body: bytes) -> str:
    """What makes two calls the same call."""
    return hashlib.sha256("\n".join(asked).encode() + b"\n\n" + body).hexdigest()


def claim(*, caller: str, key: str, asked_digest: str) -> StoredResponse | None:
    """The answer that was given under `key`; None where this call is the first, which then has the key to itself.

    Call it inside the transaction that has the effect: the key is free again when that ends, so that a process that
    is killed leaves neither effect nor answer.

    Raises:
        StillRunning: another transaction has claimed the key and not ended.
        CallKeyReused: it was used for a call with another digest.
    """
    (lock,) = sql.rows(
        "SELECT pg_try_advisory_xact_lock(hashtextextended(%(what)s, 0)) AS is_ours", what=f"answer {caller} {key}"
    )
    if not lock["is_ours"]:
        raise StillRunning
    row = GivenAnswer.objects.filter(caller=caller, key=key, kept_until__gt=system_now()).first()
    if row is None:
        return None
    if row.asked_digest != asked_digest:
        raise CallKeyReused(key)
    return StoredResponse(status=row.status, headers=row.headers, body=None if row.body is None else bytes(row.body))


def keep(*, caller: str, key: str, asked_digest: str, answer: StoredResponse) -> None:
    """Keep what was answered, in the transaction that had the effect."""
    GivenAnswer.objects.update_or_create(
        caller=caller,
        key=key,
        defaults={
            "asked_digest": asked_digest,
            "status": answer.status,
            "headers": dict(answer.headers),
            "body": answer.body,
            "kept_until": system_now() + KEPT_FOR,
        },
    )


def forget_old(*, limit: int = 10_000) -> int:
    """Drop answers that need not be kept any longer, at most `limit`; how many there were. Found by their index."""
    return sql.run(
        "DELETE FROM makegood_givenanswer WHERE id IN ("
        "SELECT id FROM makegood_givenanswer WHERE kept_until <= %(now)s ORDER BY kept_until LIMIT %(limit)s"
        " FOR UPDATE SKIP LOCKED)",
        now=system_now(),
        limit=limit,
    )
