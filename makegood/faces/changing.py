"""Changes of an order as a form asks for them: what is possible, what it comes to, and what is asked."""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from makegood.catalog.models import Product
from makegood.catalog.queries import products_with_words, variants_of
from makegood.changes.previewing import Preview
from makegood.changes.queries import Possible, open_lines, possible_changes, statuses_of
from makegood.changes.rules.values import Added, ChangeRequest, LineNow, Units
from makegood.faces.words import day, money, rich
from makegood.kit.errors import InvalidField, Refusal
from makegood.kit.records import number_of
from makegood.orders.models import Order
from makegood.orders.queries import unsent_orders
from makegood.orders.words import changed_units_words
from makegood.payments.words import tender_words
from makegood.policies.rules.situations import OrderStatus
from makegood.policies.rules.values import CHANGES, ChangeKind
from makegood.replies.phrases import listed, to_tender

LONGEST = 500
FOUND = 8
_ONCE = re.compile(r"[A-Za-z0-9_-]{10,40}")
# What the page offers; another tender is named where an order is paid.
OFFERED = (
    ChangeKind.CANCEL,
    ChangeKind.CHANGE_ITEMS,
    ChangeKind.ADD_LINES,
    ChangeKind.MERGE,
    ChangeKind.CHANGE_ADDRESS,
    ChangeKind.RETURN,
    ChangeKind.EXCHANGE,
)


