"""What is free on an account, drawn as a form asks for it: one form on the customer's page and at the desk."""

from datetime import datetime
from uuid import uuid4

from django.http import HttpRequest

from makegood.kit.records import number_of
from makegood.payments.drawing import draw
from makegood.payments.models import Refund
from makegood.staff.rules import Actor


def draw_as_asked(request: HttpRequest, *, customer_id: int, by: Actor, now: datetime) -> list[Refund]:
    """All that is free goes where the form says; a form that does not say what was seen to be free has seen nothing.

    Raises:
        As `payments.drawing.draw`.
    """
    seen = number_of(request.POST.get("seen", ""))
    return draw(
        customer_id=customer_id,
        currency=request.POST.get("currency", ""),
        amount_minor=None,
        seen_minor=-1 if seen is None else seen,
        to=request.POST.get("to", "") or None,
        key=f"draw/{uuid4()}",
        by=str(by),
        now=now,
    )
