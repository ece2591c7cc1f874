"""A running account as people read it, on the customer's page, at the desk and on paper: the same words everywhere."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from makegood.customers.models import Customer
from makegood.faces.balance_words import for_helpers, headline, owed_now, owed_then
from makegood.faces.words import day, local_date, money
from makegood.kit.localise import format_amount
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.orders.models import Order
from makegood.orders.queries import orders_due
from makegood.orders.statement import AccountStatement, account_statements
from makegood.payments.drawing import WayOut, ways_out
from makegood.payments.models import Refund
from makegood.payments.words import goes_to_words, tender_words

MINUS = "\N{MINUS SIGN}\N{NO-BREAK SPACE}"
PLUS = "+\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """What happened on a day: by how much what we owe grew, and what was owed then, without its sign, and by whom."""

    on_date: date
    text: str
    detail: str
    order: Order | None
    sum: str
    is_plus: bool
    then: str
    owed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingBack:
    """A sum that goes back to the customer: whether it has left us, and by which day it is there."""

    text: str
    stands: str
    by_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One way to have what is free: `to` names the tender on file, "" is the way it came."""

    to: str
    place: str
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StillToPay:
    """An order that something is due for, and what of it can be paid with what is free; "" where nothing is."""

    order: Order
    due: str
    pays: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementShown:
    """One currency of an account. `headline` is the whole truth in a sentence, `explained` where it comes from.

    `is_settled`: nothing is owed, and nothing of it waits.
    `for_helpers`: the same sentence, said of the customer.
    """

    currency: str
    headline: str
    for_helpers: str
    is_settled: bool
    explained: str
    opening: str
    opening_owed: str
    lines: tuple[LineShown, ...]
    balance: str
    balance_owed: str
    free_minor: int
    free: str
    draws: tuple[Draw, ...]
    to_pay: tuple[StillToPay, ...]
    going_back: tuple[GoingBack, ...]
    # What is due in other currencies, which money in this one does not pay by itself.
    due_elsewhere: str


def statements_shown(customer: Customer, *, now: datetime, zone: str = "", lines_in: str = "") -> list[StatementShown]:
    """A customer's account in each of its currencies, in the language that is active; days are those of `zone`.

    `lines_in`: the language in which its lines say what happened, where that is another.
    """
    # The currency in which most happened comes first.
    with override(lines_in or get_language()):
        found = sorted(account_statements(customer_id=customer.pk), key=lambda each: -len(each.lines))
    due = orders_due(customer.pk)
    shown = []
    for each in found:
        unpaid = [row for row in due if row[0].currency == each.currency]
        elsewhere = ", ".join(sorted({order.currency for order, _due in due} - {each.currency}))
        shown.append(
            _shown(
                each,
                customer,
                unpaid,
                elsewhere,
                is_one_of_several=len(found) > 1,
                now=now,
                zone=zone,
            )
        )
    return shown


def _shown(
    account: AccountStatement,
    customer: Customer,
    unpaid: Sequence[tuple[Order, int]],
    due_elsewhere: str,
    *,
    is_one_of_several: bool,
    now: datetime,
    zone: str,
) -> StatementShown:
    zone = zone or customer.zone
    free = account.free.amount_minor if account.free else 0
    at_bank = account.at_bank or account.balance * 0
    outs = ways_out(customer_id=customer.pk, currency=account.currency, now=now) if free else []
    return StatementShown(
        currency=account.currency,
        headline=headline(
            account.balance,
            at_bank=at_bank,
            due=Money(amount_minor=sum(minor for _order, minor in unpaid), currency=account.currency),
            free=Money(amount_minor=free, currency=account.currency),
            is_one_of_several=is_one_of_several,
        ),
        for_helpers=for_helpers(account.balance, at_bank=at_bank),
        is_settled=not (account.balance.amount_minor or at_bank.amount_minor or free or unpaid or account.going_back),
        explained=_explained(account),
        opening=_plain(account.opening) if account.opening.amount_minor else "",
        opening_owed=owed_then(account.opening, at_bank=at_bank * 0),
        lines=tuple(_lines(account, zone=zone)),
        balance=_plain(account.balance),
        balance_owed=owed_now(account.balance, at_bank=at_bank),
        free_minor=free if outs else 0,
        free=money(free, account.currency),
        draws=tuple(_draw(each) for each in outs),
        to_pay=tuple(
            StillToPay(order=order, due=money(minor, order.currency), pays=pays_words(order, minor, free))
            for order, minor in unpaid
        ),
        going_back=tuple(
            GoingBack(
                stands=_("on its way") if each.sent_at else _("asked for, not sent yet"),
                text=_goes_again(each) if each.came_back.all() else _goes(each.money, each.tender_kind, each.tender),
                by_date=_shops_day(each.promise.due_at) if each.promise else None,
            )
            for each in account.going_back
        ),
        due_elsewhere=due_elsewhere if outs else "",
    )


