"""A letter in, its words out: plain sentences in the reader's language, in four parts.

A letter covers all the parcels of its news, each with a truth of its own. The first sentence says what happened;
whatever we believe comes with how sure we are; nobody is told to order again.
"""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from makegood.kit.localise import locale_of, written_at
from makegood.replies.letters.letter import Letter, Letterhead
from makegood.replies.rules.values import Draft, Paragraph


def compose(letter: Letter, *, now: datetime) -> Draft:
    """The words of a letter, in its language; English where we don't write the language."""
    with override(locale_of(letter.head.language).language), written_at(now):
        return Draft(
            subject=_("%(about)s: %(subject)s") % {"about": letter.about(), "subject": letter.subject()},
            paragraphs=(letter.head.greeting(), *letter.body(), letter.head.signature()),
        )


def says_nothing(text: str, *, head: Letterhead, signatures: Collection[str]) -> bool:
    """Whether words are none, or no more than what `compose_opening` leaves room in."""
    with override(locale_of(head.language).language):
        around = {head.greeting().text, head.signature().text, *signatures, ""}
    return all(line.strip() in around for line in text.splitlines())


def compose_opening(head: Letterhead, *, subject: str) -> Draft:
    """A letter that is still to be written: greeting and signature, and room for a person's own words between them."""
    with override(locale_of(head.language).language):
        return Draft(
            subject=_("Re: %(subject)s") % {"subject": subject},
            paragraphs=(head.greeting(), Paragraph(text=""), head.signature()),
        )
