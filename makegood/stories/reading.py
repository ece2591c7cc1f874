"""From text to a story, or to a list of everything that is wrong with it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from pydantic import BaseModel, JsonValue, ValidationError

from makegood.stories import schema
from makegood.stories.errors import BadStory, Problem, pointer
from makegood.stories.references import names_in
from makegood.stories.schema import EVENTS, KINDS, VERSION, Event, Expectation, Story

# The form that the fields of each part of a story have, the script apart.
FORMS: Mapping[str, type[BaseModel]] = {"world": schema.World, "shop": schema.Shop, "expect": Expectation}


def read(text: str) -> Story:
    """The story in a file's text.

    Raises:
        BadStory: it is none; every problem is listed with its place and the way out.
    """
    try:
        plain = json.loads(text)
    except ValueError as error:
        where = f"line {error.lineno} column {error.colno}" if isinstance(error, json.JSONDecodeError) else "the file"
        raise BadStory([Problem("", f"{where} is not JSON ({error}); put it right there")]) from error
    return from_plain(plain)


def from_plain(plain: JsonValue) -> Story:
    """The story in what was decoded from JSON.

    Raises:
        BadStory: it is none.
    """
    if not isinstance(plain, dict):
        raise BadStory([Problem("", 'a story is one object; begin with {"schema": "story/1", "story": …}')])
    if plain.get("schema", VERSION) != VERSION:
        raise BadStory([Problem("/schema", f"this player reads {VERSION!r}; write that, or take another player")])
    try:
        story = Story.model_validate(plain)
    except ValidationError as error:
        raise BadStory([_problem(each, plain) for each in error.errors()]) from None
    problems = [*_out_of_time(story), *_unknown_references(story), *_bad_patterns(story), *_unkept_names(story)]
    if problems:
        raise BadStory(problems)
    return story


def _problem(error: Mapping[str, object], plain: Mapping[str, object]) -> Problem:
    steps = _steps(error["loc"], plain, ends_missing=error["type"] == "missing")  # type: ignore[arg-type]
    return Problem(pointer(*steps), _reason(error, steps, plain))


def _steps(loc: Sequence[str | int], plain: Mapping[str, object], *, ends_missing: bool) -> list[str | int]:
    """The file's own steps: without the names that alternatives have in the form."""
    found: list[str | int] = []
    at: object = plain
    for place, step in enumerate(loc):
        is_missing = ends_missing and place == len(loc) - 1
        if isinstance(at, Mapping) and (step in at or is_missing):
            found.append(step)
            at = at.get(step)
        elif isinstance(at, Sequence) and not isinstance(at, str) and isinstance(step, int) and step < len(at):
            found.append(step)
            at = at[step]
    return found


def _reason(error: Mapping[str, object], steps: Sequence[str | int], plain: Mapping[str, object]) -> str:
    kind, message = str(error["type"]), str(error["msg"])
    context = error.get("ctx")
    context = context if isinstance(context, Mapping) else {}
    if kind == "missing":
        return "it is missing; add it"
    if kind == "extra_forbidden":
        return _no_such_field(str(steps[-1]), _form_at(steps, plain))
    if kind in {"union_tag_not_found", "union_tag_invalid"}:
        return f'it says nothing to do that we know; give "do" as one of {", ".join(EVENTS)}'
    if kind.startswith("datetime"):
        return f"{error.get('input')!r} is no instant; write it as in 2026-10-02T09:00Z"
    if kind == "literal_error":
        return f"{error.get('input')!r} stands for nothing here; write {context.get('expected')}"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    if kind == "string_pattern_mismatch":
        return f"{error.get('input')!r} does not look right; write it so that it matches {context.get('pattern')}"
    return f"{message[:1].lower()}{message[1:]}; put it right as docs/stories.md says"


def _no_such_field(name: str, form: type[BaseModel] | None) -> str:
    if form is None:
        return f"there is no field {name!r} here; take it out"
    known = [field.alias or key for key, field in form.model_fields.items()]
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"take it out, or use one of {', '.join(known)}"
    return f"there is no field {name!r} here; {hint}"


def _form_at(steps: Sequence[str | int], plain: Mapping[str, object]) -> type[BaseModel] | None:
    if len(steps) == 1:
        return Story
    script = plain.get("script")
    if steps[0] == "script" and isinstance(script, list) and isinstance(steps[1], int):
        return EVENTS.get(str(script[steps[1]].get("do")))
    return FORMS.get(str(steps[0]))


def _all_steps(story: Story) -> Iterator[tuple[str, int, Event | Expectation]]:
    """Everything that happens or is expected, with its place in the file."""
    yield from (("script", index, event) for index, event in enumerate(story.script))
    yield from (("expect", index, each) for index, each in enumerate(story.expect))


def _out_of_time(story: Story) -> Iterator[Problem]:
    reason = f"it is before the story starts at {story.starts_at:%Y-%m-%dT%H:%MZ}; move it, or start earlier"
    for part, index, each in _all_steps(story):
        if each.at != "end" and each.at < story.starts_at:
            yield Problem(pointer(part, index, "at"), reason)


def _unknown_references(story: Story) -> Iterator[Problem]:
    """Whom and what the script names must be in the world, or be taken in by the script, or come from a kept answer."""
    known = {kind: {str(row.get("id")) for row in getattr(story.world, kind)} for kind in KINDS}
    for event in story.script:
        if isinstance(event, schema.Import):
            known[event.kind.replace("-", "_")] |= {str(row.get("id")) for row in event.records}
    for part, index, each in _all_steps(story):
        kind, _, name = getattr(each, "as_", "shop").partition(":")
        room = {"customer": "customers", "staff": "staff"}.get(kind)
        if room and "$" not in name and name not in known[room]:
            yield Problem(pointer(part, index, "as"), _unknown(name, room, known[room]))
    for index, event in enumerate(story.script):
        order = None if isinstance(event, schema.Contact) else getattr(event, "order", None)
        if order and "$" not in order and order not in known["orders"]:
            yield Problem(pointer("script", index, "order"), _unknown(order, "orders", known["orders"]))


def _unknown(name: str, kind: str, known: set[str]) -> str:
    there = ", ".join(sorted(known)) or "none at all"
    return f"{name!r} is none of the story's {kind} ({there}); add it to the world, or name one of those"


def _bad_patterns(story: Story) -> Iterator[Problem]:
    for index, each in enumerate(story.expect):
        for path, pattern in (each.matches or {}).items():
            try:
                re.compile(pattern)
            except re.error as error:
                reason = f"{pattern!r} is no regular expression ({error}); put it right"
                yield Problem(pointer("expect", index, "matches", path), reason)


def _unkept_names(story: Story) -> Iterator[Problem]:
    kept = {each.keep for _, _, each in _all_steps(story) if each.keep}
    for part, index, each in _all_steps(story):
        field = "get" if part == "expect" else "path"
        for name in names_in(getattr(each, field, "")) - kept:
            reason = f'nothing is kept as {name!r}; add "keep": "{name}" to an earlier step'
            yield Problem(pointer(part, index, field), reason)
