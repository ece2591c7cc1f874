"""My orders, one order told truthfully, and choosing how it is made good."""

from typing import cast
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from makegood.cases.actions import take_in_message
from makegood.cases.queries import answers_owed_about
from makegood.catalog.actions import StockShort
from makegood.changes.queries import possible_changes
from makegood.customers.models import Customer
from makegood.faces.account.choices import choices, chosen
from makegood.faces.account.headlines import headline
from makegood.faces.account.order_view import OrderView, load_order_view
from makegood.faces.account.parcels_told import parcels_told, sorry
from makegood.faces.account.remedy_words import REMEDY_WORDS
from makegood.faces.account.timeline import next_steps, timeline
from makegood.faces.account.visitors import for_customers, page
from makegood.faces.statements import pays_words
from makegood.journal.models import FactRow
from makegood.journal.queries import facts_of
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.orders.queries import due_for, order_of, orders_of
from makegood.orders.words import change_words
from makegood.parcels.facts import VerdictChanged
from makegood.payments.queries import free_minor_of
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import NotPossibleNow, OfferChanged, grant_remedy
from makegood.remedies.planner import NothingLost, Plan
from makegood.remedies.queries import options_for, orders_in_trouble
from makegood.remedies.rules.authority import NotYoursToGrant
from makegood.staff.rules import Actor, Standpoint
from makegood.standing.queries import standing_of

ORDERS_A_PAGE = 20
FACTS_READ = 200


@require_GET
@for_customers
def orders(request: HttpRequest, *, customer: Customer) -> HttpResponse:
    """Those in trouble first, then all of them, the newest first, page by page."""
    now = clock.now()
    in_trouble = orders_in_trouble(customer.pk, now=now)
    rows = _rows_before(customer, request.GET.get("before", ""))
    further = rows[ORDERS_A_PAGE - 1].reference if len(rows) > ORDERS_A_PAGE else ""
    seen = {each.order.pk: each for each in load_order_view([*in_trouble, *rows[:ORDERS_A_PAGE]], now=now)}
    troubled = [seen[order.pk] for order in in_trouble if seen[order.pk].troubled]
    return page(
        request,
        "orders",
        customer=customer,
        troubled=[(each, headline(each)) for each in troubled],
        others=[
            (seen[order.pk], headline(seen[order.pk]))
            for order in rows[:ORDERS_A_PAGE]
            if seen[order.pk] not in troubled
        ],
        further=further,
        is_first_page="before" not in request.GET,
    )


def _rows_before(customer: Customer, reference: str) -> list[Order]:
    """One more than a page, the newest first, those after the order named."""
    rows = orders_of(customer.pk)
    if reference:
        last = order_or_404(customer, reference)
        rows = rows.filter(placed_at__lte=last.placed_at).exclude(placed_at=last.placed_at, id__gte=last.pk)
    return list(rows[: ORDERS_A_PAGE + 1])


def order_or_404(customer: Customer, reference: str) -> Order:
    """An order of this customer's; one of somebody else's is as unknown as one that never was.

    Raises:
        Http404: there is none.
    """
    try:
        return order_of(customer_id=customer.pk, reference=reference)
    except Order.DoesNotExist as error:
        raise Http404 from error


@require_GET
@for_customers
def order(request: HttpRequest, *, customer: Customer, reference: str) -> HttpResponse:
    """Where is it really."""
    return tell(request, customer, order_or_404(customer, reference), notice=request.GET.get("now", ""))


def tell(request: HttpRequest, customer: Customer, row: Order, *, notice: str = "", status: int = 200) -> HttpResponse:
    """The page of one order, as it is now; `notice` says what has just happened."""
    now = clock.now()
    seen = load_order_view([row], now=now)[0]
    standing = standing_of(customer)
    due_minor = due_for(row)
    free_minor = free_minor_of(customer.pk, row.currency) if due_minor else 0
    options = options_for(row, now=now) if seen.troubled else Plan(ranked=())
    remedies, need = tuple(options), options.need
    return page(
        request,
        "order",
        customer=customer,
        status=status,
        seen=seen,
        order=row,
        headline=headline(seen),
        parcels=parcels_told(seen),
        sorry=sorry(seen, since_year=standing.long_known_since(now=now)),
        choices=choices(seen, remedies, now=now),
        need=need,
        nothing_in_time={each.is_late for each in remedies} - {None} == {True},
        chosen=chosen(seen),
        events=timeline(seen, _verdicts(customer)),
        next_steps=next_steps(seen, may_choose=bool(remedies)),
        answers=answers_owed_about(row),
        standing=standing,
        may_change=not seen.troubled and any(each.is_allowed for each in possible_changes(row, now=now)),
        due_minor=due_minor,
        free_minor=free_minor,
        pays=pays_words(row, due_minor, free_minor),
        notice=notice,
        altered=_altered(seen),
        asks_about=row.reference,
    )


def _altered(seen: OrderView) -> str:
    """What was changed of it last, as it stands now."""
    done = [each for each in seen.changes if each.settled_at is not None]
    return f"{change_words(done[-1], seen.order)}." if done else ""


def _verdicts(customer: Customer) -> list[tuple[FactRow, VerdictChanged]]:
    found = facts_of(customer_id=customer.pk, kinds=[VerdictChanged], limit=FACTS_READ)
    return cast("list[tuple[FactRow, VerdictChanged]]", found)


@require_POST
@for_customers
def choose(request: HttpRequest, *, customer: Customer, reference: str) -> HttpResponse:
    """The customer's own choice: granted at once where they may, taken to a person where they may not.

    Choosing twice grants once: what is made good can't be made good again, and the page shows what was chosen. What is
    no longer as they saw it (`seen`) is not done: the page shows what it is now.
    """
    row = order_or_404(customer, reference)
    now = clock.now()
    try:
        kind = RemedyKind(request.POST.get("remedy", ""))
        by = Actor(standpoint=Standpoint.CUSTOMER, id=customer.pk)
        grant_remedy(order_id=row.pk, kind=kind, by=by, seen=request.POST.get("seen", ""), now=now)
    except NotYoursToGrant:
        take_in_message(
            key=f"wish/{row.pk}/{kind}/{now:%Y-%m-%d}",
            customer=customer,
            subject=_("Order %(order)s") % {"order": row.reference},
            body=str(REMEDY_WORDS[kind].wish) % {"order": row.reference},
            order_reference=row.reference,
            now=now,
        )
        return redirect(f"{_address(row)}?now=asked")
    except NothingLost:
        return redirect(_address(row))
    except (NotPossibleNow, StockShort, ValueError):
        return tell(request, customer, row, notice="changed", status=409)
    except OfferChanged:
        return tell(request, customer, row, notice="otherwise", status=409)
    return redirect(f"{_address(row)}?now=chosen")


def _address(row: Order) -> str:
    return f"/orders/{quote(row.reference, safe='')}"
