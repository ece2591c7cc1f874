"""What orders do when something happens to the money that pays for them."""

from django.db import transaction

from makegood.orders.hearing import bear_lost
from makegood.payments.facts import DisputeDecided


def look_after_decided(fact: DisputeDecided) -> None:
    """What a bank keeps pays for nothing any more."""
    with transaction.atomic():
        bear_lost(fact.dispute_id)
