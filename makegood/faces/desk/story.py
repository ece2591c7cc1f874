"""A story lived through in a shop of its own, one step at a time: what the customer saw, and what we knew."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from makegood.faces.desk.frame import shown
from makegood.kit.records import number_of
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from makegood.stories.catalogue import story
from makegood.stories.player import Player
from makegood.stories.remote import RemoteStage
from makegood.stories.schema import Story
from makegood.stories.timeline import Timeline, customers_of


@dataclass(slots=True)
class Playing:
    """How far the story has been played. It is kept by the one web process of the demo, and is gone with it."""

    story: Story
    timeline: Timeline
    player: Player
    steps: Iterator[datetime]
    at: datetime | None = None
    taken: int = 0
    is_over: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_step(self) -> None:
        with self.lock:
            try:
                self.at = next(self.steps)
                self.taken += 1
            except StopIteration:
                self.is_over = True


_playing: dict[str, Playing] = {}


def _now_playing() -> Playing:
    """The story of this shop, taken up at its beginning the first time it is asked for.

    Raises:
        Http404: this shop lives through no story.
    """
    if not settings.STORY:
        raise Http404
    if settings.STORY not in _playing:
        name, _, seed = settings.STORY.rpartition(":")
        one = story(name, seed=int(seed))
        timeline = Timeline(customers_of(one.world.orders))
        _, token = issue_token(name=f"story {settings.STORY}", scopes=list(Scope))
        player = Player(one, RemoteStage(address=settings.BASE_URL, token=token), timeline)
        _playing[settings.STORY] = Playing(one, timeline, player, player.steps())
    return _playing[settings.STORY]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The story so far, the newest first."""
    playing = _now_playing()
    context = {
        "playing": playing,
        "entries": list(reversed(playing.timeline.entries)),
        "failures": playing.player.failures,
        "points": sorted(set(playing.player.ran)),
    }
    return shown(request, "desk/story.html", context)


@require_POST
def step(request: HttpRequest) -> HttpResponse:
    """Live on to the next instant at which something happens, or as many of them as are asked for."""
    playing = _now_playing()
    wanted = request.POST.get("steps", "1")
    for _ in range(min(number_of(wanted) or 1, 50)):
        playing.next_step()
        if playing.is_over:
            break
    return redirect(reverse("desk:story"))
