"""The contract on who may import whom holds, names every room, and would be noticed when broken."""

import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.house.source import PRODUCT, ROOT, rooms

CONTRACT = ROOT / ".importlinter"
# Rooms whose files have an order of their own: composition of many small parts, or no business words.
WITHOUT_ORDER = {"bench", "connectors", "faces", "kit", "stories"}


def contract_lines(section: str, option: str) -> list[str]:
    parser = ConfigParser()
    parser.read(CONTRACT)
    return parser[f"importlinter:contract:{section}"][option].split("\n")[1:]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """The contract, judged over the copy of the house in `folder`."""
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    return subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copy(CONTRACT, tmp_path)
    shutil.copytree(
        PRODUCT,
        tmp_path / "makegood",
        ignore=lambda _, names: [n for n in names if n == "static" or n.endswith((".html", ".po"))],
    )
    return tmp_path


def test_parentheses_are_for_rooms_not_built_yet() -> None:
    layers = re.findall(r"\(?\w+\)?", " ".join(contract_lines("rooms", "layers")))
    built = {layer for layer in layers if not layer.startswith("(")}
    promised = {layer.strip("()") for layer in layers if layer.startswith("(")}
    assert set(rooms()) <= built
    assert promised & set(rooms()) == set()


def test_every_room_keeps_the_order_of_its_files() -> None:
    ordered = {line.removeprefix("makegood.") for line in contract_lines("files", "containers")}
    assert ordered == set(rooms()) - WITHOUT_ORDER


def test_every_face_is_independent() -> None:
    independent = {line.removeprefix("makegood.faces.") for line in contract_lines("faces", "modules")}
    assert independent == {path.parent.name for path in (PRODUCT / "faces").glob("*/__init__.py")}


def test_the_contract_holds(copy: Path) -> None:
    judged = lint(copy)
    assert judged.returncode == 0, judged.stdout


@pytest.mark.parametrize(
    ("file", "planted", "said"),
    [
        ("promises/models.py", "import makegood.cases.models", r"Rooms import downwards only.* BROKEN"),
        ("customers/models.py", "import makegood.models", r"Rooms import downwards only.* BROKEN"),
        ("staff/rules.py", "import makegood.money.rules", r"Rooms import downwards only.* BROKEN"),
        ("promises/rules.py", "import makegood.promises.models", r"Inside a room.* BROKEN"),
        ("promises/rules.py", "import django.db", r"Rules decide without Django.* BROKEN"),
        ("faces/desk/__init__.py", "import makegood.faces.api", r"A face knows no other face.* BROKEN"),
        ("gossip/__init__.py", "", r"makegood\.gossip|- gossip"),
    ],
)
def test_a_breach_is_seen(copy: Path, file: str, planted: str, said: str) -> None:
    breach = copy / "makegood" / file
    breach.parent.mkdir(exist_ok=True)
    with breach.open("a", encoding="utf-8") as text:
        text.write(f"\n{planted}\n")
    judged = lint(copy)
    assert judged.returncode == 1, judged.stdout
    assert re.search(said, judged.stdout)
