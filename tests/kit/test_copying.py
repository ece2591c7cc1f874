"""Rows as COPY reads them: quickly where nothing needs care, and carefully where something does."""

from hypothesis import given
from hypothesis import strategies as st

from makegood.kit import sql

texts = st.text(alphabet="ab\\\t\n\rN;'\"é", max_size=6)
MEANT = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}


def read(block):
    """What PostgreSQL makes of it (its manual, COPY, "Text Format")."""
    return [[_text(field) for field in line.split("\t")] for line in block.removesuffix("\n").split("\n")]


def _text(field):
    text, rest = "", field
    while rest:
        width = 2 if rest[0] == "\\" else 1
        text, rest = text + MEANT.get(rest[:width], rest[:width]), rest[width:]
    return text


@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=5))
def test_what_is_written_is_read(rows):
    (block,) = sql.in_blocks(rows)
    assert read(block) == [list(row) for row in rows]


def test_many_rows_are_some_blocks():
    blocks = list(sql.in_blocks((str(n), "x") for n in range(sql.ROWS_IN_A_BLOCK * 2 + 1)))
    assert len(blocks) == 3
    assert [row for block in blocks for row in read(block)] == [
        [str(n), "x"] for n in range(sql.ROWS_IN_A_BLOCK * 2 + 1)
    ]
