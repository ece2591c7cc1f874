"""Reads."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower, Upper

from makegood.customers.models import Customer, Handle
from makegood.customers.rules import HandleKind
from makegood.kit.last_word import last_word


def email_of(customer: Customer) -> str:
    """Where mail reaches this customer, or an empty string."""
    handle = customer.handles.filter(kind=HandleKind.EMAIL).order_by("id").first()
    return handle.value if handle else ""


def phone_of(customer: Customer) -> str:
    """Where a call reaches this customer, or an empty string."""
    handle = customer.handles.filter(kind=HandleKind.PHONE).order_by("id").first()
    return handle.value if handle else ""


def emails_of(customer: Customer) -> list[Handle]:
    """Every address of a customer, the first one being where we write."""
    return list(customer.handles.filter(kind=HandleKind.EMAIL).order_by("id"))


def customers_with_email(address: str) -> list[Customer]:
    """Everybody whom an address reaches, in any case of letters; it proves nothing about who wrote."""
    handles = Handle.objects.filter(kind=HandleKind.EMAIL, value__iexact=address.strip()).select_related("customer")
    return [handle.customer for handle in handles.order_by("customer_id")[:10]]


def customers_matching(words: str, *, limit: int) -> list[Customer]:
    """Customers by name, address or the shop's own number for them."""
    reached = Handle.objects.filter(value__iexact=words.strip()).values("customer_id")
    found = Q(name__icontains=words) | Q(reference__iexact=words.strip()) | Q(id__in=reached)
    return list(Customer.objects.filter(found).order_by("name", "id")[:limit])


def customer_by_id(customer_id: int) -> Customer | None:
    """Who a number stands for, if we still know them."""
    return Customer.objects.filter(pk=customer_id).first()


def all_customers() -> QuerySet[Customer]:
    """Customers with their handles."""
    return Customer.objects.prefetch_related("handles")


def customers_with_emails(addresses: Iterable[str]) -> dict[str, list[Customer]]:
    """Everybody whom each of these addresses reaches, by the address in small letters."""
    wanted = [address.strip().lower() for address in addresses]
    handles = Handle.objects.filter(kind=HandleKind.EMAIL).annotate(small=Lower("value")).filter(small__in=wanted)
    found: dict[str, list[Customer]] = {}
    for handle in handles.select_related("customer").order_by("customer_id"):
        found.setdefault(handle.value.lower(), []).append(handle.customer)
    return found


def customer_by_reference(reference: str) -> Customer | None:
    return Customer.objects.filter(reference=reference.strip()).first()


def references_of(ids: Iterable[int]) -> dict[int, str]:
    """The shop's own names of customers, by our numbers."""
    return dict(Customer.objects.filter(id__in=set(ids)).values_list("id", "reference"))


def ids_of(references: Iterable[str]) -> QuerySet[Customer, int]:
    """Our numbers of customers, by the shop's own names."""
    return Customer.objects.filter(reference__in=list(references)).values_list("id", flat=True)


def customers_named(names: Iterable[str], *, most: int = 100) -> list[Customer]:
    """Customers of just these names, in capitals or not, with the last word first or not, and with an initial alone
    for the first: the whole names come first.
    """
    told = list(names)
    wanted = {each for name in told for each in _spellings(name)}
    if not wanted:
        return []
    rows = Customer.objects.annotate(capitals=Upper("name")).filter(capitals__in=sorted(wanted))
    whole = list(rows.order_by("id")[:most])
    known = {each.pk for each in whole}
    return [*whole, *(each for each in _by_initial(told, most=most) if each.pk not in known)]


def _by_initial(names: Iterable[str], *, most: int) -> list[Customer]:
    """Customers of whom an initial and the family name are told, either first: B HOLM, HOLM B."""
    wanted = {each for name in names for each in _initials(name)}
    if not wanted:
        return []
    rows = Customer.objects.annotate(family=last_word("name")).filter(
        family__in=sorted({family for _, family in wanted})
    )
    found = rows.order_by("id")[:most]
    return [each for each in found if (each.name.strip()[:1].upper(), each.name.upper().split()[-1]) in wanted]


def _initials(name: str) -> set[tuple[str, str]]:
    words = name.upper().replace(",", " ").replace(".", " ").split()
    if len(words) != 2 or min(map(len, words)) != 1 or len(words[0]) == len(words[1]):
        return set()
    initial, family = sorted(words, key=len)
    return {(initial, family)}


def _spellings(name: str) -> set[str]:
    last, comma, first = name.upper().partition(",")
    words = " ".join(name.upper().split())
    return {words, " ".join(f"{first} {last}".split())} if comma else {words}
