"""The looks that are committed are those that the templates ask for, and small enough for a phone in a tunnel."""

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.source import PRODUCT, ROOT

COMMITTED = PRODUCT / "static" / "makegood" / "app.css"
MOST_BYTES_COMPRESSED = 25_000


def compressed(css: bytes) -> int:
    return len(gzip.compress(css, 9))


def compiled(out: Path) -> str:
    subprocess.run([ROOT / "scripts" / "css", out], check=True, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True)
    return out.read_text(encoding="utf-8")


def test_the_looks_are_small() -> None:
    assert compressed(COMMITTED.read_bytes()) < MOST_BYTES_COMPRESSED


@pytest.mark.skipif(
    shutil.which("npm") is None, reason="no Node here: whether app.css is current is checked where there is one"
)
def test_the_looks_are_current(tmp_path: Path) -> None:
    assert COMMITTED.read_text(encoding="utf-8") == compiled(tmp_path / "app.css"), (
        "templates use other classes: run `make css`, commit"
    )


def test_what_is_vendored_keeps_its_licence() -> None:
    told = (COMMITTED.parent / "LICENSES.md").read_text(encoding="utf-8")
    vendored = [path.name for path in COMMITTED.parent.glob("*.js") if path.name.startswith("htmx")]
    assert [name for name in [*vendored, "icons/", "app.css"] if f"`{name}`" not in told] == []


def test_large_looks_are_seen() -> None:
    assert compressed(bytes(range(256)) * 10) < MOST_BYTES_COMPRESSED
    assert compressed(b"".join(str(number**3).encode() for number in range(20_000))) > MOST_BYTES_COMPRESSED
