"""Reads, all derived."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Min, Q, Sum

from makegood.customers.models import Customer
from makegood.orders.models import Order, OrderLine
from makegood.policies.rules.situations import CustomerSituation
from makegood.promises.queries import kept_and_broken, kept_and_broken_to

A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Since when, how much, and how well we kept our word. `spent` pairs currencies with minor units."""

    since_date: date | None
    orders: int
    spent: tuple[tuple[str, int], ...]
    kept: int
    broken: int

    def long_known_since(self, *, now: datetime) -> int | None:
        """The year since which they order from us, once that is a year ago: before, it says little."""
        if self.since_date is None or now.date() - self.since_date < A_YEAR:
            return None
        return self.since_date.year


def standing_of(customer: Customer) -> Standing:
    """How long and how well this customer and we know each other."""
    live = Order.objects.filter(customer=customer, cancelled_at=None)
    postage = dict(live.values("currency").annotate(total=Sum("postage_minor")).values_list("currency", "total"))
    lines = (
        OrderLine.objects.filter(customer=customer, order__cancelled_at=None)
        .values("order__currency")
        .annotate(total=Sum(F("unit_price_minor") * F("quantity") - F("discount_minor") + F("tax_minor")))
        .values_list("order__currency", "total")
    )
    spent = {currency: total + postage.get(currency, 0) for currency, total in lines}
    first = Order.objects.filter(customer=customer).aggregate(count=Count("id"), first=Min("placed_at"))
    kept, broken = kept_and_broken(customer_id=customer.pk)
    since = customer.since_date or (first["first"].date() if first["first"] else None)
    return Standing(since_date=since, orders=live.count(), spent=tuple(sorted(spent.items())), kept=kept, broken=broken)


def customer_known(customer_id: int, *, now: datetime) -> CustomerSituation:
    """How long and how well we know a customer, as a shop's policy asks."""
    return customers_known([customer_id], now=now)[customer_id]


def customers_known(customer_ids: Collection[int], *, now: datetime) -> dict[int, CustomerSituation]:
    """The same of several, in as many queries as for one."""
    ordered = Order.objects.filter(customer__in=customer_ids).values("customer_id")
    orders = {
        row["customer_id"]: row
        for row in ordered.annotate(first=Min("placed_at"), live=Count("id", filter=Q(cancelled_at=None)))
    }
    promises = kept_and_broken_to(customer_ids)
    found = {}
    for each, since_date in Customer.objects.filter(id__in=customer_ids).values_list("id", "since_date"):
        own = orders.get(each)
        since = since_date or (own["first"].date() if own else None)
        kept, broken = promises.get(each, (0, 0))
        found[each] = CustomerSituation(
            order_count=own["live"] if own else 0,
            days_known=max((now.date() - since).days, 0) if since else 0,
            promises_kept=kept,
            promises_broken=broken,
        )
    return found
