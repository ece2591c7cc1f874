"""A promised day has passed, and the parcel has not come."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from makegood.replies.letters.in_danger import InDanger
from makegood.replies.phrases import day, of_your_parcels, together
from makegood.replies.rules.values import NewsKind
from makegood.replies.truths import whole_truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken(InDanger):
    """What the letter of trouble tells, said after the day has passed."""

    kind = NewsKind.BROKEN

    def subject(self) -> str:
        return _("not with you on the day we promised")

    def acknowledgement(self) -> str:
        return together(self._not_with_you(), _("We’re sorry."), self.matter.long_known())

    def truths(self) -> Iterator[str]:
        # Of one parcel the letter begins with the day that passed.
        is_day_told = len(self.matter.parcels) == 1
        yield from (whole_truth(parcel, is_broken_day_told=is_day_told) for parcel in self.matter.parcels)

    def _not_with_you(self) -> str:
        parcels = self.matter.parcels
        late = [parcel for parcel in parcels if parcel.broken] or parcels
        if len(parcels) == 1 and parcels[0].is_replacement:
            new = (
                _("Your new parcel should have been with you by %(day)s, and it isn’t.")
                if parcels[0].left_on
                else _("Your new parcel should have been with you by %(day)s, and it hasn’t left us yet.")
            )
            return new % {"day": day(parcels[0].promised_date)}
        one = _("Your parcel should have been with you by %(day)s, and it isn’t.")
        if len(late) == 1 and late[0].left_on is None:
            one = (
                _("Part of your order should have been with you by %(day)s, and it hasn’t left us yet.")
                if late[0].is_part or late[0].is_replacement
                else _("Your order should have been with you by %(day)s, and it hasn’t left us yet.")
            )
        if len(late) > 1 and any(parcel.left_on is None for parcel in late):
            return _of_your_orders({parcel.order_reference for parcel in late})
        many = _("%(count)s of your parcels should have been with you by now, and they aren’t.")
        return of_your_parcels(one % {"day": day(late[0].promised_date)}, many, late)


def _of_your_orders(late: Collection[str]) -> str:
    """What never left is no parcel, so that orders are counted."""
    one = _("Parts of your order should have been with you by now, and they aren’t.")
    many = _("%(count)s of your orders should have been with you by now, and they aren’t.")
    return of_your_parcels(one, many, list(late))
