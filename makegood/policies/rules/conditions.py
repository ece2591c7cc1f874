"""Conditions in CEL: compiled, and read for what would only show once they are evaluated.

CEL knows names and types only when it evaluates, and passes over what stands behind an `||` that holds already; it
compares 11 with 10.5 and 'pendng' with anything. So the text of a condition is held against the vocabulary as well.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise, takewhile

import cel

from makegood.policies.rules.vocabulary import FUNCTIONS, MACROS, Kind, Vocabulary

LONGEST = 4_000
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


def findings(text: str, *, vocabulary: Vocabulary, values: Mapping[str, Kind | None]) -> tuple[Finding, ...]:
    """All that is wrong with a condition, as far as its text tells.

    `values` are the names of those before it, and what they come to where that is known.
    """
    try:
        program = compile_condition(text)
    except ValueError as error:
        return (Finding(1, str(error)),)
    tokens = tokens_of(text)
    scope = _Scope(vocabulary, values, frozenset(_bound(tokens)))
    found = [
        *_fractions(tokens),
        *scope.unknown_names(tokens),
        *_unknown_functions(tokens),
        *scope.unlike(tokens),
    ]
    return tuple(found or scope.hidden(program))


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


def numbers_said(text: str) -> Iterator[tuple[str, int]]:
    """The whole numbers that a condition compares something with, each with the whole name that it is held against."""
    tokens = tokens_of(text)
    for left, sign, right in zip(tokens, tokens[1:], tokens[2:], strict=False):
        for name, number in ((left, right), (right, left)):
            if sign.text in _COMPARED and name.sort == "path" and number.sort == "number":
                yield name.text, int(number.text, 0)


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


def _paths(tokens: Sequence[Token]) -> Iterator[tuple[Token, str, bool]]:
    """Each path without the function called at its end, and whether it is of an element, as in `items[0].category`."""
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        if token.sort == "path" and token.text not in {"true", "false", "null", "in"}:
            path = token.text.rpartition(".")[0] if after and after.text == "(" else token.text
            if path:
                yield token, path, before is not None and before.text == "."


@dataclass(frozen=True, slots=True)
class _Scope:
    """What names mean within one condition: the vocabulary, the values before it, and what macros give a name to."""

    vocabulary: Vocabulary
    values: Mapping[str, Kind | None]
    bound: frozenset[str]

    def unknown_names(self, tokens: Sequence[Token]) -> Iterator[Finding]:
        names, of_elements = self.vocabulary.names, self.vocabulary.of_elements
        for token, path, is_of_element in _paths(tokens):
            root, _, rest = path.partition(".")
            if is_of_element or root in self.bound:
                member = path if is_of_element else rest
                reason = "" if not member or member in of_elements else _nearest(member, of_elements)
            elif names.get(path.rpartition(".")[0]) is Kind.LIST:
                reason = f": {path.rpartition('.')[0]} is a list; say of which, with all, exists or [0]"
            else:
                near = {name for name in names if name.startswith(f"{root}.")} or {*self.vocabulary.roots, *self.values}
                reason = "" if path in names or path in self.values else _nearest(path, near)
            if reason:
                yield Finding(token.column, f"there is no {path!r}{reason}")

    def unlike(self, tokens: Sequence[Token]) -> Iterator[Finding]:
        """Comparisons that never hold: of different types, or with a text that never occurs."""
        kinds = {id(token): self._kind(path, is_of_element) for token, path, is_of_element in _paths(tokens)}
        for left, sign, right in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if sign.text in _COMPARED:
                one, other = (each.kind or kinds.get(id(each)) for each in (left, right))
                if one and other and one is not other:
                    yield Finding(left.column, f"{left.text} is {one}, and {right.text} is {other}")
                yield from self._never(left, right)
                yield from self._never(right, left)
        for place, (left, sign) in enumerate(pairwise(tokens)):
            if sign.text == "in" and left.text in self.vocabulary.texts and tokens[place + 2].text == "[":
                for token in takewhile(lambda token: token.text != "]", tokens[place + 3 :]):
                    yield from self._never(left, token)

    def _never(self, name: Token, literal: Token) -> Iterator[Finding]:
        texts = self.vocabulary.texts.get(name.text)
        said = _bare(literal)
        if texts and literal.sort == "text" and said not in texts:
            yield Finding(literal.column, f"{name.text} is never {said!r}{_nearest(said, texts)}")

    def _kind(self, path: str, is_of_element: bool) -> Kind | None:
        root, _, rest = path.partition(".")
        if is_of_element or root in self.bound:
            return self.vocabulary.of_elements.get(path if is_of_element else rest)
        return self.values.get(path) or self.vocabulary.names.get(path)

    def hidden(self, program: cel.Program) -> Iterator[Finding]:
        """What CEL sees and the pieces did not show, as in a text of several lines."""
        roots = self.vocabulary.roots
        for name in program.variables():
            if name not in self.bound | roots | self.values.keys():
                yield Finding(1, f"there is no {name!r}{_nearest(name, roots)}")


def _unknown_functions(tokens: Sequence[Token]) -> Iterator[Finding]:
    for token, after in pairwise(tokens):
        name = token.text.rpartition(".")[2]
        if token.sort == "path" and after.text == "(" and token.text != "in" and name not in FUNCTIONS:
            yield Finding(token.column, f"there is no function {name!r}{_nearest(name, FUNCTIONS)}")


def _nearest(name: str, names: Collection[str]) -> str:
    close = get_close_matches(name, sorted(names), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else f"; there are: {', '.join(sorted(names))}"
