"""The carriers of a world: each speaks its own format, as its inlet takes it."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Protocol

from pydantic import JsonValue

from makegood.stories.worlds import dhl, fedex, ups, usps
from makegood.stories.worlds.said import Said

Plain = dict[str, JsonValue]
SERIAL_DIGITS = 15


class Voice(Protocol):
    """A carrier's code, its name as customers know it, its numbers and its bodies."""

    CARRIER: str
    NAME: str

    def number(self, digits: str) -> str:
        """A number it could have issued, made of `digits`, with its check digit."""

    def event(self, what: Said, happened_at: datetime, *, zone: str, city: str = "") -> Plain:
        """One event in its own words, at a place whose clock is `zone`."""

    def unreadable(self, happened_at: datetime, *, zone: str) -> Plain:
        """An event whose time nobody can read."""

    def answer(self, tracking_number: str, events: list[Plain]) -> Plain:
        """As it answers when it is asked for a number."""

    def pushed(self, tracking_number: str, events: list[Plain]) -> list[Plain]:
        """As it pushes the same, in as many bodies as it makes of it."""


VOICES: Mapping[str, Voice] = {voice.CARRIER: voice for voice in (usps, ups, fedex, dhl)}


def drawn(rng: Random) -> tuple[str, str]:
    """Somebody who carries a box, and a number of theirs: the digits drawn say who."""
    digits = "".join(str(rng.randrange(10)) for _ in range(SERIAL_DIGITS))
    return _by(digits, digits)


def another(carrier: str, number: str) -> str:
    """Another number of the same carrier, made of the digits of `number` read backwards."""
    digits = "".join(digit for digit in reversed(number) if digit.isdigit())
    return VOICES[carrier].number((digits + digits)[:SERIAL_DIGITS])


def _by(chance: str, digits: str) -> tuple[str, str]:
    voice = list(VOICES.values())[int(chance) % len(VOICES)]
    return voice.CARRIER, voice.number(digits)
