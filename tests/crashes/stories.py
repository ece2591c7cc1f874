"""The stories that are disturbed, by their names."""

from tests.crashes.lost_parcels import LOST_PARCELS
from tests.crashes.money import MONEY

STORIES = {story.name: story for story in (LOST_PARCELS, MONEY)}
