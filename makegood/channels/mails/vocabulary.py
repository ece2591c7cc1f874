"""The words that mail programs and people put around what a person writes (`vocabulary.toml`), as patterns."""

import re
import tomllib
from pathlib import Path

WORDS = tomllib.loads((Path(__file__).parent / "vocabulary.toml").read_text(encoding="utf-8"))


def any_of(*lists: list[str]) -> str:
    return f"(?:{'|'.join(word for words in lists for word in words)})"


LETTER = r"[^\W\d_]"
WROTE = re.compile(rf"\b{any_of(WORDS['wrote']['words'])}\b|{any_of(WORDS['wrote']['within'])}", re.IGNORECASE)
# A heading begins with a few short words and a number ("On Fri, May 31", "Am So., 1.").
OPENS = re.compile(rf"\W{{0,3}}(?:{LETTER}{{1,14}}[.,،׳]{{0,2}}\s{{1,3}}){{0,4}}{LETTER}{{0,3}}\d")
ADDRESS = re.compile(r"[^\s<>@\"]{1,64}@[^\s<>@\"]{1,255}")
TIME = re.compile(r"\b\d{1,2}\s?[:.h]\s?\d\d\b")
DATE = re.compile(r"\b(?:19|20|25|14)\d\d\b|\d\d?[./-]\d\d?[./-]\d\d|\d{4}\s?[年년]|\d\d?\s?[月월]")

# Which kind of field a heading's word names.
KIND_OF = {word: kind for kind, words in WORDS["headings"].items() for word in words}
FIELD = re.compile(r"[\s*_>|]{0,6}([^\W\d_][^\d:：*<>@]{0,24}?)\s{0,3}\*?\s{0,3}[:：]\*?(?:\s|$|[^/\s])")
SEPARATOR = re.compile(
    rf"[\s*]{{0,6}}(?:[-_=~—–]{{2,}}\s*{any_of(WORDS['old']['between_dashes'])}\s*:?\s*[-_=~—–]{{2,}}"
    rf"|{any_of(WORDS['old']['alone'])}\s*[:：]|[^\w\n]{{0,6}}{any_of(WORDS['old']['lines'])}[^\w\n]{{0,8}})\s*",
    re.IGNORECASE,
)
RULE = re.compile(r"[\s*>]{0,6}(?:[-_=—–]\s?){5,}\s*")

SIGN_OFF = re.compile(rf"{any_of(*WORDS['sign_offs'].values())}[\s,.!;:。，！]{{0,4}}", re.IGNORECASE)
DEVICE = re.compile(any_of(WORDS["below"]["devices"]), re.IGNORECASE)
GADGET = re.compile(any_of(WORDS["below"]["gadgets"]), re.IGNORECASE)
FORM_MESSAGE = re.compile(rf"[\s*]{{0,6}}{any_of(WORDS['form']['message'])}\s{{0,3}}\*?\s{{0,3}}[:：]", re.IGNORECASE)
# Marks of writing direction, which programs put around names and addresses.
DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Zoho's heading: `---- On Tue, 5 May 2026 10:12:36 +0200 a@b.example wrote ----`.
BETWEEN_DASHES = re.compile(r"[\s>]{0,4}[-—–_=]{3,20}\s{0,3}([^\s-].{5,300}?)\s{0,3}[-—–_=]{3,20}\s{0,3}")
BOILERPLATE = re.compile(any_of(WORDS["below"]["boilerplate"]), re.IGNORECASE)
WARNING = re.compile(any_of(WORDS["above"]["warnings"]), re.IGNORECASE)
