"""Files of JSON Lines, read one line at a time, so that memory stays flat however long they are."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LONGEST_LINE = 8 * 1024 * 1024
_NO_OBJECTS = (
    "its first line is no JSON object; rows are JSON Lines, one object on each line, as in docs/import.md; a table "
    "of cells has the ending .csv"
)
UTF_8_MARK = b"\xef\xbb\xbf"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class UnreadableFile(Exception):
    """A file that can't be read at all, and why."""


@dataclass(frozen=True, slots=True)
class JsonLine:
    """One line by its number, from 1: what it holds, or why that can't be told."""

    number: int
    plain: object = None
    wrong: str = ""


def read_lines(path: Path, *, seen: Callable[[int], None] = lambda _: None) -> Iterator[JsonLine]:
    """Each line that is not empty; `seen` is told how many bytes were read.

    A byte order mark and Windows line ends are forgiven.

    Raises:
        UnreadableFile: missing, a folder, locked, in another encoding, or without any row.
    """
    with readable(), path.open("rb") as file:
        yield from _lines(file, seen)


@contextmanager
def readable() -> Iterator[None]:
    """Says as an UnreadableFile what a system says of a file that can't be opened or read."""
    try:
        yield
    except FileNotFoundError:
        raise UnreadableFile("there is no such file") from None
    except IsADirectoryError:
        raise UnreadableFile("it is a folder; name the files in it") from None
    except UnicodeDecodeError:
        raise UnreadableFile("it is not UTF-8; save the file as UTF-8") from None
    except OSError as error:
        raise UnreadableFile(f"it can't be read: {error.strerror}") from error


def _lines(file: BinaryIO, seen: Callable[[int], None]) -> Iterator[JsonLine]:
    number, is_empty = 0, True
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        read = len(raw)
        if number == 1:
            raw = _without_mark(raw)
        if len(raw) > LONGEST_LINE:
            read += _skip_rest(file)
            line = JsonLine(number, wrong=f"the line is longer than {LONGEST_LINE // 1024 // 1024} MiB")
        elif raw.strip():
            line = _line(number, raw)
        else:
            seen(read)
            continue
        is_empty = False
        seen(read)
        yield line
    if is_empty:
        raise UnreadableFile("it is empty")


def _without_mark(raw: bytes) -> bytes:
    if raw.startswith(UTF_16_MARKS):
        raise UnreadableFile("it is written in UTF-16; save it as UTF-8")
    return raw.removeprefix(UTF_8_MARK)


def _skip_rest(file: BinaryIO) -> int:
    """Go to the end of a line without keeping it; how many bytes it had."""
    skipped = 0
    while raw := file.readline(LONGEST_LINE):
        skipped += len(raw)
        if raw.endswith(b"\n"):
            break
    return skipped


def _line(number: int, raw: bytes) -> JsonLine:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return JsonLine(number, wrong=f"it is not UTF-8 (byte {error.start + 1}); save the file as UTF-8")
    try:
        plain = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        if number == 1 and text.strip() in {"[", "{"}:
            return JsonLine(number, wrong="the JSON goes over many lines; put each row on one line of its own")
        if number == 1 and not text.lstrip().startswith(("{", "[")):
            raise UnreadableFile(_NO_OBJECTS) from None
        return JsonLine(number, wrong=f"it is not JSON: {error}")
    if isinstance(plain, list):
        return JsonLine(number, wrong="it is a list; put each row on a line of its own, without brackets around them")
    return JsonLine(number, plain=plain)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")
