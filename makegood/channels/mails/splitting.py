"""A body's lines told apart: what the sender wrote, what is history, what is signature. Every line is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from makegood.channels.mails import bounds
from makegood.channels.mails.headings import heading_at, is_headed
from makegood.channels.mails.lines import MailLine
from makegood.channels.mails.signatures import signature_lines, warning_lines
from makegood.channels.mails.vocabulary import ADDRESS, DIRECTION, RULE


class Belongs(Enum):
    VISIBLE = 1
    QUOTED = 2
    SIGNATURE = 3


@dataclass(frozen=True, slots=True)
class Split:
    visible: str
    quoted: str
    signature: str


def split_lines(lines: Sequence[MailLine]) -> Split:
    """Each line is put into one of three texts.

    History is what `>` or the HTML marks, and what follows a heading ("On … wrote:", a block of From, Sent, Subject,
    "Original Message") with that heading. Where the words after it are marked, only those are history, and a
    person's answers between or below them stay visible; where they are not, all that follows is. A mail that would
    show nothing (forwarded without a word) shows its newest words.
    """
    if len(lines) > bounds.LINES:
        split = split_lines(lines[: bounds.LINES])
        rest = "\n".join(line.text for line in lines[bounds.LINES :])
        return Split(split.visible, f"{split.quoted}\n{rest}".strip("\n"), split.signature)
    words = [DIRECTION.sub("", line.text[: bounds.LINE_CHARS]) for line in lines]
    belongs = [_marked(line) for line in lines]
    forwarded = _put_history(lines, words, belongs)
    for number, run in enumerate(_visible_runs(belongs)):
        shown = [words[index] for index in run]
        for offset in signature_lines(shown, is_first=number == 0):
            belongs[run[offset]] = Belongs.SIGNATURE
    first = next((run for run in _visible_runs(belongs)), [])
    for offset in warning_lines([words[index] for index in first]):
        belongs[first[offset]] = Belongs.SIGNATURE
    if forwarded is not None and not _joined(lines, belongs, Belongs.VISIBLE):
        _show_newest(lines, words, belongs, forwarded)
    return Split(*(_joined(lines, belongs, each) for each in Belongs))


def _marked(line: MailLine) -> Belongs:
    if line.is_quoted:
        return Belongs.QUOTED
    return Belongs.SIGNATURE if line.is_signature else Belongs.VISIBLE


def _joined(lines: Sequence[MailLine], belongs: list[Belongs], wanted: Belongs) -> str:
    """The lines of one kind; what stood apart is parted by an empty line."""
    kept: list[str] = []
    last = -1
    for index, line in enumerate(lines):
        if belongs[index] is not wanted:
            continue
        if last >= 0 and index != last + 1 and kept and kept[-1].strip():
            kept.append("")
        kept.append(line.text.rstrip())
        last = index
    return "\n".join(kept).strip("\n").rstrip()


def _visible_runs(belongs: list[Belongs]) -> list[list[int]]:
    runs: list[list[int]] = []
    for index, each in enumerate(belongs):
        if each is not Belongs.VISIBLE:
            continue
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _put_history(lines: Sequence[MailLine], words: list[str], belongs: list[Belongs]) -> int | None:
    """Mark headings and what follows them; where unmarked history begins, None where there is none."""
    index = 0
    while index < len(lines):
        if lines[index].begins_history or (is_headed(words[index]) and not _is_followed_by_quoted(lines, words, index)):
            return _all_from(index, words, belongs)
        if belongs[index] is not Belongs.VISIBLE or not words[index].strip():
            index += 1
            continue
        heading = heading_at(words, index)
        if heading is None:
            index += 1
            continue
        following = next((after for after in range(heading.end, len(lines)) if words[after].strip()), None)
        # What is only set off is older words where a program announces them: “the driver wrote” is a person's.
        is_indented = heading.is_sure and following is not None and lines[following].is_indented
        is_marked = is_indented or (following is not None and lines[following].is_quoted)
        if not is_marked and heading.is_sure:
            return _all_from(heading.start, words, belongs)
        end = heading.end
        if is_indented:
            end = next(
                (at for at in range(end, len(lines)) if words[at].strip() and not lines[at].is_indented), len(lines)
            )
        if is_marked:
            belongs[heading.start : end] = [Belongs.QUOTED] * (end - heading.start)
        index = end
    return None


def _is_followed_by_quoted(lines: Sequence[MailLine], words: list[str], index: int) -> bool:
    following = next((at for at in range(index + 1, len(lines)) if words[at].strip()), None)
    return following is not None and lines[following].is_quoted


def _all_from(start: int, words: list[str], belongs: list[Belongs]) -> int:
    """Everything from `start` on is history, with the rule drawn above it."""
    above = start
    while above > 0 and (not words[above - 1].strip() or _is_drawn(words, above - 1)):
        above -= 1
        if words[above].strip():
            start = above
    belongs[start:] = [Belongs.QUOTED] * (len(belongs) - start)
    return start


def _is_drawn(words: list[str], at: int) -> bool:
    """Whether a line is a rule, or an address right below one, as Foxmail writes."""
    if RULE.fullmatch(words[at]):
        return True
    return at > 0 and RULE.fullmatch(words[at - 1]) is not None and ADDRESS.fullmatch(words[at].strip()) is not None


def _show_newest(lines: Sequence[MailLine], words: list[str], belongs: list[Belongs], start: int) -> None:
    """Show the newest of the old messages that says something."""
    index = start
    while index < len(lines):
        heading = heading_at(words, index) if words[index].strip() else None
        if heading or RULE.fullmatch(words[index]) or not words[index].strip():
            index = heading.end if heading else index + 1
            continue
        end = index
        while end < len(lines) and not (words[end].strip() and heading_at(words, end)):
            end += 1
        signed = set(signature_lines(words[index:end], is_first=True))
        for at in range(index, end):
            belongs[at] = Belongs.SIGNATURE if at - index in signed else Belongs.VISIBLE
        return
