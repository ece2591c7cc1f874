"""A story on the terminal: what the customer saw on the left, what we knew on the right."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from makegood.stories.outcome import Outcome
from makegood.stories.timeline import Entry, Kind, Timeline

LOOKS = {
    Kind.DONE: ("•", "bold"),
    Kind.SAW: ("✉", "cyan"),
    Kind.KNEW: ("·", "yellow"),
    Kind.PROVEN: ("✓", "green"),
    Kind.FAILED: ("✗", "bold red"),
}
LONGEST = 400


def show_timeline(console: Console, timeline: Timeline) -> None:
    """The whole story, an instant at a time."""
    table = Table(box=None, pad_edge=False, expand=True)
    table.add_column("UTC", style="dim", no_wrap=True)
    table.add_column("what the customer did and saw", ratio=1)
    table.add_column("what we did and knew", ratio=1)
    before = ""
    for entry in timeline.entries:
        when = f"{entry.at:%a %d %b %H:%M}"
        left, right = _sides(entry)
        table.add_row("" if when == before else when, left, right)
        before = when
    console.print(table)


def _sides(entry: Entry) -> tuple[Text, Text]:
    mark, style = LOOKS[entry.kind]
    words = f"{mark} {entry.words[:LONGEST]}"
    if entry.detail:
        words += f"\n{entry.detail}"
    text = Text(words, style=style)
    return (text, Text()) if entry.kind in {Kind.DONE, Kind.SAW} else (Text(), text)


def show_outcome(console: Console, outcome: Outcome, *, seconds: float) -> None:
    """One line, and below it what was otherwise than it should have been."""
    seed = f" seed {outcome.seed}" if outcome.seed is not None else ""
    mark, style = ("✓", "green") if outcome.passed else ("✗", "bold red")
    checked = f"{len(outcome.ran)} expectations, {seconds:.1f} s"
    console.print(Text(f"{mark} {outcome.story}{seed}", style=style), Text(f"  {checked}", style="dim"))
    for failure in outcome.failures:
        where = f"  {failure.point or 'script'} at {failure.at}  {failure.get}  ({failure.where})"
        console.print(Text(where, style="red"))
        console.print(Text(f"    expected {failure.expected}"[:LONGEST]))
        console.print(Text(f"    got      {failure.got}"[:LONGEST]))
    if outcome.unplayed:
        console.print(Text(f"  not played yet: {', '.join(outcome.unplayed)}", style="dim"))
