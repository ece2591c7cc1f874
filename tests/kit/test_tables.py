"""CSV in and out: nothing written is a formula, and rows are read as their head names them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kit.json_lines import UnreadableFile
from makegood.kit.tables import read_table, rows_of, safe, written


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_no_cell_is_a_formula(cell):
    assert safe(cell) == f"'{cell}"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00\r")), min_size=2, max_size=2))
def test_what_is_written_is_read_again(cells):
    rows = list(csv.reader(io.StringIO(written(("a", "b"), [cells]))))
    assert rows == [["a", "b"], [safe(cell) for cell in cells]]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_rows_are_objects_by_the_heads_names(mark):
    lines = [f"dispatch{mark} number {mark}carrier\n", f'12{mark}"1{mark}2"{mark}\n', "\n", f"{mark * 3}x\n"]
    found = list(rows_of(lines))
    assert [(line.number, line.plain) for line in found[:1]] == [(2, {"dispatch": "12", "number": f"1{mark}2"})]
    assert found[1].number == 4
    assert "4 cells" in found[1].wrong


def test_files_that_can_not_be_read(tmp_path):
    empty, latin = tmp_path / "empty.csv", tmp_path / "latin.csv"
    empty.write_text("")
    latin.write_bytes(b"dispatch\ncaf\xe9\n")
    for file, words in ((empty, "empty"), (latin, "UTF-8"), (tmp_path, "folder"), (tmp_path / "none", "no such")):
        with pytest.raises(UnreadableFile, match=words):
            list(read_table(file))
    endless = tmp_path / "endless.csv"
    endless.write_text('dispatch,number\n"' + "x" * 200_000 + "\n")
    assert [line.wrong[:13] for line in read_table(endless)] == ["it is not CSV"]