def _lines(account: AccountStatement, *, zone: str) -> Iterator[LineShown]:
    at_bank = Money(amount_minor=0, currency=account.currency)
    for line in account.lines:
        if line.kind in _AT_BANK or line.is_lost_dispute:
            at_bank -= line.amount
        yield LineShown(
            on_date=local_date(line.booked_at, zone),
            text=line.text,
            detail=line.detail,
            order=line.order,
            sum=(PLUS if line.amount.amount_minor > 0 else MINUS) + _plain(line.amount),
            is_plus=line.amount.amount_minor > 0,
            then=_plain(line.balance),
            owed=owed_then(line.balance, at_bank=at_bank),
        )


_AT_BANK = frozenset({TransferKind.DISPUTED, TransferKind.DISPUTE_WON})
_COST = frozenset({TransferKind.CHARGED, TransferKind.CHARGE_REVERSED})
_CAME = frozenset({TransferKind.RECEIVED, TransferKind.CREDIT_SPENT})
_WENT = frozenset({TransferKind.PAID_BACK, TransferKind.PAID_OUT})


def _explained(account: AccountStatement) -> str:
    """You paid 100.00; your orders come to 53.50. Only where that is all that there is to it."""

    def total(kinds: Iterable[TransferKind]) -> int:
        return sum(line.amount.amount_minor for line in account.lines if line.kind in kinds)

    came, cost, went = total(_CAME), -total(_COST), -total(_WENT)
    if account.opening.amount_minor or came - cost - went != account.balance.amount_minor or not cost:
        return ""
    sums = {name: money(minor, account.currency) for name, minor in (("came", came), ("cost", cost), ("went", went))}
    if went:
        return _("You paid %(came)s; your orders come to %(cost)s, and %(went)s went back to you.") % sums
    return _("You paid %(came)s; your orders come to %(cost)s.") % sums


def pays_words(order: Order, due_minor: int, free_minor: int) -> str:
    """What it would be to pay for an order with what is free."""
    if not due_minor or not free_minor:
        return ""
    words = {
        "sum": money(min(due_minor, free_minor), order.currency),
        "left": money(due_minor - free_minor, order.currency),
    }
    if free_minor < due_minor:
        return _("It takes %(sum)s; %(left)s is then still to be paid.") % words
    return _("It takes %(sum)s, and the order is paid.") % words


def _draw(way: WayOut) -> Draw:
    sentences = [
        _by(_goes(part.amount, part.tender_kind, part.tender), _shops_day(part.due_at) if part.due_at else None)
        for part in way.parts
    ]
    if way.to is None:
        return Draw(to="", place="", title=_("Have it back the way it came"), sentences=tuple(sentences))
    title = _("Draw it out %(where)s") % {"where": goes_to_words(way.to.kind, way.to.label)}
    place = tender_words(way.to.kind, way.to.label)
    return Draw(to=way.to.reference, place=place, title=title, sentences=tuple(sentences))


def _goes(amount: Money, kind: str, name: str) -> str:
    """46.50 USD by money order."""
    return f"{money(amount.amount_minor, amount.currency)} {goes_to_words(kind, name)}"


def _goes_again(refund: Refund) -> str:
    goes = _goes(refund.money, refund.tender_kind, refund.tender)
    return _("%(goes)s, in place of what did not arrive") % {"goes": goes}


def _shops_day(due_at: datetime) -> date:
    """Money is promised by the shop's own calendar."""
    return local_date(due_at, settings.SHOP_ZONE)


def _by(goes: str, by_date: date | None) -> str:
    if by_date is None:
        return _("%(goes)s, there at once.") % {"goes": goes}
    return _("%(goes)s, by %(day)s.") % {"goes": goes, "day": day(by_date)}


def _plain(amount: Money) -> str:
    """84.50, without its sign and currency."""
    return format_amount(abs(amount.amount_minor), amount.currency, language())


def language() -> str:
    return get_language() or "en"
