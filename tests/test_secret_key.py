"""The key that signs sessions and links: one a home, made anew where it was lost while it was written."""

import os
from pathlib import Path

import pytest

from makegood.database import keep_secret


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MAKEGOOD_HOME", str(tmp_path))
    monkeypatch.setenv("MAKEGOOD_SECRET_KEY", "")
    return tmp_path


def kept(home: Path) -> str:
    os.environ["MAKEGOOD_SECRET_KEY"] = ""
    keep_secret()
    assert os.environ["MAKEGOOD_SECRET_KEY"] == (home / "secret-key").read_text()
    return os.environ["MAKEGOOD_SECRET_KEY"]


def test_it_is_made_once_for_its_owner_alone(home):
    first = kept(home)
    assert len(first) > 50
    assert (home / "secret-key").stat().st_mode & 0o777 == 0o600
    assert kept(home) == first


@pytest.mark.parametrize("left", [b"", b"\n", b"\0" * 64, b"\xff\xfe", b"ab\0cd"])
def test_one_that_a_full_disk_or_a_lost_machine_left_empty_is_made_anew(home, left):
    (home / "secret-key").write_bytes(left)
    first = kept(home)
    assert len(first) > 50
    assert kept(home) == first


def test_an_operators_own_stays(home):
    (home / "secret-key").write_text("a key of my own\n")
    assert kept(home) == "a key of my own\n"
