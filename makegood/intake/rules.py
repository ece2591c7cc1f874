"""Whether two names may be one person's."""

import re
from difflib import SequenceMatcher
from unicodedata import combining, normalize

_WORD = re.compile(r"[^\W\d_]+")
_ALIKE = 0.86
_MOST_WORDS = 12


def names_alike(one: str, other: str) -> bool:
    """Whether two names may be one person's: the same words in any order, initials for some, or a slip in one."""
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    if not shorter:
        return False
    left, whole = list(longer), 0
    for word in shorter:
        found = word if word in left else next((each for each in left if _is_initial(word, each)), None)
        if found is None:
            break
        left.remove(found)
        whole += word == found and len(word) > 1
    else:
        if whole:
            return True
    return SequenceMatcher(None, " ".join(sorted(shorter)), " ".join(sorted(longer))).ratio() >= _ALIKE


def _words(name: str) -> list[str]:
    # Banks write names without accents.
    plain = "".join(each for each in normalize("NFKD", name.casefold()) if not combining(each))
    return _WORD.findall(plain)[:_MOST_WORDS]


def _is_initial(one: str, other: str) -> bool:
    return min(len(one), len(other)) == 1 and one[0] == other[0]
