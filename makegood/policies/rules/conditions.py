"""Conditions in CEL: compiled, and read for what would only show once they are evaluated.

CEL knows names and types only when it evaluates, and passes over what stands behind an `||` that holds already; it
compares 11 with 10.5 and 'pendng' with anything. So the text of a condition is held against the vocabulary as well.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise, takewhile

import cel

from makegood.policies.rules.vocabulary import FUNCTIONS, MACROS, NAMES, ROOTS, TEXTS, Kind

LONGEST = 4_000
# What elements of lists hold, whichever list it is; evaluating says the rest.
OF_ELEMENTS = {name.rpartition(".")[2] for name in NAMES if NAMES.get(name.rpartition(".")[0]) is Kind.LIST}
_QUOTED = r"[rRbB]{0,2}(?:\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')"
_TOKEN = re.compile(
    rf"(?P<space>\s+|//[^\n]*)|(?P<text>{_QUOTED})"
    r"|(?P<fraction>\d+\.\d+(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+)|(?P<unsigned>(?:0x[\da-fA-F]+|\d+)[uU])"
    r"|(?P<number>0x[\da-fA-F]+|\d+)|(?P<path>[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)|(?P<sign>==|!=|<=|>=|&&|\|\||.)",
    re.DOTALL,
)
_COMPARED = {"==", "!=", "<", "<=", ">", ">="}
_WORDS_OF_CEL = {"true": Kind.TRUTH, "false": Kind.TRUTH}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a condition: what it is (a group of `_TOKEN`), how it is written, and its column from 1."""

    sort: str
    text: str
    column: int

    @property
    def kind(self) -> Kind | None:
        """What it means, of a literal."""
        return {"text": Kind.TEXT, "number": Kind.NUMBER}.get(self.sort) or _WORDS_OF_CEL.get(self.text)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong in a condition, and the way out; at a column, from 1."""

    column: int
    reason: str


def compile_condition(text: str) -> cel.Program:
    """A condition ready to be evaluated.

    Raises:
        ValueError: it is no CEL, or too long; the words say where.
    """
    if len(text) > LONGEST:
        raise ValueError(f"it has {len(text)} characters; split what is over {LONGEST} into values")
    try:
        return cel.compile(text)
    except ValueError as error:
        raise ValueError(_said_shortly(str(error))) from error


def findings(text: str, *, values: Collection[str] = ()) -> tuple[Finding, ...]:
    """All that is wrong with a condition, as far as its text tells; `values` are the names of those before it."""
    try:
        program = compile_condition(text)
    except ValueError as error:
        return (Finding(1, str(error)),)
    tokens = tokens_of(text)
    known = {*values, *_bound(tokens)}
    found = [
        *_fractions(tokens),
        *_unknown_names(tokens, known, values),
        *_unknown_functions(tokens),
        *_unlike(tokens, known),
    ]
    return tuple(found or _hidden(program, known))


def tokens_of(text: str) -> list[Token]:
    """The pieces of a condition; blanks and comments are left out, and a path is one piece."""
    return [
        Token(match.lastgroup or "sign", re.sub(r"\s", "", match[0]) if match.lastgroup == "path" else match[0], at)
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
        for at in [match.start() + 1]
    ]


def texts_said(text: str) -> Iterator[tuple[str, str]]:
    """The texts that a condition asks for, each with the last part of the name that it is held against."""
    tokens = tokens_of(text)
    for place, (left, sign) in enumerate(pairwise(tokens)):
        if sign.text in {"==", "!=", "in"} and place + 2 < len(tokens):
            right = tokens[place + 2]
            listed = takewhile(lambda token: token.text != "]", tokens[place + 3 :]) if right.text == "[" else [right]
            name = left if left.sort == "path" else right
            texts = [left] if left.sort == "text" else listed
            if name.sort == "path":
                yield from ((name.text.rpartition(".")[2], _bare(each)) for each in texts if each.sort == "text")


def _bare(token: Token) -> str:
    return token.text.lstrip("rRbB")[1:-1]


def _said_shortly(message: str) -> str:
    """CEL repeats the whole expression, and lists all that could have stood there."""
    found = re.search(r"<input>:(\d+):(\d+): (.*)", message)
    if not found:
        return f"it is no CEL: {message[:200]}"
    return f"it is no CEL: line {found[1]}, column {found[2]}: {found[3].partition(' expecting {')[0][:200]}"


def _bound(tokens: Sequence[Token]) -> set[str]:
    """Names that a macro gives to an element, as `each` in `change.items.all(each, …)`."""
    return {
        after.text
        for (call, bracket), (_, after) in pairwise(pairwise(tokens))
        if bracket.text == "(" and call.text.rpartition(".")[2] in MACROS and after.sort == "path"
    }


def _fractions(tokens: Sequence[Token]) -> Iterator[Finding]:
    for token in tokens:
        if token.sort == "fraction":
            yield Finding(token.column, f"{token.text} is a fraction; sums are minor units: write 10.50 as 1050")
        elif token.sort == "unsigned":
            yield Finding(token.column, f"{token.text} is a number of another kind; leave out the u")


def _paths(tokens: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Each path that begins an expression, without the function called at its end."""
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        if token.sort != "path" or token.text in {"true", "false", "null", "in"} or (before and before.text == "."):
            continue
        path = token.text.rpartition(".")[0] if after and after.text == "(" else token.text
        if path:
            yield token, path


