"""What there is to tell of money that went back, or came back to us."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from makegood.cases.money_letters import told_as_cancelled
from makegood.cases.news import head_of, matter_of
from makegood.cases.rules import Subject, SubjectKind
from makegood.cases.subjects import deliveries_behind, heard_of, not_heard, subjects
from makegood.customers.links import Purpose, link_for
from makegood.customers.models import Customer
from makegood.kit.instants import local_day, zone_named
from makegood.orders.models import Delivery
from makegood.payments.models import Refund
from makegood.payments.queries import all_refunds
from makegood.payments.rules.refunds import RefundRoute
from makegood.remedies.refunds import grants_of_refunds, with_reasons
from makegood.replies.letters.letter import Matter
from makegood.replies.letters.made_good import Refund as PaidBack
from makegood.replies.letters.refund_came_back import CameBack, RefundCameBack
from makegood.replies.letters.refund_done import RefundDone
from makegood.replies.rules.values import NewsKind


def settled_untold(refund_ids: Iterable[int]) -> list[Refund]:
    """Those of these that are with their customer, which no letter has told yet."""
    fresh = not_heard(NewsKind.REFUND_DONE, SubjectKind.REFUND, refund_ids)
    rows = [row for row in all_refunds().filter(id__in=fresh).order_by("id") if row.is_settled]
    # What was there before a letter confirmed the remedy was told by that as paid.
    grants = grants_of_refunds(row.pk for row in rows)
    heard = heard_of(SubjectKind.GRANT, grants.values())
    told: dict[int, datetime | None] = {
        pk: max(heard[grant].values()) for pk, grant in grants.items() if heard.get(grant)
    }
    told |= told_as_cancelled(row.pk for row in rows)
    return [row for row in rows if not (row.pk in told and _was_there(row, told[row.pk]))]


def _was_there(row: Refund, told_at: datetime | None) -> bool:
    """Whether a letter said of it that it is there; `told_at` None: one that is still to be written will."""
    return row.route == RefundRoute.AT_ONCE or (row.done_at is not None and (told_at is None or row.done_at < told_at))


def came_back_untold(refund_ids: Iterable[int]) -> list[Refund]:
    """Those of these that did not arrive, which no letter has told yet."""
    fresh = not_heard(NewsKind.REFUND_CAME_BACK, SubjectKind.REFUND, refund_ids)
    return [row for row in all_refunds().filter(id__in=fresh).order_by("id") if row.failed_at is not None]


def about(refunds: Iterable[Refund]) -> list[Subject]:
    return subjects(SubjectKind.REFUND, [row.pk for row in refunds])


def deliveries_of(refunds: Iterable[Refund]) -> list[Delivery]:
    """The deliveries that money went back for."""
    ids = {each for those in deliveries_behind(about(refunds)).values() for each in those}
    return list(Delivery.objects.filter(id__in=ids).select_related("order", "promise").order_by("id"))


def done_letter(customer: Customer, refunds: Sequence[Refund], *, now: datetime) -> RefundDone:
    return RefundDone(
        head=head_of(customer),
        matter=_matter(customer, refunds, now=now),
        refunds=tuple(_paid_back(row) for row in refunds if row.done_at),
        order_references=_orders_of(refunds),
    )


def came_back_letter(customer: Customer, refunds: Sequence[Refund], *, now: datetime) -> RefundCameBack:
    shop = zone_named(settings.SHOP_ZONE)
    return RefundCameBack(
        head=head_of(customer),
        matter=_matter(customer, refunds, now=now),
        sums=tuple(
            CameBack(
                money=row.money,
                tender_kind=row.tender_kind,
                tender=row.tender,
                on_date=local_day(row.failed_at, shop),
            )
            for row in refunds
            if row.failed_at
        ),
        order_references=_orders_of(refunds),
    )


def _matter(customer: Customer, refunds: Sequence[Refund], *, now: datetime) -> Matter:
    """The link leads to the account, where the money stands, and what can be done with it."""
    link = link_for(customer, "/account/statement", purpose=Purpose.LETTER)
    return matter_of(customer, deliveries_of(refunds), perk=None, now=now, link=link)


def _orders_of(refunds: Sequence[Refund]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.order.reference for each in with_reasons(refunds) if each.order))


def _paid_back(row: Refund) -> PaidBack:
    day = local_day(row.done_at or row.requested_at, zone_named(settings.SHOP_ZONE))
    shares = ((row.money, row.tender_kind, row.tender),) if row.tender_kind else ()
    return PaidBack(money=row.money, by_date=day, paid_date=day, shares=shares)
