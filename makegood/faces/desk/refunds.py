"""Money that a helper still has to pay back, and saying that it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from makegood.cases.queries import open_cases_of
from makegood.faces.desk.auth import safe_address
from makegood.faces.desk.frame import actor_of, helper_of, shown
from makegood.faces.desk.resolving import resolves
from makegood.faces.desk.time_left import time_left
from makegood.kit import clock
from makegood.remedies.actions import finish_refund
from makegood.remedies.queries import open_refunds

LIMIT = 100


def show(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    now = clock.now()
    tasks = open_refunds(limit=LIMIT)
    cases = open_cases_of({task.customer_id for task in tasks})
    rows = [
        (task, cases.get(task.customer_id), time_left(task.promise.due_at, now=now, zone=task.customer.zone))
        for task in tasks
    ]
    return shown(request, "desk/refunds.html", {"rows": rows, "problem": problem}, status=status)


@resolves(show)
def pay(request: HttpRequest, task_id: int) -> HttpResponse:
    """The money is back, says the helper; twice is once, and the second is told so."""
    finish_refund(task_id=task_id, by=actor_of(helper_of(request)), note=request.POST.get("note", ""), now=clock.now())
    return redirect(safe_address(request, request.POST.get("back", ""), otherwise=reverse("desk:refunds")))
