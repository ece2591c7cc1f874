"""What happened to the parcels of a case, in lines of its timeline: labels, numbers, scans and what was said."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from makegood.faces.desk.entries import PARCELS, WORDS, Entry, Story
from makegood.faces.words import tracking
from makegood.parcels.models import Parcel
from makegood.parcels.words import carrier_name, number_doubt_words, scan_words


def labels(story: Story) -> Iterator[Entry]:
    for parcel in story.parcels:
        words = {"carrier": carrier_name(parcel.carrier), "number": tracking(parcel.number), "place": parcel.place}
        anywhere, somewhere = (
            _("Label made for %(carrier)s %(number)s."),
            _("Label made in %(place)s for %(carrier)s %(number)s."),
        )
        text, doubt = (somewhere if parcel.place else anywhere) % words, parcel.number_doubt
        more = (number_doubt_words(doubt),) if doubt else ()
        yield Entry(parcel.label_at, PARCELS, "plain", text, more=more)


def scans(story: Story) -> Iterator[Entry]:
    for parcel in story.parcels:
        for scan in parcel.scans.all():
            place = _(" in %(place)s") % {"place": scan.place} if scan.place else ""
            words = {"number": end_of(parcel), "meaning": scan_words(scan.kind), "place": place}
            tone = "kept" if scan.kind.startswith("delivered") else "plain"
            text = _("Parcel %(number)s: %(meaning)s%(place)s.") % words
            yield Entry(scan.happened_at, PARCELS, tone, text, quote=scan.words)


def renumbered(story: Story) -> Iterator[Entry]:
    """Numbers that were put right: letters of ours may name the wrong one."""
    for parcel in story.parcels:
        formers = sorted(parcel.former_numbers.all(), key=lambda former: former.pk)
        known_as = [*((each.carrier, each.number) for each in formers), (parcel.carrier, parcel.number)]
        for former, (carrier, number) in zip(formers, known_as[1:], strict=True):
            words = {
                "was": tracking(former.number),
                "carrier": carrier_name(carrier),
                "number": tracking(number),
            }
            text = _("The tracking number was put right: %(carrier)s %(number)s, not %(was)s.") % words
            yield Entry(former.until_at, PARCELS, "plain", text)


def denied(story: Story) -> Iterator[Entry]:
    """What they said of their parcels on their page, or a program for them."""
    for parcel in story.parcels:
        if parcel.said_not_received_at is not None:
            text = _("They say that parcel %(number)s never came.") % {"number": end_of(parcel)}
            yield Entry(parcel.said_not_received_at, WORDS, "said", text)


def end_of(parcel: Parcel) -> str:
    return f"…{parcel.number[-4:]}"
