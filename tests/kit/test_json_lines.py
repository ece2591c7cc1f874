"""Files of JSON Lines, as people and other systems write them."""

import pytest

from makegood.kit import json_lines
from makegood.kit.json_lines import JsonLine, UnreadableFile, read_lines


@pytest.fixture
def file(tmp_path):
    def write(raw: bytes):
        path = tmp_path / "rows.jsonl"
        path.write_bytes(raw)
        return path

    return write


def test_marks_line_ends_and_empty_lines_are_forgiven(file):
    raw = b'\xef\xbb\xbf{"a": 1}\r\n\r\n{"a": "\xc3\xa9"}'
    assert list(read_lines(file(raw))) == [JsonLine(1, {"a": 1}), JsonLine(3, {"a": "é"})]


def test_all_bytes_are_seen(file):
    seen: list[int] = []
    raw = b'{"a": 1}\n\n[1]\n{"a": 2}'
    list(read_lines(file(raw), seen=seen.append))
    assert sum(seen) == len(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"{\n}\n", "the JSON goes over many lines; put each row on one line of its own"),
        (b"[1, 2]\n", "it is a list; put each row on a line of its own, without brackets around them"),
        (b'{"a": 1,\n', "it is not JSON: Expecting property name"),
        (b'{"a": NaN}', "it is not JSON: NaN is no number"),
        (b'{"a": "\xff"}', "it is not UTF-8 (byte 8); save the file as UTF-8"),
        (b"[" * 200_000, "it is not JSON"),
    ],
)
def test_what_is_wrong_is_said(file, raw, words):
    assert next(iter(read_lines(file(raw)))).wrong.startswith(words)


def test_a_file_without_objects_is_refused_once(file):
    with pytest.raises(UnreadableFile, match="its first line is no JSON object; rows are JSON Lines"):
        list(read_lines(file(b"name,zone\nAda,UTC\n")))


def test_a_long_line_is_passed_over(file, monkeypatch):
    monkeypatch.setattr(json_lines, "LONGEST_LINE", 10)
    seen: list[int] = []
    raw = b'{"a": 1}\n"' + b"x" * 95 + b'"\n{"a": 2}\n'
    lines = list(read_lines(file(raw), seen=seen.append))
    assert [(line.number, line.plain, bool(line.wrong)) for line in lines] == [
        (1, {"a": 1}, False),
        (2, None, True),
        (3, {"a": 2}, False),
    ]
    assert sum(seen) == len(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [(b"", "it is empty"), (b"\n \n", "it is empty"), ("{}".encode("utf-16"), "it is written in UTF-16")],
)
def test_files_that_hold_nothing(file, raw, words):
    with pytest.raises(UnreadableFile, match=words):
        list(read_lines(file(raw)))


def test_files_that_are_none(tmp_path):
    with pytest.raises(UnreadableFile, match="there is no such file"):
        list(read_lines(tmp_path / "nothing.jsonl"))
    with pytest.raises(UnreadableFile, match="it is a folder"):
        list(read_lines(tmp_path))
