"""What is sent again, and what is paid back, in sentences that several letters share."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.money.rules import Money
from makegood.replies.letters.letter import ParcelLetter
from makegood.replies.phrases import day, listed, money, number_in_words, to_tender, together
from makegood.replies.rules.values import ParcelTruth


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParcels:
    """In how many parcels what is sent again travels; the last of them is there on `arrives_date`, or came when
    it was `delivered_date`.

    `is_late`: the promised instant of one of them has passed without it, or its service brings it later.
    `expected_date`: when the last of them comes then, where that is known.
    """

    count: int = 1
    arrives_date: date
    delivered_date: date | None = None
    is_late: bool = False
    expected_date: date | None = None

    def in_words(self, *, is_again: bool) -> str:
        """`is_again`: in the place of earlier ones; else it is the first that its customer gets of some of it."""
        context = {"count": number_in_words(self.count), "day": day(self.delivered_date or self.arrives_date)}
        if self.delivered_date:
            return ngettext("It was delivered on %(day)s.", "All of it was delivered by %(day)s.", self.count) % context
        if self.is_late:
            late = self._late() if is_again else self._first_late()
            return together(late % context, expected(self.expected_date, count=self.count))
        if self.count > 1 and is_again:
            return _("It travels in %(count)s new parcels, and all of them will be with you by %(day)s.") % context
        if self.count > 1:
            return _("It travels in %(count)s parcels, and all of them will be with you by %(day)s.") % context
        if is_again:
            return _("The new parcel will be with you on %(day)s.") % context
        return _("It will be with you on %(day)s.") % context

    def _first_late(self) -> str:
        if self.count == 1:
            return _("It was promised for %(day)s, and it comes later than that. We’re sorry.")
        return _("It travels in %(count)s parcels, promised by %(day)s, and not all of them come by then. We’re sorry.")

    def _late(self) -> str:
        return ngettext(
            "The new parcel was promised for %(day)s, and it comes later than that. We’re sorry.",
            "It travels in %(count)s new parcels, promised by %(day)s, and not all of them come by then. We’re sorry.",
            self.count,
        )


def expected(when: date | None, *, count: int = 1) -> str:
    """When we expect what is late, where we know."""
    if when is None:
        return ""
    said = ngettext("It should arrive on %(day)s.", "The last of them should arrive on %(day)s.", count)
    return said % {"day": day(when)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money to be paid back by a day, or that was on one; `is_overdue`: its day has passed, and it was not.

    `shares`: how much of it goes to which tender, by its kind and name; none where nobody knows how it was paid.
    """

    money: Money
    by_date: date
    paid_date: date | None = None
    is_overdue: bool = False
    shares: tuple[tuple[Money, str, str], ...] = ()

    def in_words(self) -> str:
        return together(self._sum_in_words(), self._shares_in_words())

    def _shares_in_words(self) -> str:
        if not self.shares:
            return ""
        if len(self.shares) > 1:
            parts = [f"{money(share)} {to_tender(kind, name)}" for share, kind, name in self.shares]
            return _("That is %(parts)s.") % {"parts": listed(parts)}
        ((_all, kind, name),) = self.shares
        said = _("It went %(where)s.") if self.paid_date else _("It goes %(where)s.")
        return said % {"where": to_tender(kind, name)}

    def _sum_in_words(self) -> str:
        context = {"money": money(self.money), "day": day(self.paid_date or self.by_date)}
        if self.paid_date:
            return _("We paid %(money)s back on %(day)s.") % context
        if self.is_overdue:
            return _("We promised to pay back %(money)s by %(day)s, and haven’t yet.") % context
        return _("We will pay back %(money)s by %(day)s at the latest.") % context


def refunds_in_words(refunds: Iterable[Refund], *, unpaid: Iterable[Money] = ()) -> str:
    """What goes back; and of what it cost, what does not because it was `never paid`, each currency by itself."""
    return together(*(refund.in_words() for refund in refunds), *(unpaid_in_words(each) for each in unpaid))


def unpaid_in_words(unpaid: Money) -> str:
    """That a part of the price does not go back, since it never came."""
    return _("%(money)s of what it cost was not paid, and so does not go back.") % {"money": money(unpaid)}


def if_it_turns_up(parcels: Sequence[ParcelTruth]) -> str:
    """That a second box costs nothing, where there was a first one that has not come already."""
    if all(parcel.state == "delivered" or not parcel.left_on for parcel in parcels):
        return ""
    if len(parcels) > 1 or any(parcel.is_replacement for parcel in parcels):
        return _("If an earlier parcel turns up after all, nobody will charge you for it.")
    return _("If the first parcel turns up after all, nobody will charge you for it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeGood(ParcelLetter):
    """What was chosen, and how far it is."""

    @property
    def is_again(self) -> bool:
        """Whether all that it is for had left before: what never did is sent for the first time."""
        return all(parcel.left_on for parcel in self.matter.parcels)

    @abstractmethod
    def deeds(self) -> str:
        """What we do, or did, about it."""

    def remedy(self) -> str:
        return together(self.deeds(), self.matter.follow())
