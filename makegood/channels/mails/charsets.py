"""Bytes to text, whatever they were said to be."""

import codecs
import re
from encodings.aliases import aliases

# What mailers write and Python doesn't know, or knows as less than what is meant: each maps to the superset that
# browsers read it as too (WHATWG Encoding Standard, "Names and labels", https://encoding.spec.whatwg.org/#names-and-labels).
_MEANT = {
    "cp1252": "us-ascii ascii ansi_x3.4-1968 iso-8859-1 latin1",
    "iso8859_8": "iso-8859-8-i",
    "cp1254": "iso-8859-9",
    "cp874": "iso-8859-11 tis-620 windows-874",
    "cp949": "x-windows-949 ks_c_5601-1987 ks_c_5601 euc-kr",
    "gb18030": "gb2312 gbk x-gbk gb_2312-80",
    "big5hkscs": "big5",
    "cp932": "shift_jis shift-jis x-sjis windows-31j ms_kanji",
    "iso2022_jp_ext": "iso-2022-jp iso-2022-jp-ms cp50220",
    "euc_jp": "x-euc-jp",
    "mac_roman": "x-mac-roman macintosh",
    "mac_cyrillic": "x-mac-cyrillic",
    "utf_7": "unicode-1-1-utf-7",
    "utf_8": "utf8mb4 x-utf8",
    "cp850": "cp-850",
    "koi8_r": "koi8",
}
MEANT = {label: codec for codec, labels in _MEANT.items() for label in labels.split()}
# Codecs of Python that are no charsets.
NO_CHARSETS = {
    "base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec", "mbcs", "oem",
    "punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "palmos",
}  # fmt: skip
CODECS = set(aliases.values()) - NO_CHARSETS | {"koi8_t", "cp1006", "cp874", "cp720", "cp737", "cp856", "utf_8_sig"}
# Every sequence of bytes is text in these, so that success proves nothing.
TAKES_ALL = {"cp1252", "koi8_r", "koi8_u", "mac_roman", "latin_1"}
SHORT = 6
# The common Han ideographs, and the marks and wide letters between them.
HAN = re.compile("[\u4e00-\u9fa5\uff00-\uffef\u3000-\u303f]")


def codec_of(charset: str) -> str:
    """The codec for a charset's label, "" where there is none."""
    label = charset.strip(" \t\"'").lower()[:64]
    if meant := MEANT.get(label):
        return meant
    name = re.sub(r"[^a-z0-9]+", "_", label).strip("_")
    name = aliases.get(name, name)
    if name in CODECS:
        return name
    if found := re.fullmatch(r"(?:x_)?(?:windows|cp|win|ms)_?(\d{3,4})", name):
        return f"cp{found[1]}" if f"cp{found[1]}" in CODECS else ""
    return ""


def decode(raw: bytes, charset: str = "") -> tuple[str, bool]:
    """The text, storable, and whether it is certain: false where the label was missing or wrong and bytes were guessed.

    A label that fits is believed, though text that is plain UTF-8 under a one-byte label is read as UTF-8: no words
    of a one-byte charset look like it.
    """
    if charset in {"", "us-ascii", "ascii", "utf-8"} and raw.isascii() and b"\x1b" not in raw:
        return storable(raw.decode("ascii")), True
    codec = codec_of(charset)
    if codec and codec not in {"cp1252", "latin_1"}:
        try:
            return storable(raw.decode(codec)), True
        except (UnicodeError, ValueError):
            pass
    return _decode_doubtful(raw, codec)


def _decode_doubtful(raw: bytes, codec: str) -> tuple[str, bool]:
    for bom, marked in (
        (codecs.BOM_UTF8, "utf_8_sig"),
        (codecs.BOM_UTF16_LE, "utf_16"),
        (codecs.BOM_UTF16_BE, "utf_16"),
    ):
        if raw.startswith(bom):
            return storable(raw.decode(marked, "replace")), True
    if re.search(rb"\x1b[$(][@BJ]", raw):
        return storable(raw.decode("iso2022_jp_ext", "replace")), False
    try:
        return storable(raw.decode("utf_8")), codec in {"", "cp1252", "utf_8"}
    except UnicodeDecodeError:
        pass
    if codec and codec not in TAKES_ALL and not _is_one_byte(codec):
        return storable(raw.decode(codec, "replace")), False
    if codec == "cp1252":
        return _western(raw), not re.search(rb"[\x81\x8d\x8f\x90\x9d]", raw)
    return _guessed(raw), False


def _is_one_byte(codec: str) -> bool:
    return codec.startswith(("cp125", "iso8859", "koi8", "mac_", "cp8", "cp4", "cp7"))


def _western(raw: bytes) -> str:
    """Windows-1252 with its five holes filled as browsers fill them."""
    try:
        return storable(raw.decode("cp1252"))
    except UnicodeDecodeError:
        return storable("".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in raw))


def _guessed(raw: bytes) -> str:
    """8-bit text without a label that holds: the first of the usual charsets whose letters look like words."""
    high = [byte for byte in raw[:10_000] if byte >= 0x80]
    letters = [byte for byte in raw[:10_000] if byte >= 0x80 or chr(byte).isalpha()]
    if len(high) < SHORT or len(high) * 3 < len(letters):
        # Mostly ASCII: mistyped UTF-8 with a few broken characters, or Western.
        text = raw.decode("utf_8", "replace")
        return storable(text) if text.count("�") * 10 < len(high) else _western(raw)
    tried = [(codec, _read_or_none(raw, codec)) for codec in ("euc_jp", "cp932", "gb18030", "cp949", "big5hkscs")]
    asian = [(text, codec) for codec, text in tried if text]
    scored = [(_looks_asian(text, codec), text) for text, codec in asian]
    if scored and max(scored)[0] > 0.8:
        return storable(max(scored)[1])
    cyrillic = [raw.decode(codec, "replace") for codec in ("cp1251", "koi8_r", "cp866")]
    best = max(cyrillic, key=_looks_cyrillic)
    return storable(best) if _looks_cyrillic(best) > 0.7 else _western(raw)


def _read_or_none(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        return None


def _looks_asian(text: str, codec: str) -> float:
    """The share of characters beyond ASCII that people write: kana, Hangul, the common Han ideographs."""
    beyond = [char for char in text[:5_000] if char > "\x7f"]
    if not beyond:
        return 0
    if codec in {"euc_jp", "cp932"}:
        kana = sum("\u3040" <= char <= "\u30ff" for char in beyond)
        return 0.9 + kana / len(beyond) / 10 if kana * 5 > len(beyond) else 0
    if codec == "cp949":
        return sum("\uac00" <= char <= "\ud7a3" for char in beyond) / len(beyond)
    return 0.95 * sum(HAN.fullmatch(char) is not None for char in beyond) / len(beyond)


def _looks_cyrillic(text: str) -> float:
    """The share of characters beyond ASCII that are small Cyrillic letters: the wrong codec makes capitals or boxes."""
    beyond = [char for char in text[:5_000] if char > "\x7f"]
    return sum("а" <= char <= "ё" for char in beyond) / max(1, len(beyond))


def storable(text: str) -> str:
    """The text with what PostgreSQL can't keep replaced: NUL, and surrogates without their other half."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
