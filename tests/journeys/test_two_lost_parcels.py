"""Story 2 on the real product, through its public API: twenty variants, and a file that somebody else wrote."""

import json
from pathlib import Path

import pytest

from makegood import staging
from makegood.stories.catalogue import story
from makegood.stories.reading import from_plain, read
from tests.sampling import sampled

BY_HAND = Path(__file__).with_name("by_hand.json")
LATER = {"2.5"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", sampled(range(1, 21), every=6))
def test_two_lost_parcels(seed, perform):
    outcome = perform(story("two-lost-parcels", seed=seed))
    assert list(outcome.failures) == []
    # Some variants have nobody write; together they play every point that is built.
    assert set(outcome.unplayed) <= {*LATER, "2.2"}


def test_a_story_written_by_another_hand(perform):
    outcome = perform(read(BY_HAND.read_text()))
    assert list(outcome.failures) == []
    assert outcome.unplayed == ["2.2", "2.4", "2.5"]


@pytest.fixture
def stage_door(django_db_blocker):
    with django_db_blocker.unblock():
        yield


def test_the_command_prints_one_object_a_line(stage_door, capsys):
    assert staging.play(file=BY_HAND, as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {
        "story": "two-lost-parcels",
        "seed": None,
        "passed": True,
        "failures": [],
        "unplayed": ["2.2", "2.4", "2.5"],
    }


def test_the_command_tells_both_sides(stage_door, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    assert staging.play(file=BY_HAND) == 0
    shown = capsys.readouterr().out
    assert "what the customer did and saw" in shown
    assert "parcel P1: never_scanned, 35 %" in shown
    assert "ines is told: " in shown
    assert "customer:ines chooses send_again for 70001 → 201" in shown


def test_a_failure_has_its_place_and_the_exit_code(stage_door, tmp_path, capsys):
    plain = json.loads(BY_HAND.read_text())
    plain["expect"] = [{"point": "2.1", "at": "2026-10-05T16:00Z", "get": "/v1/parcels/P1", "is": {"verdict": "lost"}}]
    plain["script"] = []
    (tmp_path / "mine.json").write_text(json.dumps(plain))
    assert staging.play(file=tmp_path / "mine.json", as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["failures"] == [
        {
            "point": "2.1",
            "at": "2026-10-05T16:00:00Z",
            "get": "/v1/parcels/P1",
            "expected": {"is": {"verdict": "lost"}},
            "got": {"verdict": "label_made"},
            "where": "/expect/0",
        }
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda plain: plain.pop("starts_at"), "/starts_at: it is missing; add it"),
        (
            lambda plain: plain["world"]["orders"][0]["parcels"][1].update(number="9400110200881234567890"),
            "/world/orders/0/parcels/1/number: ",
        ),
        (lambda plain: plain["world"]["customers"][0].update(lang="es"), "/world/customers/0/lang: "),
        (
            lambda plain: plain["world"]["orders"][1].update(customer="tim"),
            "/world/orders/1/customer: 'tim' is unknown",
        ),
    ],
)
def test_a_bad_file_is_told_where_and_why(change, said, stage_door, tmp_path, capsys):
    plain = json.loads(BY_HAND.read_text())
    change(plain)
    (tmp_path / "mine.json").write_text(json.dumps(plain))
    assert staging.play(file=tmp_path / "mine.json") == 2
    assert said in capsys.readouterr().err.replace("\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            {"names": ["three-lost-parcels"]},
            "'three-lost-parcels'; there are: two-lost-parcels, never-left",
        ),
        ({"seeds": "20..1"}, "write one as in 7, or a range as in 1..20"),
        ({"file": Path("/nowhere/mine.json")}, "No such file"),
    ],
)
def test_what_is_not_there_is_said(words, said, stage_door, capsys):
    assert staging.play(**words) == 2
    assert said in capsys.readouterr().err.replace("\n", "")


def test_a_story_leaves_nothing_behind(perform):
    plain = {"schema": "story/1", "story": "mine", "starts_at": "2026-10-02T09:00Z"}
    places = [{"id": "reno", "name": "Reno", "country": "US", "zone": "America/Los_Angeles"}]
    there = [{"at": "end", "get": "/v1/places", "count": 1}]
    gone = [{"at": "end", "get": "/v1/places", "count": 0}]
    assert perform(from_plain({**plain, "world": {"places": places}, "expect": there})).passed
    assert perform(from_plain({**plain, "expect": gone})).passed
