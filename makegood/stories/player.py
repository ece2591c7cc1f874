"""Plays a story: from instant to instant, stopping at everything that falls due in between."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from makegood.stories import schema
from makegood.stories.acts import Acting, NobodyThere, put, read_whole, written
from makegood.stories.checking import CHECKS, is_right_status, shown, unmet
from makegood.stories.errors import BadStory, Problem, pointer
from makegood.stories.matching import UnknownWord
from makegood.stories.money_words import money_words
from makegood.stories.outcome import Failure, Outcome
from makegood.stories.references import Unresolved, resolved
from makegood.stories.schema import KINDS, Expectation, Story
from makegood.stories.stage import ApiResponse, Stage
from makegood.stories.timeline import Kind, Timeline

# How often in a row the clock may stop at due rows between two steps: more, and something there is never done.
MOST_STOPS = 10_000
# Since when the carriers of a shop tell it of their parcels: since before anything that a story knows of.
EVER_SINCE = "2000-01-01T00:00Z"


@dataclass(frozen=True, slots=True)
class _Step:
    """What the script or an expectation wants at one instant."""

    at: datetime
    events: Sequence[tuple[int, schema.Event]]
    expectations: Sequence[tuple[int, Expectation]]


@dataclass(slots=True)
class Player:
    """One playing of one story on one stage."""

    story: Story
    stage: Stage
    timeline: Timeline | None = None
    failures: list[Failure] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    acting: Acting = field(init=False)
    now: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.acting = Acting(self.stage)
        self.now = self.story.starts_at

    def play(self) -> Outcome:
        """Play it all; an event that goes wrong is a failure, and the story goes on.

        Raises:
            BadStory: its world can't be taken in.
        """
        for _ in self.steps():
            pass
        return Outcome(story=self.story.story, seed=self.story.seed, failures=self.failures, ran=self.ran)

    def steps(self) -> Iterator[datetime]:
        """Play it instant by instant: its beginning, then each instant at which something happens or is looked at.

        Raises:
            BadStory: its world can't be taken in.
        """
        self._set_up()
        yield self.story.starts_at
        for step in _steps(self.story):
            self._advance(step.at)
            for index, event in step.events:
                self._do(index, event)
            for index, each in step.expectations:
                self._look(index, each, at=step.at)
            yield step.at

    def _set_up(self) -> None:
        self.stage.move_clock(self.story.starts_at)
        for carrier in self.story.shop.hears:
            self.stage.call("PUT", f"/v1/carriers/{carrier}/hearing", body={"heard_since": EVER_SINCE})
        for kind in KINDS:
            records = getattr(self.story.world, kind)
            if records:
                request = put(kind, records)
                answer = self.acting.ask(request)
                if not is_right_status(None, answer.status):
                    raise BadStory(_problems_of_world(kind, answer))
        self._settle(self.story.starts_at)

    def _advance(self, to: datetime) -> None:
        """Move the clock to `to`, doing at its own instant whatever falls due on the way."""
        now = self.now
        for _ in range(MOST_STOPS):
            due_at = self.stage.next_due()
            # What is due and was not done would be done by no other sweep at this instant.
            if due_at is None or not now < due_at <= to:
                break
            self._settle_at(due_at)
            now = due_at
        self._settle_at(to)

    def _settle_at(self, at: datetime) -> None:
        self.now = at
        self.stage.move_clock(at)
        self._settle(at)

    def _settle(self, at: datetime) -> None:
        self.stage.settle()
        if self.timeline:
            self.timeline.look(self.stage, at=at)

    def _do(self, index: int, event: schema.Event) -> None:
        answer: ApiResponse | None = None
        try:
            for request, answer in self.acting.do(event):
                money = money_words(request, answer)
                said = f"{event.note or event.told()}{money and f': {money}'}"
                self._note(event.at, Kind.DONE, f"{said} → {answer.status}")
                if not is_right_status(event.status, answer.status):
                    self._fail_event(index, event, str(request), shown(answer))
        except (NobodyThere, Unresolved) as error:
            self._fail_event(index, event, event.told(), str(error))
        if event.keep and answer is not None:
            self.acting.kept[event.keep] = answer.body
        self._settle(event.at)

    def _fail_event(self, index: int, event: schema.Event, asked: str, got: JsonValue) -> None:
        wanted: JsonValue = "2xx" if event.status is None else event.status  # type: ignore[assignment]
        self._fail(
            Failure(
                point="",
                at=written(event.at),
                get=asked,
                expected={"status": wanted},
                got=got,
                where=pointer("script", index),
            )
        )

    def _look(self, index: int, each: Expectation, *, at: datetime) -> None:
        where = pointer("expect", index)
        self.ran.append(each.point)
        expected: JsonValue = None
        try:
            answer = self._read(each)
            asked = {
                name: resolved(value, self.acting.kept)
                for name, value in each.model_dump(mode="json", include=CHECKS.keys() & each.model_fields_set).items()
            }
            found = [(one.expected, one.got) for one in unmet(each, answer, asked)]
        except Unresolved as error:
            found = [(expected, str(error))]
        except UnknownWord as error:
            raise BadStory([Problem(where, str(error))]) from error
        else:
            if each.keep:
                self.acting.kept[each.keep] = answer.body
        for expected, got in found:
            self._fail(Failure(point=each.point, at=written(at), get=each.get, expected=expected, got=got, where=where))
        if not found:
            self._note(at, Kind.PROVEN, f"{each.point} {each.note or each.get}".strip())

    def _read(self, each: Expectation) -> ApiResponse:
        """The answer at an address, or one that was kept before."""
        if each.get.startswith("$"):
            return ApiResponse(200, resolved(each.get, self.acting.kept))
        return read_whole(self.stage, self.acting.text(each.get), by=each.as_)

    def _fail(self, failure: Failure) -> None:
        self.failures.append(failure)
        what = f"{failure.point} {failure.get}: expected {failure.expected}, got {failure.got}".strip()
        self._note(datetime.fromisoformat(failure.at), Kind.FAILED, what)

    def _note(self, at: datetime, kind: Kind, words: str) -> None:
        if self.timeline:
            self.timeline.note(at, kind, words)


def play(story: Story, stage: Stage, *, timeline: Timeline | None = None) -> Outcome:
    """What becomes of `story` on a fresh `stage`; `timeline`, if given, is filled with what both sides saw.

    Raises:
        BadStory: its world can't be taken in, or a pattern can't be understood.
    """
    return Player(story, stage, timeline).play()


def _steps(story: Story) -> Iterator[_Step]:
    """Each instant once, its events before its expectations, both in the file's order; "end" comes last of all."""
    instants = {event.at for event in story.script} | {each.at for each in story.expect if each.at != "end"}
    last = max(instants, default=story.starts_at)
    for at in sorted(instants | {last}):
        yield _Step(
            at=at,
            events=[(index, event) for index, event in enumerate(story.script) if event.at == at],
            expectations=[(index, each) for index, each in enumerate(story.expect) if each.at == at],
        )
    ends = [(index, each) for index, each in enumerate(story.expect) if each.at == "end"]
    yield _Step(at=last, events=[], expectations=ends)


def _problems_of_world(kind: str, answer: ApiResponse) -> list[Problem]:
    """What the public import refused, at its place in the file."""
    body = answer.body if isinstance(answer.body, dict) else {}
    errors = body.get("errors")
    found = []
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict):
            index, named = error.get("index"), str(error.get("field", ""))
            steps = [] if index is None else [str(index)]
            steps += [step for step in named.split(".") if step]
            found.append(Problem(pointer("world", kind, *steps), f"{error.get('reason')}; the import refused it"))
    reason = str(body.get("detail") or body.get("title") or answer.body)
    return found or [Problem(pointer("world", kind), f"the import answered {answer.status}: {reason}")]
