"""Words to and from customers."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.db.models import Q
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from makegood.cases.actions import take_in_message
from makegood.cases.subjects import concerns_of, messages_on
from makegood.channels.models import Message
from makegood.channels.queries import all_messages, message_by_key
from makegood.channels.rules import Direction, MessageState, Via
from makegood.faces.api.callers import ACT_OWN, READ_OWN, Call
from makegood.faces.api.filters import OfCustomer, Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, RowWith, Shown, of
from makegood.faces.problems import Problem
from makegood.kit import clock
from makegood.kit.records import Record, Reference
from makegood.orders.queries import order_of

Words = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class MessageOut(Schema):
    """`orders` and `parcels`: what its news covers; empty for free words. `case` is where it belongs.

    `quoted_text` and `signature` stood around the words of a mail; `is_automatic`: a program wrote them, and nobody
    waits for an answer. `bounced_at`: when a letter came back, its `error` says why.
    """

    id: int
    message_id: str
    customer: Ref
    case: int | None = of("concern.case_id")
    orders: list[str] = of("concern.orders")
    parcels: list[str] = of("concern.parcels")
    direction: Direction
    via: Via
    news: str
    subject: Shown
    body: Shown
    quoted_text: Shown
    signature: Shown
    reply_to: Shown
    is_automatic: bool
    language: str
    address: Shown
    in_reply_to: str
    state: MessageState
    written_at: datetime
    written_by: str
    sent_at: datetime | None
    was_in_doubt: bool
    bounced_at: datetime | None
    error: Shown


def with_concerns(messages: Sequence[Message]) -> list[RowWith]:
    """With what they concern, read once for all."""
    concerns = concerns_of(messages)
    return [RowWith(each, concern=concerns[each.pk]) for each in messages]


class MessagesWanted(Wanted):
    customer: OfCustomer = None
    order: str | None = Field(default=None, description="Of the cases that this order is part of.")
    case: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    direction: Direction | None = None
    news: str | None = None
    state: MessageState | None = None

    def filter_order(self, order: str | None) -> Q:
        return messages_on(order=order, case_id=self.case)

    def filter_case(self, case: int | None) -> Q:
        return messages_on(order=self.order, case_id=case)


@router.get("/messages", response=Page[MessageOut], auth=READ_OWN)
def messages(request: Call, wanted: Query[MessagesWanted], paging: Query[Paging]) -> Any:
    """Messages, the oldest first."""
    return page_of(wanted.filter(request.auth.sees(all_messages())), paging, shape=with_concerns)


class WordsIn(Record):
    body: Words
    subject: Annotated[str, Field(max_length=200)] = ""
    order: Reference | None = None
    in_reply_to: Annotated[str, Field(max_length=500, description="The message_id that this answers.")] = ""
    key: Reference | None = Field(default=None, description="The same key again is the same message.")


@router.post("/messages", response={201: MessageOut}, auth=ACT_OWN)
def write(request: Call, message: WordsIn) -> Any:
    """Write to the shop as the customer whom the call acts for; an answer is promised."""
    customer = request.auth.customer
    if customer is None:
        raise Problem("acting-for", "a customer writes: say who with Acting-For: customer:<id>")
    subject = message.subject
    if message.order is not None:
        order = order_of(customer_id=customer.pk, reference=message.order)
        subject = subject or f"Order {order.reference}"
    key = f"api:{customer.pk}/{message.key or uuid.uuid4()}"
    take_in_message(
        key=key,
        customer=customer,
        body=message.body,
        subject=subject,
        order_reference=message.order or "",
        in_reply_to=message.in_reply_to,
        now=clock.now(),
    )
    return with_concerns([message_by_key(key)])[0]
