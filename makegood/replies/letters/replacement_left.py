"""What is sent again has left."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.replies.letters.letter import ParcelLetter
from makegood.replies.phrases import day, orders_named, together
from makegood.replies.rules.values import NewsKind, Replacement


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementLeft(ParcelLetter):
    """The new parcels: with whom they travel, and by when they are there."""

    kind = NewsKind.REPLACEMENT_LEFT

    replacements: tuple[Replacement, ...]

    def subject(self) -> str:
        return ngettext("your replacement is on its way", "your replacements are on their way", len(self.replacements))

    def acknowledgement(self) -> str:
        return ngettext(
            "Your replacement is on its way. Thank you for waiting for it.",
            "Your replacements are on their way. Thank you for waiting for them.",
            len(self.replacements),
        )

    def truths(self) -> Iterator[str]:
        yield from (_where_it_is(new) for new in self.replacements)

    def remedy(self) -> str:
        days = [new.arrives for new in self.replacements]
        arrives = _("They will all be with you by %(day)s.") if len(days) > 1 else _("It will be with you on %(day)s.")
        nothing = _("There is nothing to pay and nothing to send back.")
        return together(arrives % {"day": day(max(days))}, nothing, self.matter.follow())


def _where_it_is(new: Replacement) -> str:
    context = {"about": orders_named([new.order_reference]), "carrier": new.carrier_name, "day": day(new.left_on)}
    left = _("%(about)s: the new parcel left us with %(carrier)s on %(day)s.") % context
    return together(left, _("Its tracking number is %(number)s.") % {"number": new.number})
