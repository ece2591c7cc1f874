"""Every word that people read is translated, none is stale, and what is compiled is what is written."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

HOUSE = Path(__file__).resolve().parents[2] / "makegood"
CATALOGUES = sorted((HOUSE / "locale").glob("*/LC_MESSAGES/django.po"))
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sd]|\{(\w+)\}")
KEYWORDS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
languages = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])


def catalogue(path):
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def messages(path):
    return [message for message in catalogue(path) if message.id]


def only_helpers_read(message):
    """The desk speaks English for now; customers' pages and letters speak all our languages."""
    return all(place.startswith("faces/desk/") for place, _ in message.locations)


def translated(path):
    return [message for message in messages(path) if all(words_of(message)[1]) and not message.fuzzy]


def placeholders(text):
    return {match[0] for match in PLACEHOLDER.finditer(text)}


def words_of(message):
    """Message ids and their translations, each as a list: one for a plain message, one for each form of a plural."""
    return [list(words) if isinstance(words, list | tuple) else [words] for words in (message.id, message.string)]


def words_in_the_code():
    """(context, first id) of everything marked for translation in Python and in templates."""
    for path in sorted(HOUSE.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or {"static", "migrations"} & set(path.relative_to(HOUSE).parts):
            continue
        source = path.read_text()
        if path.suffix != ".py":
            source = templatize(source)
        for _, found, _, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
            yield context, found[0] if isinstance(found, tuple) else found


def test_there_are_catalogues():
    assert [path.parts[-3] for path in CATALOGUES] == ["es", "fr"]


@languages
def test_everything_a_customer_reads_is_translated(path):
    assert not [
        message.id for message in messages(path) if not only_helpers_read(message) and not all(words_of(message)[1])
    ]


@languages
def test_nothing_is_guessed(path):
    assert not [message.id for message in messages(path) if message.fuzzy]


@languages
def test_the_words_are_those_of_the_code(path):
    written = {(message.context, words_of(message)[0][0]) for message in messages(path)}
    marked = set(words_in_the_code())
    assert marked - written == set(), "run scripts/messages, then translate"
    assert written - marked == set(), "stale: run scripts/messages"


@languages
def test_a_translation_fills_in_what_the_original_does(path):
    for message in translated(path):
        originals, translations = ([placeholders(text) for text in texts] for texts in words_of(message))
        # A singular may spell its "one" out, in either language.
        assert translations[0] in (originals[0], originals[-1]), message.id
        assert all(translation == originals[-1] for translation in translations[1:]), message.id


@languages
def test_what_is_compiled_is_what_is_written(path):
    with path.with_suffix(".mo").open("rb") as file:
        compiled = [(message.context, *words_of(message)) for message in read_mo(file) if message.id]
    written = [(message.context, *words_of(message)) for message in translated(path)]
    assert sorted(compiled, key=str) == sorted(written, key=str), "run scripts/messages"
