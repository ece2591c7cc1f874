"""What follows facts."""

from datetime import timedelta

from django.conf import settings

from makegood.channels.actions import deliver, new_message_id
from makegood.channels.facts import MessageRequested
from makegood.channels.mailer import PORT, Letter
from makegood.channels.words import helper_sign_in
from makegood.kit import clock
from makegood.staff.facts import HelperAskedToEnter
from makegood.staff.links import sign_in_link
from makegood.staff.queries import all_helpers


def deliver_requested(fact: MessageRequested) -> None:
    """An outside call: it keeps its own account in the message's state, and is safe to repeat."""
    deliver(message_id=fact.message_id)


def let_helper_in(fact: HelperAskedToEnter) -> None:
    """An outside call, to the helper's own address alone. The link is made as it goes, and kept nowhere; a letter that
    could not go for longer than a link is good stays away.
    """
    helper = all_helpers().filter(id=fact.helper_id, is_active=True).first()
    life = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    if helper is None or clock.system_now() - fact.asked_at > life:
        return
    minutes = settings.PASSWORD_RESET_TIMEOUT // 60
    subject, text = helper_sign_in(
        name=helper.name, shop=settings.SHOP_NAME, link=sign_in_link(helper), minutes=minutes
    )
    PORT.mailer.deliver(
        Letter(
            message_id=new_message_id(),
            in_reply_to="",
            sender=settings.MAIL_FROM,
            to=helper.email,
            subject=subject,
            text=text,
            language="en",
        )
    )
