"""Which of the four parts somebody's own words have, heard by the turns of phrase that people use for each.

It hears ordinary wording and judges nothing else: whether what is said is true is the truth check's to say.
"""

import re
from functools import cache

from makegood.replies.rules.lexicon import base_of, fold
from makegood.replies.rules.turns_of_phrase import TURNS
from makegood.replies.rules.values import Part

_UP_TO_FOUR_WORDS = r"(?:\s+[\w'%.-]+,?){0,4}?\s+"


def parts_in(text: str, *, language: str) -> frozenset[Part]:
    """The parts that `text` has; a language we have no ear for is heard as English."""
    folded = fold(text)
    base = base_of(language) if base_of(language) in TURNS else "en"
    return frozenset(part for part in Part if _turns(base, part).search(folded))


@cache
def _turns(language: str, part: Part) -> re.Pattern[str]:
    lines = (line.strip() for line in TURNS[language][part].strip().splitlines())
    return re.compile("|".join(rf"(?<!\w)(?:{_pattern(line)})(?!\w)" for line in lines), re.IGNORECASE)


def _pattern(turn: str) -> str:
    """A turn as a regular expression; `~?` is a gap that may be no words at all, and still one space."""
    return re.sub(r" ~\?? ", lambda _: _UP_TO_FOUR_WORDS, turn).replace(" ", r"\s+").replace(r"\s+?", r"\s*")
