"""Keys in text, and how they are hidden: whatever opens a door is for its own reader, wherever words are shown.

The keys that travel in words: sign-in links, links to files, the addresses that answers come back to, API tokens. What
is left says what stood there, and opens nothing. All patterns are linear in the text.
"""

import re
from base64 import b64decode, b64encode

HIDDEN = "…"
# Where a mail program broke the line: quoted-printable's way or plainly, with a quotation's marks before what follows.
_BREAK = r"(?:=?\r?\n[> \t]*)?"
_COLON = r"(?::|%3A|=3A)"
# What django.core.signing makes: what it says, when, and its signature.
_SIGNED = (
    rf"(?:[\w.\-]{_BREAK}){{2,600}}{_COLON}{_BREAK}"
    rf"(?:[0-9A-Za-z]{_BREAK}){{5,7}}{_COLON}{_BREAK}"
    rf"(?:[\w\-]{_BREAK}){{42}}[\w\-]"
)
_ENTER = r"(?:(?:/|%2F)enter(?:/|%2F))"
# In the order in which they are looked for: a link that a line break cut is longer than its first line.
_KEYS: tuple[tuple[str, str], ...] = (
    (rf"({_ENTER}){_BREAK}{_SIGNED}", r"\1"),
    (rf"({_ENTER})(?!{HIDDEN})[^\s\"'<>]+", r"\1"),
    (r"(:|%3A|=3A)[0-9A-Za-z]{5,7}(?::|%3A|=3A)[\w\-]{43}(?![\w\-])", r"\1"),
    (r"(\+|%2B|=2B)[rb][0-9a-z]{1,13}(?:-[0-9a-z]{1,13})?-[a-z2-7]{16}(?=@|%40|=40)", r"\1"),
    (r"(\bmg_)[\w\-]{40,}", r"\1"),
    (r"(\b(?:[rs]k_(?:live|test)|whsec)_)[\w\-+/=]{8,}", r"\1"),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE | re.ASCII), kept) for pattern, kept in _KEYS)
_BYTES = tuple((re.compile(pattern.replace(HIDDEN, "~").encode(), re.IGNORECASE), kept) for pattern, kept in _KEYS)
_BASE64 = re.compile(rb"(?:^[A-Za-z0-9+/]{20,}={0,2}\r?\n){1,}(?:^[A-Za-z0-9+/]+={0,2}(?:\r?\n|\Z))?", re.MULTILINE)
# Every key holds one of these, so that most words are looked through once.
_HINTS = re.compile(r"enter|:[0-9A-Za-z]{5,7}:|%3A|=3A|-[a-z2-7]{16}|mg_|[rs]k_|whsec_", re.IGNORECASE | re.ASCII)


def hide_keys(text: str) -> str:
    """`text` with every key in it hidden: `/enter/…`, `help+…@shop.example`, `mg_…`."""
    if not _HINTS.search(text):
        return text
    for pattern, kept in _PATTERNS:
        text = pattern.sub(rf"{kept}{HIDDEN}", text)
    return text


def hide_keys_within(plain: object) -> object:
    """The same for every text in lists and objects as JSON has them."""
    if isinstance(plain, str):
        return hide_keys(plain)
    if isinstance(plain, dict):
        return {name: hide_keys_within(value) for name, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [hide_keys_within(value) for value in plain]
    return plain


def hide_keys_in_bytes(raw: bytes) -> bytes:
    """A mail or a file of text as it came but for its keys, each as long as it was; in base64 lines too."""
    return _BASE64.sub(_in_base64, _hidden(raw))


def _hidden(raw: bytes) -> bytes:
    for pattern, _kept in _BYTES:
        raw = pattern.sub(_tildes, raw)
    return raw


def _tildes(match: re.Match[bytes]) -> bytes:
    kept = len(match[1])
    return match[0][:kept] + re.sub(rb"[^\s>]", b"~", match[0][kept:])


def _in_base64(match: re.Match[bytes]) -> bytes:
    """Decoded, hidden and encoded again, over the very characters that stood there; what is no text stays."""
    characters = b"".join(match[0].split())
    try:
        plain = b64decode(characters, validate=True)
    except ValueError:
        return match[0]
    hidden = _hidden(plain)
    if hidden == plain:
        return match[0]
    fresh = iter(b64encode(hidden))
    return bytes(byte if byte in b"\r\n" else next(fresh) for byte in match[0])


# What a log must not hold beside keys: whatever an error quotes may be somebody's name or address.
_LOGGED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=://)[^\s/@]{1,200}:[^\s/@]{1,200}(?=@)"), HIDDEN),
    (re.compile(r"(?i)\b(Bearer|Basic)\s+[\w.~+/=\-]+"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)(?<=[?&\s])((?:email|to|token|password|secret|key|q)=)[^\s&\"']+"), rf"\1{HIDDEN}"),
    (re.compile(r"[^\s@<>\"'(),;:=/]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63})*"), HIDDEN),
    (re.compile(r"(?m)^((?:DETAIL|CONTEXT|QUERY|STATEMENT|LINE \d+):).*$"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?<=input_value=).*?(?=, input_type)"), HIDDEN),
    (re.compile(r"(?<=\)=)\([^\n]*?\)"), f"({HIDDEN})"),
)
_PLACE = re.compile(r"  File \"|    ")
# A word of a program's own, which an error may name: a field, a table, a reaction.
_QUOTED = re.compile(r"(?<!\w)(['\"“‘])(?![a-z_][a-z0-9_.\-]{0,40}['\"”’])[^'\"”’\n]{1,2000}['\"”’](?!\w)")


def redact(entry: str) -> str:
    """A log's entry without keys, passwords, e-mail addresses, and what errors quote; places in our code stay."""
    text = hide_keys(entry)
    for pattern, shown in _LOGGED:
        text = pattern.sub(shown, text)
    return "\n".join(line if _PLACE.match(line) else _QUOTED.sub(rf"\1{HIDDEN}\1", line) for line in text.split("\n"))
