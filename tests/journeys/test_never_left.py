"""Orders that do not leave when they should, on the real product and through its public API."""

from pathlib import Path

from makegood.stories.reading import read

STORY = Path(__file__).with_name("never_left.json")


def test_what_never_left_is_seen_in_time_told_truthfully_and_made_good(perform):
    outcome = perform(read(STORY.read_text()))
    assert list(outcome.failures) == []
