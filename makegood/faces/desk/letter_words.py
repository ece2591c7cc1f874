"""How a letter of ours stands, in the same words wherever a helper reads of it: as a name, and within a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.channels.models import Message
from makegood.channels.rules import MessageState


@dataclass(frozen=True, slots=True)
class LetterWords:
    """`name`: as a label; `sentence`: with `who` wrote it, its `subject`, the `error`, and `at` which hour it went."""

    name: str | Promise
    sentence: str | Promise


_ABOUT_TO_GO = LetterWords(gettext_lazy("About to go"), gettext_lazy("%(who)s wrote “%(subject)s”; it is about to go."))
LETTER_STATES: Mapping[MessageState, LetterWords] = {
    MessageState.HELD: LetterWords(
        gettext_lazy("Held back"), gettext_lazy("“%(subject)s” was held back: no record supports %(error)s.")
    ),
    MessageState.KEPT: LetterWords(
        gettext_lazy("Kept, not sent"),
        gettext_lazy("%(who)s wrote “%(subject)s”; it is kept and not sent: the shop has no mail host."),
    ),
    MessageState.DROPPED: LetterWords(
        gettext_lazy("Dropped"),
        gettext_lazy("“%(subject)s” was dropped: it could not go, and is no news any more."),
    ),
    MessageState.REQUESTED: _ABOUT_TO_GO,
    MessageState.HANDING_OVER: _ABOUT_TO_GO,
    MessageState.IN_DOUBT: LetterWords(
        gettext_lazy("In doubt"), gettext_lazy("%(who)s wrote “%(subject)s”; whether it arrived is in doubt.")
    ),
    MessageState.SENT: LetterWords(gettext_lazy("Sent"), gettext_lazy("%(who)s wrote “%(subject)s”, sent at %(at)s.")),
    MessageState.BOUNCED: LetterWords(
        gettext_lazy("Came back"), gettext_lazy("%(who)s wrote “%(subject)s”; it came back.")
    ),
    MessageState.FAILED: LetterWords(
        gettext_lazy("Not taken"), gettext_lazy("%(who)s wrote “%(subject)s”, and nobody would take it: %(error)s")
    ),
    MessageState.RECEIVED: LetterWords(gettext_lazy("Received"), gettext_lazy("%(who)s wrote “%(subject)s”.")),
}


def letter_state(message: Message) -> str:
    """How it stands, as a label."""
    if message.state == MessageState.FAILED and message.has_no_address:
        return _("No address to send it to")
    return str(LETTER_STATES[MessageState(message.state)].name)


def letter_sentence(message: Message, *, who: str, at: str) -> str:
    """Who wrote it, and how it stands; `at` which hour it went, where it did. What came back was sent before."""
    words = {"who": who, "subject": message.subject, "at": at, "error": message.error}
    state = MessageState(message.state)
    if state is MessageState.FAILED and message.has_no_address:
        return _("%(who)s wrote “%(subject)s”, and we have no address to send it to.") % words
    if state is MessageState.BOUNCED and message.sent_at is not None:
        state = MessageState.SENT
    return str(LETTER_STATES[state].sentence) % words
