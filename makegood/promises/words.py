"""Promises in the reader's language: what was promised, and what became of it."""

from django.utils.translation import gettext as _

from makegood.promises.rules import PromiseKind, PromiseState


def promise_words(kind: str) -> str:
    """What was promised, as a label."""
    words = {
        PromiseKind.SHIP: _("to send it"),
        PromiseKind.DELIVER: _("to be at your door"),
        PromiseKind.REPLY: _("to answer you"),
        PromiseKind.CALL: _("to call you"),
        PromiseKind.REFUND: _("your money back"),
        PromiseKind.CHECK_BACK: _("to look again"),
        PromiseKind.MATCH_PRICE: _("to match a price"),
        PromiseKind.ANSWER_DISPUTE: _("to answer your bank"),
    }
    return words[PromiseKind(kind)]


def promise_state_words(state: str) -> str:
    words = {
        PromiseState.OPEN: _("open"),
        PromiseState.KEPT: _("kept"),
        PromiseState.BROKEN: _("broken"),
        PromiseState.WITHDRAWN: _("withdrawn"),
    }
    return words[PromiseState(state)]
