"""What every letter is: written to somebody, in parts, each from what the letter tells."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext as _

from makegood.replies.phrases import day, number_in_words, orders_named, together
from makegood.replies.rules.values import NewsKind, Paragraph, ParcelTruth, Part
from makegood.replies.truths import whole_truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who writes to whom, and in which language; without a helper's name the shop signs alone."""

    language: str
    shop_name: str
    customer_name: str = ""
    helper_name: str | None = None

    def greeting(self) -> Paragraph:
        name = " ".join(self.customer_name.split())
        return Paragraph(text=_("Hello %(name)s,") % {"name": name} if name else _("Hello,"))

    def signature(self) -> Paragraph:
        return Paragraph(text=f"{self.helper_name}, {self.shop_name}" if self.helper_name else self.shop_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(ABC):
    """One letter. Its sentences are of the language that is active."""

    kind: ClassVar[NewsKind]

    head: Letterhead

    def about(self) -> str:
        """What its subject begins with."""
        return self.head.shop_name

    @abstractmethod
    def subject(self) -> str: ...

    @abstractmethod
    def body(self) -> Iterator[Paragraph]:
        """What stands between greeting and signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """The parcels that a letter is about, how we stand with their customer, and where they can follow it all.

    `free_express_until`: until when the next order travels by express at our cost, where we have given that, and with
    which `free_express_code`, if it takes one.
    """

    parcels: tuple[ParcelTruth, ...]
    customer_since_year: int | None = None
    promises_kept: int | None = None
    free_express_until: date | None = None
    free_express_code: str = ""
    link: str = ""

    def follow(self) -> str:
        return _("Follow it here: %(link)s") % {"link": self.link} if self.link else ""

    def long_known(self) -> str:
        """What weighs on our side, where it went wrong for good."""
        if self.customer_since_year is None:
            return _("This isn’t what you were promised.")
        context = {"year": self.customer_since_year}
        return _("You have ordered from us since %(year)s, and this isn’t what you were promised.") % context

    def reason_to_come_back(self) -> str:
        return together(self._perk(), self._kept())

    def _perk(self) -> str:
        if self.free_express_until is None:
            return ""
        context = {"day": day(self.free_express_until), "code": self.free_express_code}
        if self.free_express_code:
            code = _("Your next order travels by express at our cost, until %(day)s, with the code “%(code)s”.")
            return code % context
        return _("Your next order travels by express at our cost, until %(day)s.") % context

    def _kept(self) -> str:
        # One kept promise beside one that was not says little for us.
        if self.promises_kept and self.promises_kept > 1:
            kept = _(
                "So far we have kept %(count)s promises to you, and we want you to be able to count on the next one."
            )
            return kept % {"count": number_in_words(self.promises_kept)}
        return _("We want you to be able to count on us again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelLetter(Letter):
    """A letter about parcels, in four parts: the truth about each, and a reason to come back."""

    matter: Matter

    def about(self) -> str:
        return orders_named(parcel.order_reference for parcel in self.matter.parcels)

    @abstractmethod
    def acknowledgement(self) -> str: ...

    def truths(self) -> Iterator[str]:
        yield from (whole_truth(parcel) for parcel in self.matter.parcels)

    @abstractmethod
    def remedy(self) -> str: ...

    def remedies(self) -> Iterator[str]:
        """What we do or offer, a paragraph each."""
        yield self.remedy()

    def body(self) -> Iterator[Paragraph]:
        yield Paragraph(part=Part.ACKNOWLEDGEMENT, text=self.acknowledgement())
        yield from (Paragraph(part=Part.TRUTH, text=text) for text in self.truths())
        yield from (Paragraph(part=Part.REMEDY, text=text) for text in self.remedies())
        yield Paragraph(part=Part.COME_BACK, text=self.matter.reason_to_come_back())
