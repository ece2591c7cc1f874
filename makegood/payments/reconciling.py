"""Our books beside the gateway's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from makegood.kit import clock
from makegood.kit.errors import Conflict, InvalidField, NotNow
from makegood.kit.sql import give_back
from makegood.money.rules import Money
from makegood.payments.gateway import PORT, GatewayError
from makegood.payments.models import Dispute, Receipt, Refund
from makegood.payments.rules.reconciling import Difference, Known, differences
from makegood.payments.rules.refunds import RefundRoute, RefundState
from makegood.payments.rules.values import BalanceEntry

# A gateway enters a refund when it makes it, by its own clock.
SLACK = timedelta(hours=1)
AT_MOST = 50_000
LONGEST, MONTH = timedelta(days=92), timedelta(days=30)


class NothingToReconcile(Conflict):
    """No gateway is set up."""

    slug, title = "nothing-to-reconcile", "No gateway is set up"

    def __init__(self) -> None:
        super().__init__("no gateway is set up whose books could be compared with ours")


class GatewayAway(NotNow):
    """Its books can't be read at the moment."""

    slug, title = "gateway-away", "The gateway can't be reached"
    retry_after_seconds = 60


def reconcile(*, since: datetime) -> list[Difference]:
    """What the gateway's books of that time say otherwise than ours; it is asked, outside any transaction.

    Raises:
        NothingToReconcile: no gateway is set up.
        InvalidField: it is too long ago.
        GatewayAway: it does not answer, or does not let us in.
    """
    if PORT.gateway is None:
        raise NothingToReconcile
    if since < clock.system_now() - LONGEST:
        raise InvalidField("since", f"choose an instant of the last {LONGEST.days} days")
    give_back()
    try:
        entries = list(islice(PORT.gateway.entries(since=since), AT_MOST))
    except GatewayError as error:
        raise GatewayAway(str(error)) from error
    return differences(entries, _known(entries, since=since))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What differs, or why that is not known."""

    differences: Sequence[Difference] = ()
    problem: str = ""


def look() -> Look | None:
    """The last month, where a gateway outside is set up; else None."""
    if not PORT.is_polled:
        return None
    try:
        return Look(differences=reconcile(since=clock.system_now() - MONTH))
    except GatewayAway as error:
        return Look(problem=str(error))


def _known(entries: Iterable[BalanceEntry], *, since: datetime) -> Known:
    payments = {entry.payment for entry in entries if entry.payment}
    sources = {entry.source for entry in entries}
    sent = Refund.objects.filter(route=RefundRoute.GATEWAY, sent_at__gte=since + SLACK).exclude(gateway_reference="")
    sent = sent.exclude(state=RefundState.FAILED).select_related("receipt")
    return Known(
        charges=_charges(payments),
        refunds=_refunds({*sources, *(row.gateway_reference for row in sent)}),
        disputes={
            row.reference: row.taken
            for row in Dispute.objects.filter(receipt__gateway_reference__in=payments, reference__in=sources)
        },
        sent={row.gateway_reference: row.receipt.gateway_reference for row in sent},
    )


def _charges(payments: Iterable[str]) -> dict[str, Money]:
    """What came in by each payment, as it came."""
    found: dict[str, Money] = {}
    for row in Receipt.objects.filter(gateway_reference__in=list(payments)).order_by("id"):
        money = Money(
            amount_minor=row.amount_minor if row.original_minor is None else row.original_minor,
            currency=row.original_currency or row.currency,
        )
        before = found.get(row.gateway_reference)
        found[row.gateway_reference] = money if before is None else before + money
    return found


def _refunds(references: Iterable[str]) -> dict[str, Money]:
    """What of each refund went back; of one that failed nothing."""
    found: dict[str, Money] = {}
    for row in Refund.objects.filter(gateway_reference__in=list(references)).order_by("id"):
        minor = 0 if row.state == RefundState.FAILED else row.amount_minor
        money = Money(amount_minor=minor, currency=row.currency)
        before = found.get(row.gateway_reference)
        found[row.gateway_reference] = money if before is None else before + money
    return found
