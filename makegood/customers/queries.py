"""Reads."""

from django.db.models import Q

from makegood.customers.models import Customer, Handle
from makegood.customers.rules import HandleKind


def email_of(customer: Customer) -> str:
    """Where mail reaches this customer, or an empty string."""
    handle = customer.handles.filter(kind=HandleKind.EMAIL).order_by("id").first()
    return handle.value if handle else ""


def customers_with_email(address: str) -> list[Customer]:
    """Everybody whom an address reaches, in any case of letters; it proves nothing about who wrote."""
    handles = Handle.objects.filter(kind=HandleKind.EMAIL, value__iexact=address.strip()).select_related("customer")
    return [handle.customer for handle in handles.order_by("customer_id")[:10]]


def customers_matching(words: str, *, limit: int) -> list[Customer]:
    """Customers by name, address or the shop's own number for them."""
    reached = Handle.objects.filter(value__iexact=words.strip()).values("customer_id")
    found = Q(name__icontains=words) | Q(reference__iexact=words.strip()) | Q(id__in=reached)
    return list(Customer.objects.filter(found).order_by("name", "id")[:limit])
