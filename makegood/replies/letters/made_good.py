"""What is sent again, and what is paid back, in sentences that several letters share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from makegood.money.rules import Money
from makegood.replies.phrases import day, number_in_words
from makegood.replies.rules.values import ParcelTruth


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParcels:
    """In how many parcels what is sent again travels; the last of them is there on `arrives_date`."""

    count: int = 1
    arrives_date: date

    def in_words(self) -> str:
        context = {"count": number_in_words(self.count), "day": day(self.arrives_date)}
        if self.count > 1:
            return _("It travels in %(count)s new parcels, and all of them will be with you by %(day)s.") % context
        return _("The new parcel will be with you on %(day)s.") % context


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money that goes back, and by when it is there."""

    money: Money
    by_date: date

    def by_when(self) -> str:
        return _("It will be with you by %(day)s at the latest.") % {"day": day(self.by_date)}


def if_it_turns_up(parcels: Sequence[ParcelTruth]) -> str:
    """That a second box costs nothing."""
    if len(parcels) > 1:
        return _("If an earlier parcel turns up after all, nobody will charge you for it.")
    return _("If the first parcel turns up after all, nobody will charge you for it.")
