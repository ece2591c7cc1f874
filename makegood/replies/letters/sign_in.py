"""A door, and nothing else: the link to one's own orders."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from makegood.replies.letters.letter import Letter
from makegood.replies.rules.values import NewsKind, Paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn(Letter):
    kind = NewsKind.SIGN_IN

    link: str

    def subject(self) -> str:
        return _("your link to your orders")

    def body(self) -> Iterator[Paragraph]:
        yield Paragraph(text=_("Here is the link to your orders: %(link)s") % {"link": self.link})
        yield Paragraph(
            text=_("It is meant for you alone. If you didn’t ask for it, leave it unused: nobody gets in without it.")
        )
