"""Patterns: plain JSON that asks for what it names, and words for the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.stories.matching import Difference, UnknownWord, differences
from makegood.stories.references import Unresolved, pluck, resolved

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_characters="$.")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_characters="$.")), inner),
)


@given(JSON)
def test_everything_is_like_itself(value):
    assert differences(value, value) == []


@given(st.dictionaries(st.text(st.characters(exclude_characters="$."), min_size=1), JSON, min_size=1))
def test_an_object_asks_only_for_what_it_names(value):
    name = next(iter(value))
    assert differences({name: value[name]}, value) == []


@pytest.mark.parametrize(
    ("pattern", "got"),
    [
        ({"a.b": 1}, {"a": {"b": 1}}),
        ({"a.1.b": 1}, {"a": [0, {"b": 1}]}),
        ({"a.-1": 3}, {"a": [1, 2, 3]}),
        ({"a.b": 1}, {"a.b": 1}),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}, "d": 3}),
        ({"at": "2026-10-02T09:00Z"}, {"at": "2026-10-02T11:00:00+02:00"}),
        (1, 1.0),
        ({"body": {"$matches": "lost.*93\\s%"}}, {"body": "it is lost: 93\u00a0% sure"}),
        ({"body": {"$matches": ["lost", "sure"]}}, {"body": "sure it is lost"}),
        ({"at": {"$before": "2026-10-02T09:00Z"}}, {"at": "2026-10-02T08:59:59Z"}),
        ({"at": {"$after": "2026-10-02T09:00Z"}}, {"at": "2026-10-02T09:00:01Z"}),
        ({"n": {"$least": 2, "$most": 3}}, {"n": 3}),
        ({"n": {"$not": 2}}, {"n": 3}),
        ({"n": {"$one_of": [2, 3]}}, {"n": 3}),
        ({"l": {"$any": {"x": 1}}}, {"l": [{"x": 2}, {"x": 1}]}),
        ({"l": {"$all": {"x": {"$least": 1}}}}, {"l": [{"x": 2}, {"x": 1}]}),
        ({"l": {"$none": {"x": 3}}}, {"l": [{"x": 2}, {"x": 1}]}),
        ({"l": {"$count": 2}}, {"l": [1, 2]}),
        ({"l": {"$count": {"$least": 1}}}, {"l": [1, 2]}),
        ({"x": {"$absent": True}}, {"y": 1}),
        ([1, {"x": 2}], [1, {"x": 2, "y": 3}]),
    ],
)
def test_holds(pattern, got):
    assert differences(pattern, got) == []


@pytest.mark.parametrize(
    ("pattern", "got"),
    [
        ({"a.b": 1}, {"a": {"b": 2}}),
        ({"a.b": 1}, {"a": 1}),
        ({"a": None}, {}),
        (True, 1),
        (0, False),
        (1, "1"),
        ([1], [1, 2]),
        ({"at": "2026-10-02T09:00Z"}, {"at": "2026-10-02T09:01Z"}),
        ({"body": {"$matches": ["lost", "sure"]}}, {"body": "lost"}),
        ({"body": {"$matches": "1"}}, {"body": 1}),
        ({"at": {"$before": "2026-10-02T09:00Z"}}, {"at": "2026-10-02T09:00Z"}),
        ({"at": {"$before": "2026-10-02T09:00Z"}}, {"at": None}),
        ({"n": {"$least": 2}}, {"n": True}),
        ({"n": {"$least": 2}}, {}),
        ({"l": {"$any": {"x": 1}}}, {"l": []}),
        ({"l": {"$all": {"x": 1}}}, {"l": [{"x": 1}, {"x": 2}]}),
        ({"l": {"$none": {"x": 1}}}, {"l": [{"x": 1}]}),
        ({"l": {"$none": {"x": 1}}}, {}),
        ({"l": {"$count": 2}}, {"l": [1]}),
        ({"x": {"$absent": True}}, {"x": None}),
    ],
)
def test_does_not_hold(pattern, got):
    assert differences(pattern, got)


def test_a_difference_says_where():
    assert differences({"a": {"b.0": 1}}, {"a": {"b": [2]}}) == [Difference("a.b.0", 1, 2)]
    assert differences({"a": 1}, {}) == [Difference("a", 1, "nothing there")]


def test_a_word_that_means_nothing_is_refused():
    with pytest.raises(UnknownWord, match=r"\$mach is no word"):
        differences({"$mach": "x"}, "x")


def test_references_take_parts_of_what_was_kept():
    kept = {"case": {"items": [{"id": 7}]}}
    assert resolved("$case.items.0.id", kept) == 7
    assert resolved({"path": "/v1/cases/$case.items.0.id/notes"}, kept) == {"path": "/v1/cases/7/notes"}
    assert resolved(["$price", "costs $5, or $ 6"], kept) == ["$price", "costs $5, or $ 6"]
    with pytest.raises(Unresolved, match=r"\$case.items.1.id leads nowhere"):
        resolved("$case.items.1.id", kept)


def test_plucking_prefers_a_key_that_is_there():
    assert pluck({"a.b": 1, "a": {"b": 2}}, "a.b") == 1
