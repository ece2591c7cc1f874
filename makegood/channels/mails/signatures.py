"""Where a person's words end and what stands below every mail of theirs begins."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from makegood.channels.mails.vocabulary import (
    BOILERPLATE,
    DEVICE,
    EXCUSE,
    GADGET,
    OWN_PROGRAM,
    PROGRAM_OF_A_DEVICE,
    PROVIDER,
    SIGN_OFF,
    WARNING,
)

DELIMITER = re.compile(r"\s{0,3}(?:--|—-|––) ?\s*")
LIST_RULE = re.compile(r"_{20,}\s*|-{20,}\s*")
LIST_WORDS = re.compile(
    r"mailing.?list|listinfo|lijst|liste de diffusion|@lists?\.|unsubscribe|to post to this group", re.IGNORECASE
)
# `-Anna`, `/Anna`, `— Maarten de Jong`: a name alone, set off by a mark.
NAME = r"[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯΑ-Ω][\w.'’-]{0,20}"
PARTICLE = r"(?:de|den|der|van|von|da|di|la|le|el|al|bin|ter|dos|y|zu)"
MARKED_NAME = re.compile(rf"\s{{0,3}}[-–—~/]{{1,2}} ?{NAME}(?: (?:{NAME}|{PARTICLE})){{0,4}}\s*")
POSTSCRIPT = re.compile(r"p\.?\s?s\.?\b", re.IGNORECASE)
PHONE = r"\b(?:tel|phone|mobile|mob|cell|fax|direct|office|telefon|téléphone|tél|móvil|ph|handy)\b\s?[.:]?\s?[+(]?\d"
CONTACT = re.compile(rf"@|https?://|www\.|\+?\d[\d ()./-]{{6,}}|{PHONE}", re.IGNORECASE)
SENTENCE = re.compile(r"[.!?…。！？]\s*$|[,;:]\s\w+\s\w+\s\w+")
LAST_LINES = 16
BARE_DELIMITER_LINES = 12
MOST_RULES = 20
LONGEST_DEVICE = 120
MOST_WORDS_OF_A_PROGRAM = 8
# A name, a role, a firm: their words are capitals but for a few; `please send it to …` is not.
MOST_SMALL_WORDS = 3


def signature_lines(words: Sequence[str], *, is_first: bool) -> list[int]:
    """Which lines of one stretch of a person's words are signature; always at its end, never all of a first stretch
    because it reads like a disclaimer.
    """
    end = len(words)
    start = _delimited(words, end)
    start = _boilerplate(words, start, is_first=is_first)
    start = _device(words, start)
    start = _signed(words, start)
    while start < end and start > 0 and not words[start - 1].strip():
        start -= 1
    return list(range(start, end))


def _filled(words: Sequence[str], start: int, end: int) -> list[int]:
    return [index for index in range(start, end) if words[index].strip()]


def _delimited(words: Sequence[str], end: int) -> int:
    """The line `-- ` (RFC 3676, 4.3), without its space too where little follows it, or a list's own rule.

    Where several such lines stand, they are rulers, unless all that follows one could stand below a name.
    """
    filled = _filled(words, 0, end)
    rules = [index for index in filled if DELIMITER.fullmatch(words[index])]
    several = len(rules) > 1
    for index in rules[-MOST_RULES:]:
        rest = filled[bisect_right(filled, index) :]
        is_marked = words[index].rstrip("\n") == "-- "
        if not rest or ((several or not is_marked) and len(rest) > BARE_DELIMITER_LINES):
            continue
        below = [words[at] for at in rest if not DELIMITER.fullmatch(words[at])]
        said = sum(not _is_no_sentence(line) for line in below)
        asks = any(re.search(r"[?？؟]\s*$", line) for line in below)
        if (is_marked and not several) or (below and not asks and said <= (0 if several else 1)):
            return index
    for index in filled:
        if LIST_RULE.fullmatch(words[index]) and LIST_WORDS.search("\n".join(words[index : index + 5])):
            return index
    return end


def _boilerplate(words: Sequence[str], end: int, *, is_first: bool) -> int:
    """Disclaimers and footers, from the first that begins a paragraph."""
    begun = next((index for index in range(end) if words[index].strip()), end) + 1 if is_first else 0
    for index in range(begun, end):
        begins = index == 0 or not words[index - 1].strip() or LIST_RULE.match(words[index - 1]) is not None
        if begins and BOILERPLATE.match(words[index].strip(" *_")):
            while index > 0 and (not words[index - 1].strip() or re.fullmatch(r"[-_=*\s]{3,}", words[index - 1])):
                index -= 1  # noqa: PLW2901  the rule above belongs to it
            return index
    return end


def _device(words: Sequence[str], end: int) -> int:
    """`Sent from my iPhone`, among the last lines."""
    for index in _filled(words, 0, end)[-3:]:
        if _is_device(re.sub(r"\s?[<(\[]?https?://\S{1,300}", "", words[index]).strip(" *_.>")):
            return index
    return end


def _is_device(line: str) -> bool:
    if len(line) > LONGEST_DEVICE or OWN_PROGRAM.match(line):
        return False
    line = PROVIDER.sub("", EXCUSE.sub("", line)).rstrip(" .")
    if PROGRAM_OF_A_DEVICE.fullmatch(line) and len(line.split()) <= MOST_WORDS_OF_A_PROGRAM:
        return True
    if not (DEVICE.match(line) and GADGET.search(line)):
        return False
    return line.lower().startswith("yahoo") or not re.search(r"[,;!?]|\.\s", line)


def _signed(words: Sequence[str], end: int) -> int:
    """A closing formula with a name below it, and what of contacts follows; or a name alone behind a mark."""
    filled = _filled(words, 0, end)
    for place, index in enumerate(filled[-LAST_LINES:], start=max(0, len(filled) - LAST_LINES)):
        below = filled[place + 1 :]
        if place and below and _is_sign_off(words[index]) and _closes([words[at] for at in below]):
            return index
    if len(filled) > 1:
        last = filled[-1]
        is_apart = not words[last - 1].strip() or _is_sign_off(words[last - 1])
        if MARKED_NAME.fullmatch(words[last]) and is_apart:
            return last
    return end


def _is_sign_off(line: str) -> bool:
    return SIGN_OFF.fullmatch(line.strip(" *_")) is not None


def _closes(below: list[str]) -> bool:
    """Whether what stands below a closing formula is a signature: a name, no further words, but for what follows
    an address or a number of theirs (a firm's notices).
    """
    if all(_is_sign_off(line) for line in below) or any(POSTSCRIPT.match(line.strip()) for line in below):
        return False
    strange = next((at for at, line in enumerate(below) if not _is_of_signature(line)), None)
    return strange is None or (strange > 2 and any(CONTACT.search(line) for line in below[:strange]))


def _is_of_signature(line: str) -> bool:
    """A name, a role, a firm, an address, a number: short, no sentence, and nothing that is asked."""
    line = line.strip(" *_|")
    if line.endswith(("?", "？", "؟")):
        return False
    if re.fullmatch(r"[-_=*~\s]*", line):
        return len(line) <= 200
    if CONTACT.search(line):  # and no sentence that tells of one: its words are mostly small
        small = [word for word in line.split() if word[0].islower() and not CONTACT.search(word)]
        return len(line) <= 200 and len(small) <= 6
    if len([word for word in line.split() if word[0].islower()]) > MOST_SMALL_WORDS:
        return False
    return len(line) <= 80 and len(line.split()) <= 9 and not (SENTENCE.search(line) and len(line.split()) > 4)


def _is_no_sentence(line: str) -> bool:
    """Of a signature, and neither an entry of a list nor a short sentence."""
    is_said = re.search(r"[.!?…。]\s*$", line) is not None and len(line.split()) > 2
    return _is_of_signature(line) and not is_said and re.match(r"\s{0,9}(?:\d{1,3}[.)]|[-*•·])\s", line) is None


def warning_lines(words: Sequence[str]) -> list[int]:
    """What a gateway put above the words: the first paragraph, where it warns of mail from outside."""
    filled = _filled(words, 0, len(words))
    if not filled or not WARNING.match(words[filled[0]].strip(" *_[]|>")):
        return []
    end = next((index for index in range(filled[0], len(words)) if not words[index].strip()), len(words))
    rest = _filled(words, end, len(words))
    return list(range(end)) if rest else []