def _unknown_names(tokens: Sequence[Token], known: set[str], values: Collection[str]) -> Iterator[Finding]:
    bound = known - set(values)
    for token, path in _paths(tokens):
        root, _, rest = path.partition(".")
        if root in bound:
            if rest and rest not in OF_ELEMENTS:
                yield Finding(token.column, f"there is no {path!r}{_nearest(rest, OF_ELEMENTS)}")
        elif path not in NAMES and path not in values:
            near = {name for name in NAMES if name.startswith(f"{root}.")} or {*ROOTS, *values}
            yield Finding(token.column, f"there is no {path!r}{_nearest(path, near)}")


def _unknown_functions(tokens: Sequence[Token]) -> Iterator[Finding]:
    for token, after in pairwise(tokens):
        name = token.text.rpartition(".")[2]
        if token.sort == "path" and after.text == "(" and token.text != "in" and name not in FUNCTIONS:
            yield Finding(token.column, f"there is no function {name!r}{_nearest(name, FUNCTIONS)}")


def _nearest(name: str, names: Collection[str]) -> str:
    close = get_close_matches(name, sorted(names), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else f"; there are: {', '.join(sorted(names))}"


def _unlike(tokens: Sequence[Token], known: set[str]) -> Iterator[Finding]:
    """Comparisons that never hold: of different types, or with a text that never occurs."""
    for left, sign, right in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if sign.text in _COMPARED:
            kinds = _kind(left, known), _kind(right, known)
            if None not in kinds and kinds[0] is not kinds[1]:
                yield Finding(left.column, f"{left.text} is {kinds[0]}, and {right.text} is {kinds[1]}")
            yield from _never(left, right)
            yield from _never(right, left)
    for place, (left, sign) in enumerate(pairwise(tokens)):
        if sign.text == "in" and left.text in TEXTS and tokens[place + 2].text == "[":
            for token in takewhile(lambda token: token.text != "]", tokens[place + 3 :]):
                yield from _never(left, token)


def _kind(token: Token, known: set[str]) -> Kind | None:
    if token.kind is not None or token.sort != "path" or token.text.partition(".")[0] in known:
        return token.kind
    return NAMES.get(token.text)


def _never(name: Token, literal: Token) -> Iterator[Finding]:
    texts = TEXTS.get(name.text)
    said = _bare(literal)
    if texts and literal.sort == "text" and said not in texts:
        yield Finding(literal.column, f"{name.text} is never {said!r}{_nearest(said, texts)}")


def _hidden(program: cel.Program, known: set[str]) -> Iterator[Finding]:
    """What CEL sees and the pieces did not show, as in a text of several lines."""
    for name in program.variables():
        if name not in known | ROOTS:
            yield Finding(1, f"there is no {name!r}{_nearest(name, ROOTS)}")
