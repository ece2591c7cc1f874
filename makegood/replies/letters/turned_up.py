"""What we had made good, be it lost or late or not to leave at all, arrives after all."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.replies.letters.letter import ParcelLetter
from makegood.replies.phrases import of_your_parcels, together
from makegood.replies.rules.values import NewsKind
from makegood.replies.truths import what_is_known


class Instead(StrEnum):
    """What there is of a replacement: none, or none that came; one still to leave; one on its way, or there."""

    NOTHING = "nothing"
    STILL_HERE = "still_here"
    SENT = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedUp(ParcelLetter):
    """`instead`: what was sent in its place, where it goes to them or came. `was_stopped`: it was never lost, but was
    not to leave any more, and did. `was_there`: it had come before we wrote that it was in trouble.
    """

    kind = NewsKind.TURNED_UP

    instead: Instead = Instead.NOTHING
    was_stopped: bool = False
    was_there: bool = False

    def subject(self) -> str:
        if self.was_stopped:
            return _("it came in its first way all the same")
        if self.was_there:
            return ngettext(
                "what we wrote about your parcel was wrong",
                "what we wrote about your parcels was wrong",
                len(self.matter.parcels),
            )
        return _("it has turned up after all")

    def acknowledgement(self) -> str:
        if self.was_stopped:
            came = _("What we wanted to stop has come to you all the same.")
            return together(came, _("We’re sorry for the muddle."))
        if self.was_there:
            wrong = of_your_parcels(
                _("The parcel that we thought lost had reached you before we wrote that it was in trouble."),
                _("%(count)s of your parcels that we thought lost had come before we wrote that they were in trouble."),
                self.matter.parcels,
            )
            return together(wrong, _("What we wrote was wrong. We’re sorry for the worry."))
        turned_up = of_your_parcels(
            _("Your parcel has turned up after all."),
            _("%(count)s of your parcels have turned up after all."),
            self.matter.parcels,
        )
        return together(turned_up, _("We’re sorry for the worry in between."))

    def truths(self) -> Iterator[str]:
        # What we feared and had promised no longer matters.
        yield from (what_is_known(parcel) for parcel in self.matter.parcels)

    def remedy(self) -> str:
        link = self.matter.link
        return together(
            self._what_of_the_other(),
            _("Keep what came, or send it back at our cost, whichever suits you: nobody will charge you for it.")
            if self.was_stopped
            else _(
                "Keep what turned up, or send it back at our cost, whichever suits you: nobody will charge you for it."
            ),
            _("Tell us here what you would like: %(link)s") % {"link": link} if link else "",
        )

    def _what_of_the_other(self) -> str:
        match self.instead:
            case Instead.NOTHING:
                return ""
            case Instead.STILL_HERE:
                return _("What goes to you in its place is still with us, and stays yours, too.")
            case Instead.SENT:
                return _("What we sent you instead stays yours.")
            case _:
                assert_never(self.instead)
