"""Bytes to text, whatever they were said to be."""

import codecs
import re
from encodings.aliases import aliases

# What mailers write and Python doesn't know, or knows as less than what is meant: each maps to the superset that
# browsers read it as too (WHATWG Encoding Standard, "Names and labels", https://encoding.spec.whatwg.org/#names-and-labels).
_MEANT = {
    "cp1252": "x-ansi us-ascii ascii ansi_x3.4-1968 iso-8859-1 latin1",
    "iso8859_8": "iso-8859-8-i iso-8859-8-e csiso88598i csiso88598e logical",
    "iso8859_6": "iso-8859-6-i iso-8859-6-e csiso88596i csiso88596e",
    "cp1254": "iso-8859-9",
    "cp874": "iso-8859-11 tis-620 windows-874",
    "cp949": "x-windows-949 ks_c_5601-1987 ks_c_5601 ks_c_5601-1989 ksc5601 ksc_5601 euc-kr",
    "gb18030": "gb2312 gbk x-gbk gb_2312-80",
    "big5hkscs": "big5 cn-big5 x-x-big5 big5-eten",
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
CODECS = set(aliases.values()) - NO_CHARSETS | {
    "koi8_t", "koi8_u", "cp1006", "cp874", "cp720", "cp737", "cp856", "utf_8_sig",
}  # fmt: skip
# Every sequence of bytes is text in these, so that success proves nothing.
TAKES_ALL = {"cp1252", "koi8_r", "koi8_u", "mac_roman", "latin_1"}
SHORT = 6
# Charsets of one byte a letter, and the small and capital letters of their scripts; the likelier ones first.
CYRILLIC, GREEK = ("а-ёіїєґ", "А-ЯЁІЇЄҐ"), ("ά-ώΐΰ", "Α-ΫΆΈ-Ώ")
SCRIPTS = (
    (("cp1251", CYRILLIC), ("koi8_r", CYRILLIC), ("cp866", CYRILLIC), ("cp1253", GREEK)),
    (("cp1256", ("\u0621-\u0652\u060c\u061b\u061f", "")), ("cp874", ("\u0e01-\u0e5b", ""))),
)
# The letters beyond ASCII of the languages that are written in a charset, the likeliest charset first.
LETTERS_OF = {
    "cp1252": tuple(map(frozenset, (
        "äöüß", "àâçéèêëîïôùûüÿœæ", "áéíñóúü", "àèéìíîòóù", "àáâãçéêíóôõúü", "äöåæøé", "áðéíóúýþæö", "áàèéëïíóöüç",
    ))),
    "cp1250": tuple(map(frozenset, (
        "áčďéěíňóřšťúůýž", "ąćęłńóśźż", "áéíóöőúüű", "áäčďéíĺľňóôŕšťúýž", "ăâîşţ", "čćđšž",
    ))),
    "cp1254": (frozenset("âçğıiîöşüû\u0307"),),
    "cp1257": (frozenset("ąčęėįšųūž"), frozenset("āčēģīķļņšūž"), frozenset("äõöüšž")),
}  # fmt: skip
# What Windows has in place of the standard's controls, which nobody writes.
OF_WINDOWS = {
    "iso8859_2": "cp1250", "iso8859_6": "cp1256", "iso8859_7": "cp1253", "iso8859_8": "cp1255", "iso8859_13": "cp1257",
    "iso8859_15": "cp1252",
}  # fmt: skip
CONTROLS = re.compile("[\x80-\x84\x86-\x9f]")
# Marks above and below that no Thai consonant stands before, which other charsets' letters make.
ASTRAY = re.compile("(?<![\u0e01-\u0e2e\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
# A Latin letter among letters of a word, as no charset of two bytes has it by itself.
WITHIN_A_WORD = re.compile("[a-z][\u00c0-\u024f]{1,2}[a-z]", re.IGNORECASE)
# Where one letter beyond ASCII stands alone, UTF-8's two bytes are no letters that follow each other.
LATIN = {
    "iso8859_1", "iso8859_2", "iso8859_3", "iso8859_4", "iso8859_9", "iso8859_10", "iso8859_13", "iso8859_14",
    "iso8859_15", "iso8859_16", "cp1250", "cp1252", "cp1254", "cp1257", "cp1258", "cp850", "cp437", "mac_roman",
    "mac_latin2", "latin_1",
}  # fmt: skip
JIS = re.compile(rb"\x1b(?:\$[@B]|\(J|\(I|\$\(D)")
JIS_ESCAPES = re.compile(rb"(\x1b(?:\$[@B]|\([A-J]|\$\([A-Z]))")
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
    if found := re.fullmatch(r"(?:x_)?(?:windows|cp|win|ms|dos|ibm)_?(\d{3,4})", name):
        return f"cp{found[1]}" if f"cp{found[1]}" in CODECS else ""
    return ""


def decode(raw: bytes, charset: str = "") -> tuple[str, bool]:
    """The text, storable, and whether it is certain: false where the label was missing or wrong and bytes were guessed.

    A label that fits is believed, though bytes that are plain UTF-8 are read as UTF-8 whatever charset of one byte, or
    of two, they are called: no words of another look like it. JIS is known by its escapes.
    """
    if charset in {"", "us-ascii", "ascii", "utf-8"} and raw.isascii() and b"\x1b" not in raw:
        return storable(raw.decode("ascii")), True
    codec = codec_of(charset)
    if JIS.search(raw) and (codec == "iso2022_jp_ext" or not codec.startswith(("iso2022", "utf_16", "utf_32"))):
        return storable(decode_jis(raw)), codec == "iso2022_jp_ext"
    if codec and codec not in {"cp1252", "latin_1"}:
        try:
            text = raw.decode(codec)
        except (UnicodeError, ValueError):
            return _decode_doubtful(raw, codec)
        if codec != "utf_8" and not raw.isascii() and _is_utf8_all_the_same(raw, codec):
            return storable(raw.decode("utf_8")), False
        if codec in OF_WINDOWS and CONTROLS.search(text):
            return storable(raw.decode(OF_WINDOWS[codec], "replace")), False
        return storable(text), True
    return _decode_doubtful(raw, codec)


def _is_utf8_all_the_same(raw: bytes, codec: str) -> bool:
    """Whether bytes that fit their label are UTF-8 by more than chance."""
    if codec.startswith(("utf_7", "utf_8", "iso2022", "hz")):
        return False
    try:
        text = raw.decode("utf_8")
    except UnicodeDecodeError:
        return False
    if codec.startswith("utf"):
        return b"\0" not in raw  # blanks and ends of lines have one in two bytes, and in four
    beyond = sum(char > "\x7f" for char in text[:20_000])
    if beyond >= (1 if codec in LATIN else 2 if _is_one_byte(codec) else 4):
        return True
    return not _is_one_byte(codec) and len(WITHIN_A_WORD.findall(text[:20_000])) * 2 > beyond > 0


def _decode_doubtful(raw: bytes, codec: str) -> tuple[str, bool]:
    for bom, marked in (
        (codecs.BOM_UTF8, "utf_8_sig"),
        (codecs.BOM_UTF16_LE, "utf_16"),
        (codecs.BOM_UTF16_BE, "utf_16"),
    ):
        if raw.startswith(bom):
            return storable(raw.decode(marked, "replace")), True
    try:
        return storable(raw.decode("utf_8")), codec in {"", "cp1252", "utf_8"}
    except UnicodeDecodeError:
        pass
    if codec == "utf_8":
        return _broken_utf8(raw), False
    if codec and codec not in TAKES_ALL and not _is_one_byte(codec):
        return storable(raw.decode(codec, "replace")), False
    if codec == "cp1252":
        return _western(raw), not re.search(rb"[\x81\x8d\x8f\x90\x9d]", raw)
    return _guessed(raw), False


def _broken_utf8(raw: bytes) -> str:
    """Bytes called UTF-8 that are not: UTF-8 with a few broken ones (a text that was cut), or another charset."""
    text = raw.decode("utf_8", "replace")
    broken = text.count("\ufffd")
    whole = sum(char > "\x7f" for char in text[:20_000]) - min(broken, 20_000)
    lines = raw.split(b"\n")
    foreign = [line for line in lines if _is_foreign(line)]
    if whole and foreign and broken == b"\n".join(foreign).decode("utf_8", "replace").count("\ufffd"):
        # Somebody else's lines, such as a footer, stand among those of the writer.
        return "\n".join(_guessed(line) if _is_foreign(line) else storable(line.decode("utf_8")) for line in lines)
    return storable(text) if whole > broken else _guessed(raw)


def _is_foreign(line: bytes) -> bool:
    """Whether a line has letters beyond ASCII, and none of them is UTF-8."""
    return not line.isascii() and line.decode("utf_8", "ignore").isascii()


def decode_jis(raw: bytes) -> str:
    """ISO-2022-JP as mail programs write it: with NEC's and IBM's rows (①, ㈱), which the standard has not."""
    try:
        return raw.decode("iso2022_jp_ext")
    except UnicodeDecodeError:
        pass
    found: list[str] = []
    charset = b"(B"
    for piece in JIS_ESCAPES.split(raw):
        if piece[:1] == b"\x1b":
            charset = piece[1:]
        elif charset in {b"$@", b"$B"}:
            found.append(_shifted(piece).decode("cp932", "replace"))
        elif charset == b"(I":
            found.append(bytes(byte | 0x80 for byte in piece).decode("cp932", "replace"))
        elif charset in {b"(B", b"(J"}:
            found.append(piece.decode("cp932", "replace"))
        else:
            found.append((b"\x1b" + charset + piece + b"\x1b(B").decode("iso2022_jp_ext", "replace"))
    return "".join(found)


def _shifted(pairs: bytes) -> bytes:
    """Two bytes of JIS as Shift_JIS has them; line ends and what is cut in two stay."""
    found = bytearray()
    at = 0
    while at < len(pairs):
        first = pairs[at]
        second = pairs[at + 1] if at + 1 < len(pairs) else 0
        if not (0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E):
            found.append(first)
            at += 1
            continue
        row = (first - 0x21) // 2
        found.append(row + (0x81 if row < 0x1F else 0xC1))
        shift = 0x7E if first % 2 == 0 else (0x1F if second < 0x60 else 0x20)
        found.append(second + shift)
        at += 2
    return bytes(found)


def _is_one_byte(codec: str) -> bool:
    return codec.startswith(("cp125", "iso8859", "koi8", "mac_", "cp8", "cp4", "cp7", "latin"))


def _western(raw: bytes) -> str:
    """Windows-1252 with its five holes filled as browsers fill them."""
    try:
        return storable(raw.decode("cp1252"))
    except UnicodeDecodeError:
        return storable("".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in raw))


def _latin(raw: bytes) -> str:
    """Latin letters in one byte each: of the charset whose letters are all of one language; Western where none is."""
    western = _western(raw)
    read = [(western, LETTERS_OF["cp1252"])]
    read += [(raw.decode(codec, "replace"), letters) for codec, letters in LETTERS_OF.items() if codec != "cp1252"]
    for text, languages in read:
        used = {char for char in text[:20_000].lower() if char > "\x7f" and char.isalpha()}
        if any(used <= language for language in languages):
            return storable(text)
    return western


def _guessed(raw: bytes) -> str:
    """8-bit text without a label that holds: the first of the usual charsets whose letters look like words."""
    high = [byte for byte in raw[:10_000] if byte >= 0x80]
    letters = [byte for byte in raw[:10_000] if byte >= 0x80 or chr(byte).isalpha()]
    if len(high) < SHORT or len(high) * 3 < len(letters):
        # Mostly ASCII: mistyped UTF-8 with a few broken characters, or Western.
        text = raw.decode("utf_8", "replace")
        return storable(text) if text.count("�") * 10 < len(high) else _latin(raw)
    tried = [(codec, _read_or_none(raw, codec)) for codec in ("euc_jp", "cp932", "gb18030", "cp949", "big5hkscs")]
    asian = [(text, codec) for codec, text in tried if text]
    scored = [(_looks_asian(text, codec), text) for text, codec in asian]
    if scored and max(scored)[0] > 0.8:
        return storable(max(scored)[1])
    script = _of_script(raw)
    return _western(raw) if script is None else storable(script)


def _of_script(raw: bytes) -> str | None:
    """Text of a script of its own in one byte a letter, by whose words it makes; None where it makes nobody's."""
    if all(0xE0 <= byte <= 0xFA for byte in raw[:10_000] if byte >= 0x80):
        return raw.decode("cp1255", "replace")  # Russian has letters beyond these, and capitals
    for scripts in SCRIPTS:
        tried = [(raw.decode(codec, "replace"), letters) for codec, letters in scripts]
        best, text = max(((_looks(text, *letters), text) for text, letters in tried), key=lambda each: each[0])
        if best > 0.7:
            return text
    return None


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
        # Of 11,172 syllables people write the 2,350 of KS X 1001; other charsets' letters make any of them.
        return sum("\uac00" <= char <= "\ud7a3" and len(char.encode("euc_kr")) == 2 for char in beyond) / len(beyond)
    return 0.95 * sum(HAN.fullmatch(char) is not None for char in beyond) / len(beyond)


def _looks(text: str, small: str, capitals: str) -> float:
    """The share of characters beyond ASCII that are small letters, less what no words have: capitals within one."""
    beyond = [char for char in text[:5_000] if char > "\x7f"]
    fitting = len(re.findall(f"[{small}]", text[:5_000]))
    within = len(re.findall(f"(?<=[{small}])[{capitals}]", text[:5_000])) if capitals else 0
    return (fitting - 3 * (within + len(ASTRAY.findall(text[:5_000])))) / max(1, len(beyond))


def storable(text: str) -> str:
    """The text with what PostgreSQL can't keep replaced: NUL, and surrogates without their other half."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
