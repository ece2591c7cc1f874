"""Whom something is granted to, and what was granted before: read for any number of customers in as many queries as
for one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db.models import Q

from makegood.parcels.queries import parcels_since
from makegood.policies.queries import shop_authority
from makegood.policies.rules.grant_situations import ClaimingCustomer, Past
from makegood.policies.rules.situations import CustomerSituation
from makegood.policies.rules.values import Authority, Grantor, Per, Span
from makegood.remedies.models import AuthorityUse
from makegood.remedies.rules.authority import Claims, Spent
from makegood.staff.rules import Actor, Standpoint
from makegood.standing.queries import customers_known

A_YEAR = timedelta(days=365)


def claims_of(customer_ids: Collection[int], *, by: Actor | None, now: datetime) -> dict[int, Claims]:
    """What the policy asks of each customer. `by` is who would grant something: without them nothing that limits what
    one grantor grants is counted, and `check_gate` counts it.
    """
    if not customer_ids:
        return {}
    authority = shop_authority(now=now)
    days = max([365, *(span.days for span in authority.spans)])
    uses: dict[int, list[AuthorityUse]] = defaultdict(list)
    for use in AuthorityUse.objects.filter(customer__in=customer_ids, used_at__gt=now - timedelta(days=days)):
        uses[use.customer_id].append(use)
    known = customers_known(customer_ids, now=now)
    parcels = parcels_since(now - A_YEAR, customer_ids=customer_ids)
    granted = _granted_by(by, authority, now=now)
    return {
        each: Claims(
            customer=_claiming(known[each], uses[each], parcels[each], authority, now=now),
            spent=(*_to_customer(uses[each], authority, now=now), *granted),
        )
        for each in customer_ids
    }


def _claiming(
    known: CustomerSituation, uses: Sequence[AuthorityUse], parcels: int, authority: Authority, *, now: datetime
) -> ClaimingCustomer:
    year = _past(uses, authority, since=now - A_YEAR)
    return ClaimingCustomer(
        **asdict(known),
        remedies_12_months=year.count,
        worth_12_months=year.worth,
        parcels_12_months=parcels,
    )


def _to_customer(uses: Sequence[AuthorityUse], authority: Authority, *, now: datetime) -> Iterable[Spent]:
    for span in authority.spans:
        if span.per is Per.CUSTOMER:
            yield Spent(span=span, grantor=None, past=past_in(span, uses, authority, now=now))


def _granted_by(by: Actor | None, authority: Authority, *, now: datetime) -> list[Spent]:
    """What whoever asks granted to anybody, from each of their standpoints; what others did counts for none of them."""
    found = []
    for span in authority.spans:
        if span.per is Per.GRANTOR:
            for grantor in Grantor:
                asks = by is not None and Standpoint(grantor.value) in by.standpoints
                uses = _uses_by(by, grantor, since=now - timedelta(days=span.days)) if by and asks else []
                found.append(Spent(span=span, grantor=grantor, past=past_in(span, uses, authority, now=now)))
    return found


def _uses_by(by: Actor, grantor: Grantor, *, since: datetime) -> list[AuthorityUse]:
    who = str(by) if grantor.value == by.standpoint.value else f"{Standpoint.TOKEN.value}:{by.through}"
    return list(AuthorityUse.objects.filter(Q(used_by=who) | Q(used_through=who), used_at__gt=since))


def past_in(span: Span, uses: Iterable[AuthorityUse], authority: Authority, *, now: datetime) -> Past:
    """What was granted in a span that ends now."""
    since = now - timedelta(days=span.days)
    return _past([use for use in uses if not span.remedies or use.remedy in span.remedies], authority, since=since)


def _past(uses: Iterable[AuthorityUse], authority: Authority, *, since: datetime) -> Past:
    recent = [use for use in uses if use.used_at > since]
    worth = authority.worth_of((use.currency, use.amount_minor) for use in recent)
    return Past(worth=worth, count=len({(use.customer_id, use.key) for use in recent}))
