"""Why a letter of ours did not arrive, and what a helper can do next, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.channels.mails.failures import Reason, reason_of, reply_code_in, status_in
from makegood.channels.models import Message
from makegood.channels.rules import MessageState

REASONS = {
    Reason.USER_UNKNOWN: gettext_lazy("the address does not exist"),
    Reason.HOST_UNKNOWN: gettext_lazy("there is no such mail host"),
    Reason.MOVED: gettext_lazy("they have moved to another address"),
    Reason.TAKES_NO_MAIL: gettext_lazy("the address takes no mail"),
    Reason.MAILBOX_FULL: gettext_lazy("their mailbox is full"),
    Reason.SUSPENDED: gettext_lazy("their mailbox is suspended"),
    Reason.FILTERED: gettext_lazy("their mail host filtered it out"),
    Reason.EXPIRED: gettext_lazy("their mail host could not be reached in time"),
    Reason.TOO_BIG: gettext_lazy("it was too large"),
    Reason.SPAM: gettext_lazy("their mail host took it for spam"),
    Reason.VIRUS: gettext_lazy("their mail host took it for a virus"),
    Reason.AUTHENTICATION: gettext_lazy("their mail host did not believe that it came from us"),
    Reason.BLOCKED: gettext_lazy("their mail host blocks ours"),
    Reason.POLICY: gettext_lazy("their mail host’s rules refused it"),
    Reason.RATE: gettext_lazy("their mail host takes no more from us for now"),
    Reason.RELAY_DENIED: gettext_lazy("their mail host says that the address is none of its own"),
    Reason.NETWORK: gettext_lazy("their mail host could not be reached"),
    Reason.SYSTEM: gettext_lazy("their mail host is broken"),
    Reason.SYNTAX: gettext_lazy("their mail host could not read it"),
}


def reason_words(message: Message) -> str:
    """The address does not exist: why a message of ours came back, as its error says."""
    error = message.error
    reason = reason_of(words=error, status=status_in(error), reply_code=reply_code_in(error))
    return str(REASONS.get(reason, _("nobody said why")))


def next_step(*, is_hard: bool) -> str:
    """What to do now."""
    if is_hard:
        return _("Writing there again will not help: ask for another address by phone. They also see it on their page.")
    return _("It may arrive if you send it again later. They also see it on their page.")


def unreached_words(message: Message, *, is_hard: bool) -> str:
    """What is wrong and what to do now, in one breath."""
    if message.state == MessageState.HELD:
        held = _("“%(subject)s” was held back: no record supports %(claims)s.")
        step = _("Write to them yourself, or put the records right and try again: it is written anew from them.")
        return held % {"subject": message.subject, "claims": message.error} + " " + step
    if message.state == MessageState.FAILED:
        failed = _("“%(subject)s” never left: the mail host refused it (%(error)s).")
        step = _("Put their address right and try again, or reach them in another way. They see it on their page.")
        return failed % {"subject": message.subject, "error": message.error} + " " + step
    words = {"subject": message.subject, "address": message.address, "reason": reason_words(message)}
    return _("“%(subject)s” did not arrive at %(address)s: %(reason)s.") % words + " " + next_step(is_hard=is_hard)
