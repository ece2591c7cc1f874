"""Letters about money and what it paid for: what happened, what follows, and where it all stands."""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from makegood.money.rules import Money
from makegood.replies.letters.letter import Letter
from makegood.replies.phrases import money, orders_named
from makegood.replies.rules.values import Paragraph, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class SumOf:
    """A sum of what came in, and what that is called, if it has a name."""

    money: Money
    label: str = ""

    def in_words(self) -> str:
        context = {"money": money(self.money), "tender": self.label}
        return _("%(money)s (%(tender)s)") % context if self.label else context["money"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyLetter(Letter):
    """Where nothing went wrong, nothing is to be made good, and nobody needs a reason to come back.

    The `link` leads to the account, where the money stands and what can be done with it.
    """

    link: str
    order_references: tuple[str, ...] = ()

    def about(self) -> str:
        return orders_named(self.order_references) if self.order_references else self.head.shop_name

    @abstractmethod
    def acknowledgement(self) -> str: ...

    @abstractmethod
    def truths(self) -> Iterator[str]: ...

    @abstractmethod
    def remedy(self) -> str: ...

    def body(self) -> Iterator[Paragraph]:
        yield Paragraph(part=Part.ACKNOWLEDGEMENT, text=self.acknowledgement())
        yield from (Paragraph(part=Part.TRUTH, text=text) for text in self.truths())
        yield Paragraph(part=Part.REMEDY, text=self.remedy())

    def where_it_stands(self) -> str:
        return _("Your account with us is here: %(link)s") % {"link": self.link} if self.link else ""


def is_yours() -> str:
    """What stays with us, and what can be done with it; said before `where_it_stands`."""
    return _(
        "It is yours. It stays with us and pays for your next order, unless you want it back: you say so on your"
        " account."
    )
