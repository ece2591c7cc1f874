"""The player, on a stage that only writes down what is asked of it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from makegood.stories.errors import BadStory
from makegood.stories.player import EVER_SINCE, play
from makegood.stories.points import points, unplayed
from makegood.stories.reading import from_plain
from makegood.stories.stage import ApiResponse
from makegood.stories.timeline import Kind, Timeline

START = datetime(2026, 10, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
CARRIERS = ("dhl", "fedex", "ups", "usps")


class PaperStage:
    """Answers as it was told to, and keeps a list of everything that happened on it."""

    def __init__(self, answers=None, due=()):
        self.answers = answers or {}
        self.due = sorted(due)
        self.now = None
        self.happened = []

    def call(self, method, path, *, body=None, raw=None, by="shop"):
        self.happened.append((method, path, raw if raw is not None else body, by))
        answer = self.answers.get(f"{method} {path}", ApiResponse(200, {"items": [], "next": None}))
        return answer if isinstance(answer, ApiResponse) else ApiResponse(200, answer)

    def move_clock(self, to):
        assert self.now is None or to >= self.now, "the clock never goes back"
        self.now = to
        self.happened.append(to)

    def settle(self):
        self.due = [at for at in self.due if at > self.now]

    def next_due(self):
        return min(self.due, default=None)


def story(**more):
    plain = {"schema": "story/1", "story": "mine", "starts_at": "2026-10-02T09:00Z", **more}
    return from_plain(json.loads(json.dumps(plain)))


def called(stage):
    """What was asked, once the carriers that tell the shop of parcels are there."""
    return [each for each in stage.happened if isinstance(each, tuple) and not each[1].endswith("/hearing")]


def at(hours):
    return (START + hours * HOUR).isoformat()


def test_the_world_comes_in_by_the_public_import_in_an_order_that_can_stand():
    stage = PaperStage()
    play(story(world={"orders": [{"id": "1"}], "customers": [{"id": "c1"}], "products": [{"sku": "A"}]}), stage)
    hears = [("PUT", f"/v1/carriers/{each}/hearing", {"heard_since": EVER_SINCE}, "shop") for each in CARRIERS]
    assert stage.happened == [
        START,
        *hears,
        ("PUT", "/v1/customers", [{"id": "c1"}], "shop"),
        ("PUT", "/v1/products", [{"sku": "A"}], "shop"),
        ("PUT", "/v1/orders", [{"id": "1"}], "shop"),
        START,
        START,
    ]


def test_a_story_says_which_carriers_tell_its_shop_of_parcels():
    stage = PaperStage()
    play(story(shop={"hears": ["ups"]}), stage)
    assert [each[1] for each in stage.happened if isinstance(each, tuple)] == ["/v1/carriers/ups/hearing"]


def test_a_world_that_is_refused_is_told_at_its_place():
    errors = [{"index": 3, "field": "parcels.0.number", "reason": "no such number"}]
    stage = PaperStage({"PUT /v1/orders": ApiResponse(422, {"errors": errors})})
    with pytest.raises(BadStory, match="/world/orders/3/parcels/0/number: no such number"):
        play(story(world={"orders": [{"id": "1"}]}), stage)


def test_the_clock_stops_at_everything_that_falls_due_in_between():
    stage = PaperStage(due=[START + 2 * HOUR, START + 3 * HOUR, START + 9 * HOUR])
    play(story(expect=[{"at": at(5), "get": "/v1/clock"}]), stage)
    moved = [each for each in stage.happened if isinstance(each, datetime)]
    assert moved == [START, START + 2 * HOUR, START + 3 * HOUR, START + 5 * HOUR, START + 5 * HOUR]


def test_a_due_row_that_nobody_handles_does_not_hold_the_story_up():
    class Stubborn(PaperStage):
        def settle(self):
            pass

    stage = Stubborn(due=[START + HOUR])
    assert play(story(expect=[{"at": at(5), "get": "/v1/clock"}]), stage).passed


def test_events_come_before_expectations_of_the_same_instant_and_the_end_comes_last():
    stage = PaperStage()
    script = [{"at": at(2), "do": "call", "method": "POST", "path": "/b"}]
    script += [{"at": at(1), "do": "call", "method": "POST", "path": "/a"}]
    expect = [{"at": "end", "get": "/z"}, {"at": at(2), "get": "/y"}, {"at": at(1), "get": "/x"}]
    play(story(script=script, expect=expect), stage)
    assert [path for _, path, *_ in called(stage)] == ["/a", "/x", "/b", "/y", "/z"]


def test_each_kind_of_event_is_one_public_call():
    world = {"customers": [{"id": "c1"}], "staff": [{"id": "h1"}], "orders": [{"id": "o/1"}]}
    script = [
        {"do": "scan", "carrier": "usps", "body": {"x": 1}},
        {"do": "scan", "carrier": "usps", "raw": "{oops"},
        {"do": "choose", "as": "customer:c1", "order": "o/1", "remedy": "send_again"},
        {"do": "choose", "as": "staff:h1", "case": "customer:c1", "remedy": "refund"},
        {"do": "choose", "as": "customer:c1", "case": "7", "remedy": "refund"},
        {"do": "write", "as": "customer:c1", "order": "o/1", "body": "Where?"},
        {"do": "reply", "as": "staff:h1", "case": "7", "body": "Here."},
        {"do": "announce", "order": "o/1", "dispatch": 2, "carrier": "usps", "number": "94"},
        {"do": "stock", "place": "reno", "sku": "A", "on_hand": 3},
        {"do": "not_received", "as": "customer:c1", "parcel": "P1"},
        {"do": "contact", "email": "a@b.example", "body": "Hello?"},
        {"do": "import", "kind": "places", "records": [{"id": "reno"}]},
        {"do": "call", "method": "PUT", "path": "/v1/x", "body": 1, "as": "staff:h1"},
    ]
    answers = {
        "GET /v1/cases?customer=c1": {"items": [{"id": 3}, {"id": 7}]},
        "GET /v1/cases/7": {"orders": ["o/1", "2"]},
        "GET /v1/dispatches?order=o/1": {"items": [{"id": 10}, {"id": 9}]},
    }
    stage = PaperStage(answers)
    outcome = play(story(world=world, script=[{"at": at(1), **each} for each in script]), stage)
    assert outcome.failures == []
    assert [each for each in called(stage)[3:] if each[0] != "GET"] == [
        ("POST", "/inlets/scans/usps", {"x": 1}, "shop"),
        ("POST", "/inlets/scans/usps", "{oops", "shop"),
        ("POST", "/v1/orders/o%2F1/remedies", {"remedy": "send_again"}, "customer:c1"),
        ("POST", "/v1/cases/7/remedies", {"remedy": "refund"}, "staff:h1"),
        ("POST", "/v1/orders/o%2F1/remedies", {"remedy": "refund"}, "customer:c1"),
        ("POST", "/v1/orders/2/remedies", {"remedy": "refund"}, "customer:c1"),
        ("POST", "/v1/messages", {"body": "Where?", "order": "o/1"}, "customer:c1"),
        ("POST", "/v1/cases/7/replies", {"body": "Here."}, "staff:h1"),
        ("POST", "/v1/dispatches/10/parcel", {"carrier": "usps", "number": "94", "label_at": at(1)[:-6] + "Z"}, "shop"),
        ("PUT", "/v1/stock", [{"place": "reno", "sku": "A", "on_hand": 3}], "shop"),
        ("POST", "/v1/parcels/P1/not-received", None, "customer:c1"),
        ("POST", "/v1/contact", {"address": "a@b.example", "body": "Hello?"}, "shop"),
        ("PUT", "/v1/places", [{"id": "reno"}], "shop"),
        ("PUT", "/v1/x", 1, "staff:h1"),
    ]


def failures_of(answer, **checks):
    expect = [{"at": "end", "get": "/v1/x", "point": "2.1 told", **checks}]
    found = play(story(expect=expect), PaperStage({"GET /v1/x": answer})).failures
    assert all(failure.where == "/expect/0" and failure.point == "2.1 told" for failure in found)
    return [(failure.expected, failure.got) for failure in found]


LIST = {"items": [{"a": 1, "at": "2026-10-02T09:00:00Z"}, {"a": 2, "at": "2026-10-03T09:00:00Z"}], "next": None}


@pytest.mark.parametrize(
    ("answer", "checks"),
    [
        ({"a": 1}, {"is": {"a": 1}}),
        (LIST, {"count": 2, "is": {"a": {"$least": 1}}}),
        (LIST, {"is": {"items.0.a": 1}}),
        (LIST, {"is": [{"a": 1}, {"a": 2}]}),
        (LIST, {"any": {"a": 2}, "all": {"a": {"$most": 2}}, "none": {"a": 3}, "not": {"a": 3}}),
        (LIST, {"count": {"$least": 1}, "before": {"at": "2026-10-04T00:00Z"}, "after": {"at": "2026-10-01T00:00Z"}}),
        ({"b": "lost"}, {"matches": {"b": "^l"}, "not": {"b": "found"}}),
        (ApiResponse(404, "no"), {"status": 404}),
        (ApiResponse(409, "no"), {"status": [404, 409]}),
    ],
)
def test_what_holds(answer, checks):
    assert failures_of(answer, **checks) == []


@pytest.mark.parametrize(
    ("answer", "checks", "failures"),
    [
        ({"a": 1}, {"is": {"a": 2}}, [({"is": {"a": 2}}, {"a": 1})]),
        ({"items": []}, {"is": {"a": 1}}, [({"is": {"a": 1}}, [])]),
        (LIST, {"is": {"a": 1}}, [({"is": {"1.a": 1}}, {"1.a": 2})]),
        ({"items": [1]}, {"count": 2}, [({"count": 2}, {"count": 1, "items": [1]})]),
        ({"a": 1}, {"count": 1}, [({"count": 1}, {"a": 1})]),
        ({"items": [{"a": 1}]}, {"any": {"a": 2}}, [({"any": {"a": 2}}, [{"a": 1}])]),
        ({"items": [{"a": 1}]}, {"none": {"a": 1}}, [({"none": {"a": 1}}, {"a": 1})]),
        ({"items": [{"a": 1}]}, {"not": {"a": 1}}, [({"not": {"a": 1}}, {"a": 1})]),
        ({"items": [{"a": 1}]}, {"all": {"a": 2}}, [({"all": {"0.a": 2}}, {"0.a": 1})]),
        ({"b": "lost"}, {"matches": {"b": "f"}}, [({"matches": {"b": "f"}}, {"b": "lost"})]),
        (ApiResponse(500, "oh"), {"is": {"a": 1}}, [({"status": 200}, {"status": 500, "body": "oh"})]),
    ],
)
def test_what_does_not_hold_says_what_was_expected_and_what_was_got(answer, checks, failures):
    assert failures_of(answer, **checks) == failures


def test_an_event_that_goes_wrong_is_a_failure_and_the_story_goes_on():
    script = [{"at": at(1), "do": "call", "method": "POST", "path": "/v1/x"}]
    stage = PaperStage({"POST /v1/x": ApiResponse(409, {"detail": "no"})})
    outcome = play(story(script=script, expect=[{"at": "end", "get": "/v1/y", "point": "2.1"}]), stage)
    assert [asdict(failure) for failure in outcome.failures] == [
        {
            "point": "",
            "at": "2026-10-02T10:00:00Z",
            "get": "POST /v1/x",
            "expected": {"status": "2xx"},
            "got": {"status": 409, "body": {"detail": "no"}},
            "where": "/script/0",
        }
    ]
    assert outcome.ran == ["2.1"]


def test_lists_are_read_to_their_last_page():
    answers = {
        "GET /v1/x?a=1": {"items": [1, 2], "next": "two words"},
        "GET /v1/x?a=1&cursor=two%20words": {"items": [3], "next": None},
    }
    expect = [{"at": "end", "get": "/v1/x?a=1", "count": 3, "is": [1, 2, 3]}]
    assert play(story(expect=expect), PaperStage(answers)).passed


def test_later_steps_speak_of_earlier_answers():
    answers = {"GET /v1/x": {"id": 7, "seen": "now"}, "GET /v1/x/7": {"said": "now"}}
    script = [{"at": at(1), "do": "call", "method": "GET", "path": "/v1/x", "keep": "x"}]
    expect = [
        {"at": "end", "get": "/v1/x/$x.id", "is": {"said": "$x.seen"}},
        {"at": "end", "get": "$x", "is": {"id": 7}},
    ]
    assert play(story(script=script, expect=expect), PaperStage(answers)).passed


def test_a_reference_that_leads_nowhere_is_a_failure():
    script = [{"at": at(1), "do": "call", "method": "GET", "path": "/v1/x", "keep": "x"}]
    outcome = play(story(script=script, expect=[{"at": "end", "get": "/v1/x/$x.id"}]), PaperStage({"GET /v1/x": {}}))
    assert "$x.id leads nowhere" in str(outcome.failures[0].got)


def test_unplayed_is_derived_from_what_ran():
    expect = [
        {"at": "end", "get": "/x", "point": "2.1 told, and 2.3"},
        {"at": "end", "get": "/x", "point": "no number"},
    ]
    outcome = play(story(story="two-lost-parcels", expect=expect), PaperStage())
    assert outcome.as_plain() == {
        "story": "two-lost-parcels",
        "seed": None,
        "passed": True,
        "failures": [],
        "unplayed": ["2.2", "2.4", "2.5"],
    }
    assert unplayed("a story of my own", []) == []


def test_every_story_has_its_points():
    assert [len(each) for each in points().values()] == [5, 5, 2, 2, 4, 3, 2, 2, 3, 4]


def test_the_timeline_tells_each_thing_once_on_its_side():
    told = {"id": 1, "direction": "out", "subject": "Sorry", "body": "Lost."}
    parcel = {"id": "P1", "verdict": "lost", "probability_percent": 97}
    stage = PaperStage(
        {"GET /v1/messages?customer=c1": {"items": [told]}, "GET /v1/parcels?customer=c1": {"items": [parcel]}}
    )
    timeline = Timeline(["c1"])
    script = [{"at": at(hours), "do": "call", "method": "GET", "path": "/x", "note": "look"} for hours in (1, 2)]
    play(story(script=script), stage, timeline=timeline)
    assert [(entry.kind, entry.words) for entry in timeline.entries] == [
        (Kind.KNEW, "parcel P1: lost, 97 %"),
        (Kind.SAW, "c1 is told: Sorry"),
        (Kind.DONE, "look → 200"),
        (Kind.DONE, "look → 200"),
    ]
