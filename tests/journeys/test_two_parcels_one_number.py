"""Two orders in one box, and two parts of one in another, on the real product: each parcel hears its box."""

from pathlib import Path

from makegood.stories.reading import read

STORY = Path(__file__).with_name("two_parcels_one_number.json")


def test_every_parcel_under_a_number_hears_what_is_scanned(perform):
    outcome = perform(read(STORY.read_text("utf-8")))
    assert list(outcome.failures) == []
