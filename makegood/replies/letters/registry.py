"""Every letter there is, by what it tells."""

from collections.abc import Mapping
from types import MappingProxyType

from makegood.replies.letters.broken import Broken
from makegood.replies.letters.in_danger import InDanger
from makegood.replies.letters.letter import Letter
from makegood.replies.letters.refund_promised import RefundPromised
from makegood.replies.letters.replacement_left import ReplacementLeft
from makegood.replies.letters.sent_again import SentAgain
from makegood.replies.letters.sent_part import SentPart
from makegood.replies.letters.sign_in import SignIn
from makegood.replies.letters.turned_up import TurnedUp
from makegood.replies.rules.values import NewsKind

LETTERS: Mapping[NewsKind, type[Letter]] = MappingProxyType(
    {
        NewsKind.IN_DANGER: InDanger,
        NewsKind.BROKEN: Broken,
        NewsKind.SENT_AGAIN: SentAgain,
        NewsKind.SENT_PART: SentPart,
        NewsKind.REFUND_PROMISED: RefundPromised,
        NewsKind.REPLACEMENT_LEFT: ReplacementLeft,
        NewsKind.TURNED_UP: TurnedUp,
        NewsKind.SIGN_IN: SignIn,
    }
)
