"""What happened to money on a case: what came in, what went back, and what a bank asks."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from makegood.faces.desk.entries import MONEY, Entry, Story
from makegood.faces.words import money
from makegood.payments.models import Refund
from makegood.payments.words import dispute_reason_words, tender_words


def came_in(story: Story) -> Iterator[Entry]:
    """What came in for the orders, and what a bank took of it."""
    for receipt in story.receipts:
        minor, currency = receipt.original_minor or receipt.amount_minor, receipt.original_currency or receipt.currency
        words = {"sum": money(minor, currency), "tender": tender_words(receipt.kind, receipt.label)}
        if minor:
            more = (_("from %(payer)s") % {"payer": receipt.payer},) if receipt.payer else ()
            text = _("%(sum)s came in: %(tender)s.") % words
            yield Entry(receipt.received_at, MONEY, "plain", text, more=more)


def went_back(story: Story) -> Iterator[Entry]:
    """What was sent to them, by whom, and what did not arrive."""
    for refund in (each.refund for each in story.refunds):
        words = {
            "who": story.people.get(refund.done_by, _("Somebody")),
            "asker": story.people.get(refund.requested_by, _("Somebody")),
            "sum": money(refund.amount_minor, refund.currency),
            "tender": _to(refund),
        }
        yield Entry(refund.requested_at, MONEY, "plain", _("%(sum)s are to go back to %(tender)s: %(asker)s.") % words)
        if refund.sent_at and refund.sent_at != refund.done_at:
            yield Entry(refund.sent_at, MONEY, "plain", _("%(sum)s were sent back to %(tender)s.") % words)
        if refund.done_at:
            text = _("%(who)s paid %(sum)s back to %(tender)s.") % words
            yield Entry(refund.done_at, MONEY, "kept", text, quote=refund.note)
        if refund.failed_at:
            yield _came_back(refund, story, words)
        if again := refund.sent_again_as:
            words |= {"again": _to(again)}
            text = _("%(sum)s that did not arrive at %(tender)s go to %(again)s.") % words
            yield Entry(again.requested_at, MONEY, "plain", text)
            if again.done_at:
                text = _("%(sum)s that did not arrive at %(tender)s are at %(again)s.") % words
                yield Entry(again.done_at, MONEY, "kept", text, quote=again.note)


def _came_back(refund: Refund, story: Story, words: dict[str, str]) -> Entry:
    text = _("%(sum)s did not arrive at %(tender)s, and came back to us.") % words
    by = story.people.get(refund.failed_by, "")
    more = (_("%(who)s says so.") % {"who": by},) if by else ()
    return Entry(refund.failed_at or refund.requested_at, MONEY, "broken", text, quote=refund.failure, more=more)


def _to(refund: Refund) -> str:
    if not refund.tender_kind and not refund.tender:
        return _("how they paid")
    return tender_words(refund.tender_kind, refund.tender)


def asked_by_banks(story: Story) -> Iterator[Entry]:
    """What a bank asks back, and who answered."""
    for dispute in story.disputes:
        words = {
            "sum": money(dispute.amount_minor, dispute.currency),
            "why": dispute_reason_words(dispute.reason),
            "who": story.people.get(dispute.answer_asked_by, _("Somebody")),
        }
        text = _("Their bank asks back %(sum)s: %(why)s.") % words
        yield Entry(dispute.opened_at, MONEY, "broken", text)
        if dispute.answer_asked_at:
            yield Entry(dispute.answer_asked_at, MONEY, "plain", _("%(who)s answered the bank.") % words)
