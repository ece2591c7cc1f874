"""Letters are set with the fonts inside typst, else with the machine's; what has none is said, and never silently."""

import pytest
from structlog.testing import capture_logs

from makegood.cases.dispute_evidence import TEMPLATE
from makegood.kit import typesetting
from makegood.kit.typesetting import can_set, pdf_of, scripts_not_set

BOXES = "a PDF has empty boxes for letters that no font here has"
# Plane 15 is for private use, so that no font has it.
NOBODYS = "\U000f0000"
INUKTITUT = "ᐃᓄᒃᑎᑐᑦ"


def told(name):
    rows = [("Customer", name)]
    return {"title": "Evidence", "summary": [], "sections": [{"heading": "Payment", "rows": rows}]}


@pytest.mark.parametrize("name", ["Ada Łukasz", "Ιωάννης", "Иван", "محمد", "שלום", "नमस्ते", "Nguyễn", "→ × · “a”"])
def test_what_typst_has_is_set_alike_everywhere(name):
    assert can_set(name, ours_alone=True)
    with capture_logs() as logs:
        assert pdf_of(TEMPLATE, told(name)) == pdf_of(TEMPLATE, told(name))
    assert logs == []


@pytest.mark.parametrize("name", ["山田太郎", "김철수", "สมชาย"])
def test_what_typst_has_not_is_known(name):
    assert not can_set(name, ours_alone=True)


@pytest.mark.skipif(not can_set(INUKTITUT), reason="no font of this machine has it")
def test_the_machines_fonts_are_used_for_it():
    with capture_logs() as logs:
        made = pdf_of(TEMPLATE, told(INUKTITUT))
    assert logs == []
    assert b"DejaVu" in made or b"Noto" in made or b"/FontFile" in made


def test_letters_without_a_font_are_said_and_the_name_is_not(monkeypatch):
    monkeypatch.setattr(typesetting, "can_set", lambda words, ours_alone=False: not words)
    with capture_logs() as logs:
        assert pdf_of(TEMPLATE, told("Ada 山田太郎 สมชาย")).startswith(b"%PDF-")
    (said,) = logs
    assert (said["event"], said["of"], said["page"]) == (BOXES, ["CJK", "THAI"], "evidence.typ")
    assert "山" not in str(said)


def test_whose_letters_there_are_none_for_is_listed(monkeypatch):
    assert not can_set(NOBODYS)
    monkeypatch.setattr(typesetting, "SAMPLES", {"Hebrew": "שלום", "Nobody’s": NOBODYS})
    assert scripts_not_set() == ["Nobody’s"]
