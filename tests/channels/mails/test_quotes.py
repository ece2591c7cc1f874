"""What programs write around somebody's words is told from those words, in any language: `quotes.toml` has both."""

import tomllib
from pathlib import Path

import pytest

from makegood.channels.mails.reading import read_mail

QUOTES = tomllib.loads((Path(__file__).parent / "quotes.toml").read_text(encoding="utf-8"))
HEAD = "From: Tom Reed <tom@reed.example>\nSubject: Re: Order 100\nContent-Type: text/plain; charset=utf-8\n\n"
MARKS = ("", "> ")
BLOCK = "Od: Northlight <help@northlight.example>\nDatum: 12. 5. 2026 8:33\nPředmět: Order 100\n"


def read(body):
    mail = read_mail(f"{HEAD}{body}".encode())
    return mail.visible_text.strip(), mail.quoted_text


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("heading", QUOTES["headings"])
def test_a_heading_and_what_follows_it_are_history(heading, mark):
    visible, quoted = read(f"Size M please.\n\n{heading}\n\n{mark}Which size do you want?\n")
    assert visible == "Size M please."
    assert "Which size do you want?" in quoted


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("above", ["Yes please\n\n", "Yes please\n"], ids=["apart", "right above"])
@pytest.mark.parametrize("heading", QUOTES["wrapped"])
def test_a_heading_over_several_lines_takes_no_word_from_above(heading, above, mark):
    visible, quoted = read(f"{above}{heading}\n\n{mark}Which size do you want?\n")
    assert visible == "Yes please"
    assert "Which size do you want?" in quoted


@pytest.mark.parametrize("ruler", QUOTES["ruled"])
def test_a_ruler_above_a_head_is_history(ruler):
    assert read(f"See below.\n\n{ruler}\n{BLOCK}\nWhich size do you want?\n")[0] == "See below."


@pytest.mark.parametrize("head", QUOTES["heads"])
def test_a_head_in_any_language_and_what_follows_it_are_history(head):
    visible, quoted = read(f"Size M please.\n\n{head}\n\nWhich size do you want?\n")
    assert visible == "Size M please."
    assert "Which size do you want?" in quoted


@pytest.mark.parametrize("line", QUOTES["devices"])
def test_what_a_device_writes_below_is_not_shown(line):
    assert read(f"Size M please.\n\n{line}\n")[0] == "Size M please."


@pytest.mark.parametrize("sentence", QUOTES["sentences"])
def test_a_persons_sentence_hides_nothing(sentence):
    visible, quoted = read(f"Hello,\n\n{sentence}\nyou refund it all.\n\nNothing has come so far.\n")
    assert "Nothing has come so far." in visible
    assert not quoted


@pytest.mark.parametrize("line", QUOTES["last"])
def test_a_persons_last_line_is_shown(line):
    assert line in read(f"Where is order 100?\n\n{line}\n")[0]
