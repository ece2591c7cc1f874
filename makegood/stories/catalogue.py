"""The stories we tell ourselves, by name: each makes a variant for every seed."""

from collections.abc import Callable, Mapping

from makegood.stories.reading import from_plain
from makegood.stories.schema import Story
from makegood.stories.worlds.money_order import money_order
from makegood.stories.worlds.never_left import never_left
from makegood.stories.worlds.two_lost_parcels import two_lost_parcels
from makegood.stories.worlds.voices import Plain

STORIES: Mapping[str, Callable[[int], Plain]] = {
    "two-lost-parcels": two_lost_parcels,
    "never-left": never_left,
    "money-order": money_order,
}


class UnknownStory(Exception):
    """Nobody has written a story of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no story {name!r}; there are: {', '.join(STORIES)}, or your own with --file")


def story(name: str, *, seed: int) -> Story:
    """A variant of one of our stories.

    Raises:
        UnknownStory: there is none of this name.
    """
    if name not in STORIES:
        raise UnknownStory(name)
    return from_plain(STORIES[name](seed))
