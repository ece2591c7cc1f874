"""Making a case good in one click: every order of it that has something to make good, or one."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from makegood.cases.actions import CaseIsClosed
from makegood.cases.models import Case, CaseSubject
from makegood.cases.rules import CaseState
from makegood.orders.models import Order
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import NotPossibleNow, OfferChanged, grant_remedy
from makegood.remedies.locks import lock_for_grants
from makegood.remedies.models import Grant
from makegood.remedies.planner import Plan
from makegood.remedies.queries import is_any_in_danger, options_for, options_together
from makegood.staff.rules import Actor

# Kinds that mean "send whatever can be": for several orders, of each what its own stock allows.
AS_MUCH_AS_CAN_BE = frozenset({RemedyKind.SEND_PART})
# Kinds that leave out the orders in which there is nothing of theirs: for what cost nothing no money goes back.
WHERE_ANY = frozenset({RemedyKind.REFUND})


def make_good(
    *,
    case_id: int,
    kind: RemedyKind,
    by: Actor,
    now: datetime,
    order_id: int | None = None,
    seen: Collection[str] | None = None,
    agreed: str = "",
) -> list[Grant]:
    """One click on a case: the remedy chosen, for every order of the case that has something to make good, or for one.

    To send part is to send whatever can be, of each order, and to pay the rest back. Money goes back for the orders for
    which any can; the others still wait for something. `seen`: the fingerprints of what was looked at, an order each;
    where it is no longer just these, nothing is done. `agreed`: how their customer said yes to something else.

    Raises:
        OfferChanged: it is no longer what was seen.
        NotPossibleNow: something is in danger, and nothing can be sent or paid back for it.
        Case.DoesNotExist, CaseIsClosed, and what `remedies.grant_remedy` raises
    """
    with transaction.atomic():
        # The case is only read: whatever it gathers or becomes meanwhile, these orders are made good once.
        case = Case.objects.get(id=case_id)
        if case.state == CaseState.CLOSED:
            raise CaseIsClosed
        ids = orders_of_case(case.pk, order_id=order_id)
        lock_for_grants(ids)
        orders = list(Order.objects.filter(id__in=ids).order_by("id"))
        allowed = options_together(orders, now=now)
        if not allowed and is_any_in_danger(orders, now=now):
            raise NotPossibleNow(kind, ())
        if seen is not None and allowed and not _as_seen(allowed, kind, set(seen)):
            raise OfferChanged
        chosen = [order for order, plan in allowed if kind not in WHERE_ANY or plan.of_kind(kind)]
        grants: list[Grant] = []
        # Where none allows it, the first says why.
        for order in chosen or [order for order, _ in allowed[:1]]:
            # Of the next order, what the one before has left in stock.
            options = options_for(order, now=now)
            best = options.best.kind if kind in AS_MUCH_AS_CAN_BE else kind
            first = grants[0] if grants else None
            own = _seen_of(options, best, seen)
            grants.append(
                grant_remedy(order_id=order.pk, kind=best, by=by, now=now, chosen_with=first, seen=own, agreed=agreed)
            )
        return grants


def orders_of_case(case_id: int, *, order_id: int | None = None) -> set[int]:
    """The ids of the orders that a case gathers, or of this one if it does."""
    subjects = CaseSubject.objects.filter(case_id=case_id, delivery__isnull=False)
    if order_id:
        subjects = subjects.filter(delivery__order_id=order_id)
    return set(subjects.values_list("delivery__order_id", flat=True))


def _as_seen(allowed: Iterable[tuple[Order, Plan]], kind: RemedyKind, seen: Collection[str]) -> bool:
    """Whether each order allows one remedy of a kind that was seen, and no other was."""
    found = [{each.fingerprint for each in plan if each.kind is kind} & set(seen) for _, plan in allowed]
    return all(found) and set[str]().union(*found) == set(seen)


def _seen_of(plan: Plan, kind: RemedyKind, seen: Collection[str] | None) -> str | None:
    """Which of a kind was seen, where it is still just so; there may be one in time, and another later."""
    return next((each.fingerprint for each in plan if each.kind is kind and each.fingerprint in (seen or ())), None)