# What a change will do, said before it is done; of so many other orders.
WILL: Mapping[ChangeKind, Callable[[int], str]] = {
    ChangeKind.CANCEL: lambda _count: _("Cancelled: %(what)s."),
    ChangeKind.CHANGE_ADDRESS: lambda _count: "",
    ChangeKind.CHANGE_ITEMS: lambda _count: _("Changed: %(what)s."),
    ChangeKind.CHANGE_TENDER: lambda _count: "",
    ChangeKind.ADD_LINES: lambda _count: _("Added: %(what)s."),
    ChangeKind.MERGE: lambda count: ngettext(
        "Order %(orders)s travels with this one, in one parcel.",
        "Orders %(orders)s travel with this one, in one parcel.",
        count,
    ),
    ChangeKind.SPLIT_DELIVERY: lambda _count: "",
    ChangeKind.RETURN: lambda _count: _("To be sent back: %(what)s."),
    ChangeKind.EXCHANGE: lambda _count: _("To be sent back: %(what)s."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOffered:
    """A line that can be changed, how many of it, and what can take its place."""

    line: LineNow
    most: int
    variants: Sequence[Product]

    @property
    def counts(self) -> range:
        return range(1, self.most + 1)


def form_of(request: HttpRequest, row: Order, *, now: datetime) -> dict[str, Any]:
    """What a page shows to change an order by: what is possible, and what there is to choose from."""
    possible = {each.kind: each for each in possible_changes(row, now=now)}
    lines = open_lines(row)
    return {
        "possible": {kind.value: possible[kind] for kind in OFFERED if possible[kind].is_allowed},
        "refusals": list(dict.fromkeys(_refusals(possible[kind] for kind in OFFERED))),
        "open_lines": _offered(lines),
        "there": [LineOffered(line=line, most=line.there, variants=()) for line in lines if line.there],
        "others": _others(row),
        "found": _found(request, row),
        "find": request.GET.get("find", "")[:80],
    }


def preview_of(request: HttpRequest, preview: Preview, *, for_helpers: bool = False) -> dict[str, Any]:
    """What a page shows of what a change would come to, with the form that makes it."""
    follows = [*_done(preview), *_follows(preview, for_helpers=for_helpers)]
    return {"preview": preview, "follows": follows, "again": list(_again(request))}


# What a form is refused for where nothing was chosen in it, or no order.
CHOSEN, CHOSEN_ORDERS = "chosen", "chosen-orders"


def in_words(refused: Refusal, *, for_helpers: bool = False) -> str:
    """A policy's refusal is worded for customers; what the form names and is not there has changed meanwhile."""
    if refused.slug == "not-allowed":
        return refused.detail
    if isinstance(refused, InvalidField) and refused.field == CHOSEN:
        return _("Choose first how many of what.")
    if isinstance(refused, InvalidField) and refused.field == CHOSEN_ORDERS:
        return _("Choose first which order is to travel with this one.")
    if for_helpers:
        return _("That is no longer possible as you chose it. This is how the order stands now.")
    return _("That is no longer possible as you chose it. This is how your order stands now.")


def _others(row: Order) -> list[Order]:
    """Their other orders that nobody has begun to pack."""
    rows = unsent_orders(customer_id=row.customer_id, currency=row.currency, but=row.pk)
    statuses = statuses_of([each.pk for each in rows])
    return [each for each in rows if statuses[each.pk] is OrderStatus.PENDING]


def _done(preview: Preview) -> Iterator[SafeString]:
    """What the change does, and where it goes then: a sentence each."""
    change = preview.change
    others = change.request.get("orders", ())
    if sentence := WILL[ChangeKind(change.kind)](len(others)):
        yield rich(sentence, what=changed_units_words(change), orders=listed(others))
    if preview.given_up:
        places = {"address": preview.goes_to, "given_up": " · ".join(preview.given_up)}
        yield rich(_("It goes to <b>%(address)s</b>. Nothing goes to %(given_up)s any more."), **places)
    elif others:
        yield rich(_("It goes to <b>%(address)s</b>."), address=preview.goes_to)


def _follows(preview: Preview, *, for_helpers: bool) -> Iterator[SafeString]:
    """What becomes of the money, a sentence each."""
    for each in preview.goes_back:
        sum_back = money(each.amount_minor, preview.currency)
        by = day(each.due_at, settings.SHOP_ZONE) if each.due_at else ""
        if for_helpers:
            where = tender_words(each.tender_kind, each.tender)
            told = (
                _("<b>%(money)s</b> go back, by %(day)s: %(where)s.")
                if by
                else _("<b>%(money)s</b> go back at once: %(where)s.")
            )
        else:
            where = to_tender(each.tender_kind, each.tender)
            told = (
                _("You get <b>%(money)s</b> back %(where)s, by %(day)s.")
                if by
                else _("You get <b>%(money)s</b> back %(where)s, at once.")
            )
        yield rich(told, money=sum_back, where=where, day=by)
    if preview.stays_minor:
        stays = (
            _("<b>%(money)s</b> stay on their account: they pay for the next order, or are asked for.")
            if for_helpers
            else _("<b>%(money)s</b> stay on your account: they pay for your next order, or you ask for them.")
        )
        yield rich(stays, money=money(preview.stays_minor, preview.currency))
    if preview.due_minor:
        yield rich(_("<b>%(money)s</b> are then still to be paid."), money=money(preview.due_minor, preview.currency))
    if preview.waits_for_goods:
        yield rich(_("Nothing moves until it is back with us."))


def _refusals(possible: Iterable[Possible]) -> Iterator[str]:
    for each in possible:
        if not each.is_allowed and each.words:
            yield each.words.said_in(get_language() or "en").text


def _offered(lines: Sequence[LineNow]) -> list[LineOffered]:
    variants = variants_of({line.family for line in lines if line.family})
    return [
        LineOffered(
            line=line,
            most=line.open_quantity,
            variants=[each for each in variants.get(line.family, ()) if each.sku != line.sku],
        )
        for line in lines
        if line.open_quantity
    ]


def _found(request: HttpRequest, row: Order) -> list[Product]:
    words = request.GET.get("find", "").strip()[:80]
    if not words:
        return []
    return products_with_words(words, currency=row.currency, limit=FOUND)


def wanted_of(request: HttpRequest, row: Order) -> ChangeRequest:
    """What the form asks for; what it leaves out or can't mean is refused where the change is looked at."""
    given = request.POST
    if given.get("kind") not in set(OFFERED):
        raise InvalidField("kind", "no change of an order is called so")
    kind = ChangeKind(given["kind"])
    units = tuple(_units(request))
    if kind in {ChangeKind.CANCEL, ChangeKind.RETURN} and not units:
        # Where a program leaves all units out it means all of them; whoever chose none in a form does not.
        raise InvalidField(CHOSEN, "no units are chosen")
    if CHANGES[kind].has_orders and not given.getlist("with"):
        raise InvalidField(CHOSEN_ORDERS, "no order is chosen")
    ship_to: dict[str, object] = {}
    if kind is ChangeKind.CHANGE_ADDRESS:
        ship_to = {
            **row.ship_to,
            "name": given.get("name", "").strip()[:LONGEST] or row.ship_to.get("name", ""),
            "lines": [line.strip()[:LONGEST] for line in given.get("lines", "").splitlines() if line.strip()][:8],
            "postcode": given.get("postcode", "").strip()[:20],
        }
    return ChangeRequest(
        kind=kind,
        reason=given.get("reason", "").strip()[:LONGEST],
        units=units,
        added=tuple(_added(request)),
        ship_to=ship_to,
        orders=tuple(given.getlist("with")[:20]),
        stays_on_account=given.get("stays") == "yes",
    )


def _units(request: HttpRequest) -> Iterator[Units]:
    for name, values in request.POST.lists():
        part, _colon, line = name.partition(":")
        count = number_of(str(values[-1])) if part == "units" else None
        if count:
            yield Units(line=line, quantity=count, sku=request.POST.get(f"sku:{line}", ""))


def _added(request: HttpRequest) -> Iterator[Added]:
    sku, count = request.POST.get("added", ""), number_of(request.POST.get("count", "1")) or 1
    if sku:
        yield Added(sku=sku, quantity=min(count, 999))


def _again(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """The fields of the form that was looked at, to be sent once more, and what its second copy is known by."""
    for name, values in request.POST.lists():
        if name not in {"step", "csrfmiddlewaretoken", "once"}:
            yield from ((name, str(value)) for value in values)
    yield "once", secrets.token_urlsafe(12)


def key_of(request: HttpRequest) -> str:
    """Under what a form's change is asked for, so that whoever got no answer and sends it again changes it once."""
    given = request.POST.get("once", "")
    return f"form/{given}" if _ONCE.fullmatch(given) else ""
