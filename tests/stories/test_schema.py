"""The form of a story, as files and as JSON Schema."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from makegood.stories.catalogue import STORIES
from makegood.stories.errors import BadStory
from makegood.stories.matching import WORDS
from makegood.stories.reading import read
from makegood.stories.schema import EVENTS, json_schema

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docs/schema/story.schema.json"
BY_HAND = ROOT / "tests/journeys/by_hand.json"


def test_the_committed_schema_is_current():
    assert json.loads(COMMITTED.read_text()) == json_schema(), "run scripts/story_schema"


@pytest.mark.parametrize("name", STORIES)
def test_our_stories_are_files_of_that_form(name):
    for seed in range(1, 21):
        Draft202012Validator(json_schema()).validate(json.loads(json.dumps(STORIES[name](seed))))


def test_so_is_one_written_by_hand():
    Draft202012Validator(json_schema()).validate(json.loads(BY_HAND.read_text()))


def problems_of(story) -> dict[str, str]:
    with pytest.raises(BadStory) as caught:
        read(story if isinstance(story, str) else json.dumps(story))
    return {problem.where: problem.reason for problem in caught.value.problems}


def plain(**more):
    return {"schema": "story/1", "story": "mine", "starts_at": "2026-10-02T09:00Z", **more}


def scan(**more):
    return {"at": "2026-10-02T10:00Z", "do": "scan", "carrier": "usps", "body": {}, **more}


def look(**more):
    return {"at": "end", "get": "/v1/parcels/P1", **more}


def test_what_is_no_json_is_told_by_line_and_column():
    reason = problems_of('{"schema": "story/1",\n oops}')[""]
    assert reason.startswith("line 2 column 2 is not JSON")
    assert reason.endswith("put it right there")


@pytest.mark.parametrize(
    ("story", "where", "reason"),
    [
        ([], "", "a story is one object"),
        (plain(schema="story/2"), "/schema", "this player reads 'story/1'"),
        ({"schema": "story/1", "story": "mine"}, "/starts_at", "it is missing; add it"),
        (plain(scripts=[]), "/scripts", "did you mean 'script'?"),
        (plain(world={"clients": []}), "/world/clients", "or use one of customers, staff, places"),
        (plain(starts_at="tomorrow"), "/starts_at", "'tomorrow' is no instant; write it as in 2026-10-02T09:00Z"),
        (plain(starts_at="2026-10-02T09:00"), "/starts_at", "the instant has no offset"),
        (plain(script=[scan(do="scam")]), "/script/0", 'give "do" as one of scan, choose'),
        (plain(script=[scan(), {"at": "2026-10-02T10:00Z"}]), "/script/1", 'give "do" as one of'),
        (plain(script=[scan(carier="ups")]), "/script/0/carier", "did you mean 'carrier'?"),
        (plain(script=[scan(raw="x")]), "/script/0", "either a body (JSON) or raw"),
        (plain(script=[scan(at="2026-10-01T10:00Z")]), "/script/0/at", "before the story starts"),
        (plain(expect=[look(at="soon")]), "/expect/0/at", "'soon'"),
        (plain(expect=[look(at="2026-10-01T10:00Z")]), "/expect/0/at", "before the story starts"),
        (plain(expect=[look(get="v1/parcels")]), "/expect/0/get", "does not look right"),
        (plain(expect=[look(iss={})]), "/expect/0/iss", "did you mean 'is'?"),
        (plain(expect=[look(matches={"body": "("})]), "/expect/0/matches/body", "is no regular expression"),
        (plain(expect=[look(get="/v1/cases/$case.id")]), "/expect/0/get", 'add "keep": "case" to an earlier step'),
        (plain(expect=[look(**{"as": "customer:c1"})]), "/expect/0/as", "none of the story's customers (none at all)"),
        (plain(expect=[look(**{"as": "robot:c1"})]), "/expect/0/as", "does not look right"),
        (
            plain(
                script=[{"at": "2026-10-02T10:00Z", "do": "announce", "order": "7", "carrier": "usps", "number": "1"}]
            ),
            "/script/0/order",
            "'7' is none of the story's orders",
        ),
    ],
)
def test_every_error_names_its_place_and_the_way_out(story, where, reason):
    found = problems_of(story)
    assert where in found
    assert reason in found[where]


def test_all_errors_are_told_at_once():
    assert set(problems_of(plain(script=[scan(carier=1), scan(do="x")], expects=[]))) == {
        "/script/0/carier",
        "/script/1",
        "/expects",
    }


def test_the_example_in_the_docs_is_a_story():
    example = re.search(r"```json\n(.*?)```", (ROOT / "docs/stories.md").read_text(), re.DOTALL)
    assert example
    assert read(example[1]).story == "mine"


def test_the_docs_name_every_event_and_every_word_of_patterns():
    text = (ROOT / "docs/stories.md").read_text()
    assert [each for each in (*EVENTS, *WORDS) if f"`{each}`" not in text] == []
