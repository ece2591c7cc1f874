"""Why a letter of ours did not arrive, and what a helper can do next, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.channels.mails.failures import Reason, reason_of, reply_code_in, status_in
from makegood.channels.models import Message
from makegood.channels.rules import MessageState
from makegood.customers.models import Handle

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How a customer is reached now: by which phone, and where mail arrives, as far as we know; each may be empty."""

    email: str = ""
    phone: str = ""

    @property
    def sees_their_page(self) -> str:
        """Who can be sent a link signs in, and reads our letters there."""
        return _("They also see it on their page.") if self.email else ""


def reach_of(emails: Sequence[Handle], *, phone: str) -> Reach:
    return Reach(email=next((each.value for each in emails if each.undeliverable_at is None), ""), phone=phone)


def next_step(*, is_hard: bool, reach: Reach) -> str:
    """What to do now."""
    if not is_hard:
        return _said(_("It may arrive if you send it again later."), reach.sees_their_page)
    if reach.phone:
        ask = _("Writing there again will not help: ask for another address by phone, %(phone)s.")
        return _said(ask % {"phone": reach.phone}, reach.sees_their_page)
    return _said(_("Writing there again will not help: another address is needed."), reach.sees_their_page)


def unreached_words(message: Message, *, is_hard: bool, reach: Reach) -> str:
    """What is wrong and what to do now, in one breath."""
    words = {"subject": message.subject, "address": message.address, "error": message.error, "phone": reach.phone}
    if message.state == MessageState.HELD:
        held = _("“%(subject)s” was held back: no record supports %(error)s.")
        step = _("Write to them yourself, or put the records right and try again: it is written anew from them.")
        return _said(held % words, step)
    if message.has_no_address:
        return _said(_("“%(subject)s” is written, and there is no address to send it to.") % words, _ask(reach) % words)
    if message.state == MessageState.FAILED:
        failed = _("“%(subject)s” never left: the mail host refused it (%(error)s).")
        step = _("Put their address right and try again, or reach them in another way.")
        return _said(failed % words, step, reach.sees_their_page)
    came_back = _("“%(subject)s” did not arrive at %(address)s: %(reason)s.")
    return _said(came_back % {**words, "reason": reason_words(message)}, next_step(is_hard=is_hard, reach=reach))


def _ask(reach: Reach) -> str:
    """What to do for whom we have no address, or had none when we wrote."""
    if reach.email:
        return _("There is one now: try the letter again.")
    if reach.phone:
        return _("Ask for one by phone, %(phone)s, and add it below: the letter goes there by itself.")
    return _("Once you know one, add it below: the letter goes there by itself.")


def _said(*sentences: str) -> str:
    return " ".join(each for each in sentences if each)
