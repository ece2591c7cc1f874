"""Sending the letter that is only a door: a link to one's own orders."""

from datetime import datetime

from django.conf import settings

from makegood.channels.actions import request_message
from makegood.channels.queries import count_of_keys
from makegood.customers.links import LINKS_AN_HOUR, Purpose, link_for
from makegood.customers.queries import customers_with_email
from makegood.replies.letters.letter import Letterhead
from makegood.replies.letters.sign_in import SignIn
from makegood.replies.wording import compose
from makegood.staff.rules import SYSTEM


def send_sign_in_links(*, address: str, path: str, now: datetime, system_now: datetime) -> int:
    """Send everybody whom `address` reaches a link of their own that leads to `path`; how many were sent.

    An address nobody has, or one that had enough links this hour of system time, gets none; whoever asked is told the
    same either way.
    """
    sent = 0
    for customer in customers_with_email(address):
        hour = f"sign_in/{customer.pk}/{system_now:%Y-%m-%dT%H}/"
        count = count_of_keys(hour)
        if count >= LINKS_AN_HOUR:
            continue
        head = Letterhead(language=customer.language, shop_name=settings.SHOP_NAME, customer_name=customer.name)
        letter = SignIn(head=head, link=link_for(customer, path, purpose=Purpose.ASKED))
        draft = compose(letter, now=now)
        request_message(
            key=f"{hour}{count + 1}",
            customer=customer,
            news=letter.kind,
            subject=draft.subject,
            body=draft.text,
            language=customer.language,
            by=str(SYSTEM),
            now=now,
        )
        sent += 1
    return sent
