"""We have a message, and say by when we answer."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from makegood.replies.letters.letter import Letter
from makegood.replies.letters.offers import answer_to_come
from makegood.replies.phrases import orders_named
from makegood.replies.rules.values import NewsKind, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Letter):
    kind = NewsKind.RECEIVED
    parts = frozenset({Part.ACKNOWLEDGEMENT, Part.REMEDY})

    order_references: tuple[str, ...] = ()
    reply_by: date | None = None

    def about(self) -> str:
        return orders_named(self.order_references) if self.order_references else self.head.shop_name

    def subject(self) -> str:
        return _("we have your message")

    def acknowledgement(self) -> str:
        return _("We have your message, and thank you for writing.")

    def remedy(self) -> str:
        return answer_to_come(self.reply_by)
