"""The words that mail programs and people put around what a person writes (`vocabulary.toml`), as patterns."""

import re
import tomllib
from pathlib import Path

WORDS = tomllib.loads((Path(__file__).parent / "vocabulary.toml").read_text(encoding="utf-8"))


def any_of(*lists: list[str]) -> str:
    return f"(?:{'|'.join(word for words in lists for word in words)})"


LETTER = r"[^\W\d_]"
WROTE = re.compile(rf"\b{any_of(WORDS['wrote']['words'])}\b|{any_of(WORDS['wrote']['within'])}", re.IGNORECASE)
# Whom nobody but a person names so: “your colleague”, “mir”.
PERSONAL = re.compile(rf"\b{any_of(WORDS['wrote']['personal'])}(?!\w)")
# "Quoting The Shop <help@shop.example>:".
QUOTES = re.compile(rf"\W{{0,3}}{any_of(WORDS['wrote']['quoting'])}\s", re.IGNORECASE)
# A heading begins with a few short words and a number ("On Fri, May 31", "Am So., 1.").
OPENS = re.compile(rf"\W{{0,3}}(?:{LETTER}{{1,14}}[.,،׳]{{0,2}}\s{{1,3}}){{0,4}}{LETTER}{{0,3}}\d")
ADDRESS = re.compile(r"[^\s<>@\"]{1,64}@[^\s<>@\"]{1,255}")
# An address as programs put it behind a name: `<a@b.example>`, `(a@b.example)`, `(<a@b.example>)`, `[mailto:…]`.
BRACKETED = re.compile(r"[<(\[]{1,2}\s?(?:mailto:)?[^\s<>@\"()\[\]]{1,64}@[^\s<>@\"()\[\]]{1,255}\s?[>)\]]{1,2}")
# `The Shop <help@shop.example>`, with which a heading begins that a program breaks behind it.
NAMED_FIRST = re.compile(rf"[^\w<]{{0,3}}(?:[^\s<>@]{{1,40}}\s){{0,6}}{BRACKETED.pattern}")
# To the minute; `12.05` within `12.05.2026` is none.
TIME = re.compile(r"(?<!\d)(?<!\d[./-])\d{1,2}\s?[:.h]\s?\d\d(?!\d|[./-]\s?\d)|\d\s?[時点點시]")
DATE = re.compile(
    r"\b(?:19|20|25|14)\d\d\b|\d\d?\s?[./-]\s?\d\d?\s?[./-]\s?\d\d|\d{4}\s?[年년]|(?=[^\W0-9])\d{4}|\d\d?\s?[月월]"
)
# Tutanota's: `12. Mai 2026, 08:33 von help@shop.example:`.
BY_ADDRESS = re.compile(
    rf"(?:{LETTER}{{3,14}}\.?\s)?\d[\d./-]{{0,9}}\s?(?:{LETTER}{{3,14}}\.?\s)?[\d,./\s-]{{0,12}}"
    rf"(?:{LETTER}{{1,5}}\.?\s)?\d\d?[:.]\d\d\s{LETTER}{{1,8}}\s"
    rf"{ADDRESS.pattern}\s?[:：]"
)

# How a line ends that announces what follows: with a colon of its script.
COLONS = (":", "：", "՝", "៖", "፦")

# Which kind of field a heading's word names.
KIND_OF = {word: kind for kind, words in WORDS["headings"].items() for word in words}
FIELD = re.compile(r"[\s*_>|]{0,6}([^\W\d_][^\d:：*<>@]{0,24}?)\s{0,3}\*?\s{0,3}[:：]\*?(?:\s|$|[^/\s])")
DASHES = "[-_=~—–‐―]"
SEPARATOR = re.compile(
    rf"[\s*]{{0,6}}(?:{DASHES}{{2,}}\s*{any_of(WORDS['old']['between_dashes'])}\s*:?\s*{DASHES}{{2,}}"
    rf"|{any_of(WORDS['old']['alone'])}\s*[:：]|[^\w\n]{{0,6}}{any_of(WORDS['old']['lines'])}[^\w\n]{{0,8}})\s*",
    re.IGNORECASE,
)
# Any words between rulers: an older mail's beginning where its head follows.
RULED = re.compile(rf"[\s*]{{0,6}}{DASHES}{{4,40}}\s{{0,3}}[^\W\d_][^-_=~—–‐―\n]{{2,60}}{DASHES}{{4,40}}\s*")
FORWARDED = re.compile(
    rf"[\s*]{{0,6}}(?=[^:：]{{0,60}}{any_of(WORDS['old']['forwarded'])})[^:：\d]{{4,70}}[:：]\s*", re.IGNORECASE
)
RULE = re.compile(r"[\s*>]{0,6}(?:[-_=—–]\s?){5,}\s*")

SIGN_OFF = re.compile(rf"{any_of(*WORDS['sign_offs'].values())}[\s,.!;:。，！]{{0,4}}", re.IGNORECASE)
DEVICE = re.compile(any_of(WORDS["below"]["devices"]), re.IGNORECASE)
GADGET = re.compile(any_of(WORDS["below"]["gadgets"]), re.IGNORECASE)
# What stands behind the line that names the device, and is nobody's answer: “Please excuse my brevity.”
EXCUSE = re.compile(
    rf"(?:[,.;:–—]|\s[-–—])\s[^.;:?!]{{0,60}}{any_of(WORDS['below']['excuses'])}[^?]{{0,80}}$", re.IGNORECASE
)
# "Get Outlook for iOS" in any language: the program, what it runs on, and a word or two.
PROGRAM_OF_A_DEVICE = re.compile(
    r"(?=.{0,60}(?:outlook|bluemail|typeapp))(?=.{0,60}(?:(?<![a-z])ios(?![a-z])|android|iphone))[^?!.:;,]{12,70}",
    re.IGNORECASE,
)
# "My Outlook for iOS shows no picture" is a sentence.
OWN_PROGRAM = re.compile(r"(?:my|mein\w{0,2}|mon|mi|mio|meu|mijn|min|mój|můj) (?:outlook|bluemail)\b", re.IGNORECASE)
# Whose device it is: "my Verizon, Samsung Galaxy smartphone".
PROVIDER = re.compile(r"\b(?:verizon|at&t|t-mobile|sprint|u\.?s\.? ?cellular|vodafone),? ", re.IGNORECASE)
FORM_MESSAGE = re.compile(rf"[\s*]{{0,6}}{any_of(WORDS['form']['message'])}\s{{0,3}}\*?\s{{0,3}}[:：]", re.IGNORECASE)
# Marks of writing direction, which programs put around names and addresses.
DIRECTION = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Zoho's heading: `---- On Tue, 5 May 2026 10:12:36 +0200 a@b.example wrote ----`.
BETWEEN_DASHES = re.compile(r"[\s>]{0,4}[-—–_=]{3,20}\s{0,3}([^\s-].{5,300}?)\s{0,3}[-—–_=]{3,20}\s{0,3}")
HEADED = re.compile(r"\s{0,3}>{2,4}\s([^\s>].{3,300}?)\s>{2,4}\s*")
BOILERPLATE = re.compile(any_of(WORDS["below"]["boilerplate"]), re.IGNORECASE)
WARNING = re.compile(any_of(WORDS["above"]["warnings"]), re.IGNORECASE)
