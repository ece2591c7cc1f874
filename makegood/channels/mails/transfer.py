"""Content-Transfer-Encodings undone, and what stands uuencoded within a text."""

import binascii
import re

OF_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
NOT_BASE64 = bytes(set(range(256)) - set(OF_BASE64))
NOT_FOREIGN = bytes(set(range(256)) - set(NOT_BASE64)) + b" \t\r\n"
# A soft break that a server put spaces behind (RFC 2045, 6.7, rule 3, asks to take them away).
SOFT_BREAK = re.compile(rb"=[ \t]{1,200}\r?\n")
# Where base64 ends and a list or a filter wrote its words below: an empty line, a ruler, or a line that has a space or
# a letter that base64 has not.
FOOTER = re.compile(rb"\n(?=[ \t]*\r?\n[ \t]*\S|[-_=*]{2,}|[^\r\n]*[^A-Za-z0-9+/=\s])")
EMPTY_LINE = re.compile(rb"\n[ \t]{0,80}\r?\n")
LEAST_BASE64, LEAST_UNNAMED = 24, 40
AS_IT_IS = {"", "7bit", "8bit", "binary"}
UTF_8_PAIR = re.compile(rb"=[C-F][0-9A-F]=[89AB][0-9A-F]")
LEAST_QUOTED = 3
# Words stand apart; base64 has a space where a server put one, at most once a line.
BETWEEN_WORDS = re.compile(rb"[^\s] (?=[^\s])")
LETTERS_A_WORD = 12
WHOLE_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
UU_BLOCK = re.compile(
    rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n((?:[\x20-\x60][^\r\n]{0,90}\r?\n)*?)"
    rb"[`\x20]?\r?\n?end[ \t]*(?:\r?\n|\Z)",
    re.MULTILINE,
)


def encoding_of(said: str) -> str:
    """The encoding that a field names, however it is spelled: `BASE-64`, `quoted-printable (as always)`."""
    letters = re.sub(r"[^a-z0-9]", "", re.sub(r"\([^()]*\)|;.*", "", said.lower()))
    return {"base64": "base64", "quotedprintable": "quoted-printable"}.get(letters, letters)


def decode_transfer(raw: bytes, said: str) -> tuple[bytes, bool]:
    """The bytes as they were before they travelled, and whether all was well formed; unknown encodings are left."""
    encoding = encoding_of(said)
    if encoding == "base64":
        return from_base64_with_footer(raw)
    if encoding == "quoted-printable":
        raw = SOFT_BREAK.sub(b"=\n", raw)
        return binascii.a2b_qp(raw), not re.search(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*\Z)", raw)
    if encoding in {"xuuencode", "uuencode", "xuue", "uue"}:
        block = UU_BLOCK.search(raw if raw.endswith(b"\n") else raw + b"\n")
        return (from_uu(block[2]), True) if block else (raw, False)
    return raw, encoding in AS_IT_IS


def decode_text(raw: bytes, said: str) -> tuple[bytes, bool]:
    """The same of a text, whose encoding its letters may show where the field does not name it."""
    encoding = encoding_of(said)
    if encoding in AS_IT_IS or encoding == "base64":
        if is_quoted_printable(raw):
            return decode_transfer(raw, "quoted-printable")[0], False
        if encoding != "base64" and (text := _text_in_base64(raw)):
            return text, False
    return decode_transfer(raw, said)


def _text_in_base64(raw: bytes) -> bytes:
    """The words that a body is which is nothing but base64; b"" where it is something else."""
    letters = b"".join(raw.split())
    if len(letters) < LEAST_UNNAMED or len(letters) % 4 or not WHOLE_BASE64.fullmatch(letters):
        return b""
    decoded = binascii.a2b_base64(letters)
    try:
        text = decoded.decode("utf-8")
    except UnicodeDecodeError:
        return b""
    return decoded if " " in text and all(char.isprintable() or char.isspace() for char in text) else b""


def is_quoted_printable(raw: bytes) -> bool:
    """Whether bytes that nobody called so are quoted-printable all the same: lines are broken by `=`, and every `=`
    either breaks a line or stands for a byte, of characters beyond ASCII too.
    """
    breaks = raw.count(b"=\n") + raw.count(b"=\r\n")
    beyond = len(UTF_8_PAIR.findall(raw))
    if breaks < 1 or beyond < 1 or breaks + beyond < LEAST_QUOTED:
        return False
    return not re.search(rb"=(?![0-9A-F]{2}|\r?\n)", raw)


def from_base64_with_footer(raw: bytes) -> tuple[bytes, bool]:
    """Base64, and what a list or a filter wrote below or above it as it is; no letter of theirs is taken for base64."""
    # What a filter wrote above ends with the paragraph that holds the last letter that base64 has not.
    if begins := EMPTY_LINE.search(raw, len(raw.rstrip(OF_BASE64 + b" \t\r\n"))):
        banner, encoded = raw[: begins.start()], raw[begins.end() :].strip()
        letters = b"".join(encoded.split())
        is_whole = len(letters) >= LEAST_BASE64 and len(letters) % 4 == 0 and WHOLE_BASE64.fullmatch(letters)
        if is_whole and b" " in banner.strip() and b" " not in encoded:
            return banner + b"\n\n" + from_base64(encoded)[0], False
    found = FOOTER.search(raw)
    if found is None:
        return from_base64(raw)
    encoded, footer = raw[: found.start()], raw[found.start() :]
    letters = b"".join(encoded.split())
    if len(letters) < LEAST_BASE64 or not WHOLE_BASE64.fullmatch(letters) or b" " not in footer.strip():
        return from_base64(raw)
    decoded, _ = from_base64(encoded)
    return decoded.rstrip(b"\r\n") + b"\n" + footer, False


def from_base64(raw: bytes) -> tuple[bytes, bool]:
    """Base64 read past what isn't: foreign bytes are skipped, missing padding is added, padded lines are joined.

    Where one byte in twenty is foreign, or words stand apart, nobody encoded anything; the bytes are given back.
    """
    foreign = raw.translate(None, NOT_FOREIGN)
    written = len(raw.translate(None, b" \t\r\n"))
    if len(foreign) * 20 > written or len(BETWEEN_WORDS.findall(raw)) * LETTERS_A_WORD > written:
        return raw, False
    letters = re.sub(rb"=[^\r\n]*", b"=", raw).translate(None, NOT_BASE64)
    pieces = re.split(rb"=+", letters)
    clean = raw.translate(None, b" \t\r\n") == letters and not any(pieces[1:]) and len(letters) % 4 == 0
    decoded = []
    for piece in pieces:
        whole = piece[:-1] if len(piece) % 4 == 1 else piece
        decoded.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(decoded), clean


def from_uu(lines: bytes) -> bytes:
    decoded = []
    for line in lines.splitlines():
        if not line:
            continue
        # The first letter says how many bytes follow; mailers have trimmed the spaces at the end, or added a check.
        wanted = (line[0] - 32) & 63
        padded = line[1 : 1 + (wanted + 2) // 3 * 4].ljust((wanted + 2) // 3 * 4, b" ")
        try:
            decoded.append(binascii.a2b_uu(line[:1] + padded))
        except binascii.Error:
            decoded.append(b"")
    return b"".join(decoded)


def take_out_uu(text: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """A text without the files that stand uuencoded in it, and those: (name, content)."""
    if b"begin " not in text:
        return text, []
    files = [(block[1], from_uu(block[2])) for block in UU_BLOCK.finditer(text)]
    return UU_BLOCK.sub(b"", text), files
