"""What the documents point at is there, and the drawing of the house shows every room."""

import re
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

from makegood.faces.api.urls import not_found
from makegood.faces.desk.auth import nowhere
from tests.house.source import ROOT, named, rooms

LINK = re.compile(
    r"\[[^\]]*\]\((?!https?:|mailto:)([^)\s#]*)(#[^)\s]*)?\)|<(?:img|source)[^>]*\bsrc(?:set)?=\"(?!https?:)([^\"]+)\""
)


def documents() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def anchors(text: str) -> set[str]:
    """The anchors that a page's headings make, as the usual readers of Markdown form them."""
    headings = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    """Links of a page, to files and headings, that lead nowhere."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = []
    for link in LINK.finditer(text):
        target, anchor = link[1] or link[3] or "", (link[2] or "").removeprefix("#")
        file = page.parent / target if target else page
        if not file.exists() or (
            anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8"))
        ):
            broken.append(f"{target}#{anchor}" if anchor else target)
    return broken


def rooms_missing(drawing: str) -> list[str]:
    return [room for room in rooms() if not re.search(rf"\b{room}\b", drawing)]


@pytest.mark.parametrize("page", documents(), ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_the_drawing_shows_every_room() -> None:
    assert rooms_missing((ROOT / "docs" / "house.md").read_text(encoding="utf-8")) == []


def test_decisions_are_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert [record.name for record in folder.glob("0*.md") if f"({record.name})" not in listed] == []


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        '# A way\n[up](#a-way) [down](#no-way) [away](away.md) [web](https://example.org) <img src="gone.png">'
    )
    assert broken_links(page) == ["#no-way", "away.md", "gone.png"]


def test_a_missing_room_is_seen() -> None:
    assert rooms_missing(" ".join(set(rooms()) - {"kit"})) == ["kit"]


def names_gone(drawing: str) -> list[str]:
    """Functions and classes that the drawing names and the code lacks."""
    gone = []
    for name in sorted(set(re.findall(r"`(makegood(?:\.\w+)+)`", drawing))):
        parts = name.split(".")
        folder, last = ROOT.joinpath(*parts[:-1]), parts[-1]
        sources = [path for path in (folder.with_suffix(".py"), folder / "__init__.py") if path.exists()]
        if not any(re.search(rf"^(?:def|class) {last}\b", path.read_text(), re.MULTILINE) for path in sources):
            gone.append(name)
    return gone


def test_the_spine_is_drawn_from_the_code() -> None:
    assert names_gone((ROOT / "docs" / "house.md").read_text(encoding="utf-8")) == []


def test_a_name_that_is_gone_is_seen() -> None:
    assert names_gone("`makegood.wiring.sweep` and `makegood.wiring.nobody`") == ["makegood.wiring.nobody"]


ADDRESS = re.compile(r"(?<![\w/.])/(?:desk|v1|inlets)/[\w{}/.-]*")


def addresses_gone(text: str) -> list[str]:
    """Addresses of pages and of the API that a text names and nothing answers."""
    gone = []
    for address in sorted(set(ADDRESS.findall(text))):
        # What stands for a name or a number in the text is one here.
        path = re.sub(r"\{\w+\}|\.\.\.|…", "1", address).rstrip(".")
        try:
            match = resolve(path)
        except Resolver404:
            gone.append(address)
        else:
            gone += [address] if match.func in {nowhere, not_found} else []
    return gone


# Decisions tell of what was, and what is added in extending.md isn't there.
OF_TODAY = [
    page for page in documents() if "decisions" not in page.relative_to(ROOT).parts and page.name != "extending.md"
]


@pytest.mark.parametrize("page", OF_TODAY, ids=named)
def test_addresses_are_answered(page: Path) -> None:
    assert addresses_gone(page.read_text(encoding="utf-8")) == []


def test_an_address_that_nobody_answers_is_seen() -> None:
    assert addresses_gone("`/desk/parked` beside `/desk/stuck-work` and `GET /v1/orders/{id}`, /v1/nothing.") == [
        "/desk/parked",
        "/v1/nothing.",
    ]
