"""What is sent again has left."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.replies.letters.letter import ParcelLetter
from makegood.replies.letters.made_good import expected
from makegood.replies.phrases import day, orders_named, together
from makegood.replies.rules.values import NewsKind, Replacement


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementLeft(ParcelLetter):
    """The new parcels: with whom they travel, and by when they are there, or that they are late."""

    kind = NewsKind.REPLACEMENT_LEFT

    replacements: tuple[Replacement, ...]

    def subject(self) -> str:
        count = len(self.replacements)
        if self._is_first():
            return _("arrived now") if self._all_came() else _("on its way now")
        if self._all_came():
            return ngettext("your replacement has arrived", "your replacements have arrived", count)
        return ngettext("your replacement is on its way", "your replacements are on their way", count)

    def acknowledgement(self) -> str:
        count = len(self.replacements)
        if self._is_first():
            return self._first_on_its_way(count)
        if self._all_came():
            return ngettext(
                "Your replacement has arrived. Thank you for waiting for it.",
                "Your replacements have arrived. Thank you for waiting for them.",
                count,
            )
        return ngettext(
            "Your replacement is on its way. Thank you for waiting for it.",
            "Your replacements are on their way. Thank you for waiting for them.",
            count,
        )

    def truths(self) -> Iterator[str]:
        if self._arrive_together():
            yield from (_where_it_is(new) for new in self.replacements)
        else:
            yield from (together(_where_it_is(new), _when_it_comes(new)) for new in self.replacements)

    def remedy(self) -> str:
        nothing = (
            _("You pay nothing more for it.")
            if self._is_first()
            else _("There is nothing to pay and nothing to send back.")
        )
        return together(self._arrives() if self._arrive_together() else "", nothing, self.matter.follow())

    def _is_first(self) -> bool:
        """Whether it goes in the place of what never left: then it is the order itself."""
        return all(new.is_first for new in self.replacements)

    def _first_on_its_way(self, count: int) -> str:
        if all(new.is_part for new in self.replacements):
            return (
                _("Part of what you ordered has arrived. Thank you for waiting for it.")
                if self._all_came()
                else _("Part of what you ordered is on its way. Thank you for waiting for it.")
            )
        if self._all_came():
            return ngettext(
                "Your order has arrived. Thank you for waiting for it.",
                "Your orders have arrived. Thank you for waiting for them.",
                count,
            )
        return ngettext(
            "Your order is on its way. Thank you for waiting for it.",
            "Your orders are on their way. Thank you for waiting for them.",
            count,
        )

    def _all_came(self) -> bool:
        return all(new.delivered_date for new in self.replacements)

    def _arrive_together(self) -> bool:
        """Whether one sentence says of all when they come: each is still promised, and none is late or there."""
        if len(self.replacements) == 1:
            return True
        return all(new.arrives and not new.is_late and not new.delivered_date for new in self.replacements)

    def _arrives(self) -> str:
        if len(self.replacements) == 1:
            return _when_it_comes(self.replacements[0])
        days = [new.arrives for new in self.replacements if new.arrives]
        return _("They will all be with you by %(day)s.") % {"day": day(max(days))}


def _where_it_is(new: Replacement) -> str:
    context = {
        "about": orders_named([new.order_reference]),
        "carrier": new.carrier_name or _("the carrier"),
        "day": day(new.left_on),
    }
    which = (
        _("%(about)s: it left us with %(carrier)s on %(day)s.")
        if new.is_first
        else _("%(about)s: the new parcel left us with %(carrier)s on %(day)s.")
    )
    number = _("Its tracking number is %(number)s.") % {"number": new.number} if new.number else ""
    return together(which % context, number)


def _when_it_comes(new: Replacement) -> str:
    if new.delivered_date:
        return _("It was delivered on %(day)s.") % {"day": day(new.delivered_date)}
    if new.arrives is None:
        return expected(new.expected_date)
    if new.is_late:
        late = _("It was promised for %(day)s, and it comes later than that. We’re sorry.")
        return together(late % {"day": day(new.arrives)}, expected(new.expected_date))
    return _("It will be with you on %(day)s.") % {"day": day(new.arrives)}
