"""Which version of an order stands, what units cost, and how groups of them split."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from makegood.kit.errors import IdempotencyConflict

# An order that has not left two days before its date is in danger where the shop's services say nothing about it.
UNSHIPPED_WORRY = timedelta(days=2)

# What has given no sign for so long when we first hear of it is history: nobody waits for it, and no carrier knows it.
HISTORY_AFTER = timedelta(days=90)

# In the key of what is charged no more because a bank keeps what had paid for it.
DISPUTE = "dispute"


def is_history(*, placed_at: datetime, signs: Iterable[datetime], before: datetime | None, now: datetime) -> bool:
    """Whether an order that is told to us for the first time is over, whatever became of it.

    `before`: the shop says that whatever was placed before then is. `signs` are the instants at which something was to
    happen to it, or did: its labels, its deliveries, the promised instant.
    """
    if before is not None and placed_at < before:
        return True
    return max([placed_at, *signs]) < now - HISTORY_AFTER


class VersionRelation(StrEnum):
    """What a version of a known order is beside the one that stands."""

    NEWER = "newer"
    SAME = "same"
    OLDER = "older"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an order: when the shop made it (None: it does not say), and the digest of what it says."""

    at: datetime | None
    digest: str


def relation_of(*, standing: Version, told: Version) -> VersionRelation:
    """What becomes of a version that is told while another stands, in whatever order they come.

    Raises:
        IdempotencyConflict: the same version, or one without an instant, says something else than before.
    """
    if told.at is None:
        if told.digest != standing.digest:
            raise IdempotencyConflict(
                "it is known with other lines, address or day; say with version_at which is newer"
            )
        return VersionRelation.SAME
    if standing.at is None or told.at > standing.at:
        return VersionRelation.NEWER
    if told.at < standing.at:
        return VersionRelation.OLDER
    if told.digest != standing.digest:
        raise IdempotencyConflict("this very version_at is known with other content; a change has a later one")
    return VersionRelation.SAME


def version_batches(versions: Sequence[tuple[str, datetime | None]]) -> list[list[int]]:
    """Places of the versions (order, instant) to take in one after the other: in each round an order comes once.

    An order's versions follow each other as they were made. One without an instant is in the first round, so that an
    order which comes twice in one round comes twice without saying which is newer.
    """
    found: list[list[int]] = [[]]
    turn: dict[str, int] = {}
    timed = [(at, place) for place, (_, at) in enumerate(versions) if at is not None]
    found[0] += [place for place, (_, at) in enumerate(versions) if at is None]
    for _, place in sorted(timed):
        order = versions[place][0]
        at_turn = turn[order] = turn.get(order, -1) + 1
        if at_turn == len(found):
            found.append([])
        found[at_turn].append(place)
    return [sorted(places) for places in found if places]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where something goes."""

    name: str
    lines: tuple[str, ...]
    postcode: str
    country: str
    zone: str

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Address":
        return cls(**{**plain, "lines": tuple(plain["lines"])})


class NotThatMany(ValueError):
    """More units are asked for than a group holds."""


def share_minor(*, total_minor: int, quantity: int, count: int) -> int:
    """What `count` of `quantity` units share of a line's total: cents that don't divide go to the first units.

    share(n) is the sum of the first n units' cents, so shares of disjoint units always add up to the total.
    """
    if not 0 <= count <= quantity:
        raise NotThatMany(f"{count} of {quantity} units")
    each, left = divmod(total_minor, quantity)
    return each * count + min(left, count)


def shares(*, total_minor: int, quantity: int, already: int) -> tuple[int, ...]:
    """What the next 0, 1, 2, … units come to, after `already` units had their share."""
    before = share_minor(total_minor=total_minor, quantity=quantity, count=already)
    return tuple(
        share_minor(total_minor=total_minor, quantity=quantity, count=already + n) - before
        for n in range(quantity - already + 1)
    )


def remainder(*, whole: Mapping[int, int], part: Mapping[int, int]) -> dict[int, int]:
    """What is left of a group of units when `part` leaves it; lines with nothing left are gone.

    Raises:
        NotThatMany: `part` holds more of a line than `whole`.
    """
    left = dict(whole)
    for line, quantity in part.items():
        if left.get(line, 0) < quantity:
            raise NotThatMany(f"{quantity} of line {line}, of which {left.get(line, 0)} are left")
        left[line] -= quantity
    return {line: quantity for line, quantity in left.items() if quantity}


def worry_at(*, due_at: datetime) -> datetime:
    """When to start worrying about a delivery that has not left, where nothing is known of how it would travel."""
    return due_at - UNSHIPPED_WORRY
