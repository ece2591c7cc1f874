"""How often somebody may do something: buckets in PostgreSQL, right across every process, in system time.

A bucket holds `quota` units and refills evenly over `window`; whoever finds it empty is told when to come back.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from makegood.kit import sql
from makegood.kit.models import Bucket

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """So many times in so long, at once or spread; a `quota` of 0 is no limit."""

    name: str
    quota: int
    window: timedelta

    @property
    def step(self) -> timedelta:
        """How long one unit takes to come back."""
        return self.window / self.quota

    @property
    def policy(self) -> str:
        """The field RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10)."""
        return f'"{self.name}";q={self.quota};w={math.ceil(self.window.total_seconds())}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a bucket holds after somebody took from it, or could not: then `retry_after_seconds` says when one can."""

    limit: RateLimit
    was_let: bool
    units: int
    full_in_seconds: int
    retry_after_seconds: int = 0

    @property
    def field(self) -> str:
        """The field RateLimit: units left, and seconds until all are there again."""
        return f'"{self.limit.name}";r={self.units};t={self.full_in_seconds}'


def take(*, limit: RateLimit, whose: str) -> Left:
    """Take one unit of `whose` bucket, if there is one. One statement on an unlogged table: it waits for no disk.

    Call it outside a transaction: within one, everybody with the same bucket would wait for its end.
    """
    if not limit.quota:
        return Left(limit=limit, was_let=True, units=0, full_in_seconds=0)
    (row,) = sql.rows(sql.load(HERE, "take_from_bucket"), key=_key(limit, whose), step=limit.step, window=limit.window)
    full_in, step = max(0.0, row["full_in"]), limit.step.total_seconds()
    units = math.floor((limit.window.total_seconds() - full_in) / step + 1e-6)
    wait = 0 if row["was_let"] else max(1, math.ceil(full_in + step - limit.window.total_seconds()))
    return Left(
        limit=limit,
        was_let=row["was_let"],
        units=max(0, units),
        full_in_seconds=math.ceil(full_in),
        retry_after_seconds=wait,
    )


def give_back(*, limit: RateLimit, whose: str) -> None:
    """Put one unit back: what it was taken for did not count after all."""
    if limit.quota:
        sql.run(
            "UPDATE makegood_bucket SET full_at = full_at - %(step)s WHERE key = %(key)s",
            key=_key(limit, whose),
            step=limit.step,
        )


def refill(*, limit: RateLimit, whose: str) -> None:
    """Let `whose` bucket be full again."""
    Bucket.objects.filter(key=_key(limit, whose)).delete()


def forget_full() -> int:
    """Drop the buckets that are full again, which are as good as none; how many there were."""
    return sql.run("DELETE FROM makegood_bucket WHERE full_at < statement_timestamp()")


def neighbourhood(address: str) -> str:
    """Whose an address is: an IPv4 address stands for itself, an IPv6 one for its /64, which one household commands."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return f"{IPv6Address(int(found) >> 64 << 64)}/64" if isinstance(found, IPv6Address) else str(found)


def _key(limit: RateLimit, whose: str) -> str:
    """By a digest, since what it is made of (an e-mail, an address) is a person's and may be of any length."""
    return f"{limit.name}:{hashlib.sha256(whose.encode('utf-8', 'replace')).hexdigest()[:32]}"
