"""Which orders somebody's words are about: those that they name, else those of the letter that they answer.

Naming proves nothing: of a customer's words only the customer's own orders count.
"""

import re
from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Upper

from makegood.cases.models import CaseMessage, MessageSubject, NamedOrder
from makegood.cases.subjects import deliveries_behind
from makegood.channels.models import Message
from makegood.channels.rules import Direction
from makegood.orders.models import Delivery, Order
from makegood.parcels.models import FormerNumber, Parcel

# What may be the number of an order or a parcel: it holds a digit.
NUMBER = re.compile(r"(?<![\w-])(?=[\w-]*\d)[A-Za-z0-9][\w-]{2,39}")
MOST_NUMBERS = 40


def numbers_in(*texts: str) -> list[str]:
    """What may be numbers of orders or parcels in some words, each once."""
    return list(dict.fromkeys(NUMBER.findall("\n".join(texts))))[:MOST_NUMBERS]


def link_named_orders(row: CaseMessage, *, order_reference: str = "") -> None:
    """Write down which orders a customer's words are about; `order_reference` is what a form's own field names."""
    message = row.message
    named = [order_reference.strip(), *numbers_in(message.subject, message.body)]
    orders = _orders_named(message.customer_id, [each for each in named if each]) or _orders_of_letter(message)
    NamedOrder.objects.bulk_create(
        [NamedOrder(case_message=row, customer_id=row.customer_id, order_id=each) for each in sorted(orders)],
        ignore_conflicts=True,
    )


def _orders_named(customer_id: int, numbers: Iterable[str]) -> set[int]:
    """Those of a customer's orders that bear one of these numbers, or of which a parcel does."""
    wanted = {number.upper() for number in numbers}
    orders = Order.objects.filter(customer_id=customer_id).annotate(large=Upper("reference")).filter(large__in=wanted)
    former = FormerNumber.objects.filter(customer_id=customer_id, number__in=wanted).values("parcel_id")
    parcels = Parcel.objects.filter(Q(number__in=wanted) | Q(id__in=former), customer_id=customer_id)
    return {*orders.values_list("id", flat=True), *parcels.values_list("delivery__order_id", flat=True)}


def _orders_of_letter(message: Message) -> set[int]:
    """The orders of the letter of ours that a message says it answers, where that is one of its writer's."""
    if not message.in_reply_to:
        return set()
    letters = Message.objects.filter(
        customer_id=message.customer_id, direction=Direction.OUT, message_id=message.in_reply_to
    )
    links = MessageSubject.objects.filter(message__in=letters.values("id"))
    behind = {each for ids in deliveries_behind(link.subject for link in links).values() for each in ids}
    return set(Delivery.objects.filter(id__in=behind).values_list("order_id", flat=True))
