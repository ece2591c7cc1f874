"""What we owe each other, line by line, and drawing what is theirs."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from makegood.customers.models import Customer
from makegood.faces.account.visitors import for_customers, page
from makegood.faces.drawing import draw_as_asked
from makegood.faces.statement_pdf import statement_pdf
from makegood.faces.statements import statements_shown
from makegood.kit import clock
from makegood.kit.errors import InvalidField
from makegood.orders.models import Order
from makegood.orders.spending import pay_with_free
from makegood.payments.drawing import FreeChanged, NothingFree
from makegood.staff.rules import Actor, Standpoint

ADDRESS = "/account/statement"


@require_GET
@for_customers
def show(request: HttpRequest, *, customer: Customer) -> HttpResponse:
    """Every line in words, and what can be done with what is free."""
    return tell(request, customer, notice=request.GET.get("now", ""))


def tell(request: HttpRequest, customer: Customer, *, notice: str = "", status: int = 200) -> HttpResponse:
    now = clock.now()
    statements = statements_shown(customer, now=now)
    return page(
        request,
        "statement",
        customer=customer,
        status=status,
        statements=statements,
        unsettled=[each for each in statements if not each.is_settled],
        now=now,
        notice=notice,
        shop_zone=settings.SHOP_ZONE,
    )


@require_GET
@for_customers
def paper(request: HttpRequest, *, customer: Customer) -> HttpResponse:
    """The same to print or to keep."""
    return statement_pdf(customer, now=clock.now())


@require_POST
@for_customers
def pay(request: HttpRequest, *, customer: Customer) -> HttpResponse:
    """What is free pays for one order of theirs; asked twice, once."""
    try:
        pay_with_free(customer_id=customer.pk, reference=request.POST.get("order", ""), now=clock.now())
    except NothingFree:
        return tell(request, customer, notice="not-free", status=409)
    except Order.DoesNotExist as error:
        raise Http404 from error
    return redirect(f"{ADDRESS}?now=paid")


@require_POST
@for_customers
def draw_out(request: HttpRequest, *, customer: Customer) -> HttpResponse:
    """All that is free goes where they choose; what is otherwise than they saw it is not done."""
    by = Actor(standpoint=Standpoint.CUSTOMER, id=customer.pk)
    try:
        draw_as_asked(request, customer_id=customer.pk, by=by, now=clock.now())
    except (NothingFree, FreeChanged):
        return tell(request, customer, notice="otherwise", status=409)
    except InvalidField:
        return tell(request, customer, notice="tender", status=422)
    return redirect(f"{ADDRESS}?now=drawn")
