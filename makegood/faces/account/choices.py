"""What the customer may choose, and what became of what was chosen."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.functional import Promise as Lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from makegood.faces.account.order_view import OrderView
from makegood.faces.account.remedy_words import REMEDY_WORDS
from makegood.faces.words import day, deadline, money, rich
from makegood.kit.holidays import calendar_of
from makegood.kit.instants import local_day, zone_named
from makegood.money.rules import Money
from makegood.payments.models import Refund
from makegood.policies.rules.values import FIRST_LANGUAGE, RemedyKind, Said
from makegood.promises.rules import reply_due_at
from makegood.remedies.models import Grant
from makegood.remedies.rules.authority import withheld_words
from makegood.remedies.rules.remedy import Remedy
from makegood.remedies.rules.steps.states import StepKind, StepState
from makegood.remedies.rules.trouble import DeliveryCondition
from makegood.remedies.rules.values import Treatment
from makegood.replies.letters.made_good import unpaid_in_words
from makegood.replies.phrases import items_in_words, listed, to_tender, what_is_short
from makegood.replies.rules.values import ItemTruth
from makegood.staff.rules import Standpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to make it good as a row with a button. `asks_until`: a person has to agree, by that day.

    `seen` names just this: where it has changed when they press, they are told and nothing is done.
    """

    kind: str
    seen: str
    title: str
    words: SafeString
    button: str
    asks_until: date | None
    # Why a person has to, in the policy's own words, and in which language those are; None where it says nothing.
    why: Said | None
    # Whether something of it comes after the day on which they need it.
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What was granted: when it arrives or is paid, and how far we are with it.

    `is_in_trouble`: what was sent is late or most likely lost, or money is overdue.
    """

    title: str
    sentences: tuple[SafeString, ...]
    is_in_trouble: bool


def choices(order: OrderView, remedies: Iterable[Remedy], *, now: datetime) -> list[Choice]:
    """The remedies, best first, as the customer sees them."""
    return [
        Choice(
            kind=remedy.kind,
            seen=remedy.fingerprint,
            title=OFFERS[remedy.kind][0](remedy, order),
            words=OFFERS[remedy.kind][1](remedy, order),
            button=str(REMEDY_WORDS[remedy.kind].button),
            asks_until=None if Standpoint.CUSTOMER in remedy.may_grant else answer_day(now=now),
            why=_why(remedy),
            is_late=bool(remedy.is_late),
        )
        for remedy in remedies
    ]


def _why(remedy: Remedy) -> Said | None:
    words = withheld_words(remedy.granting, Standpoint.CUSTOMER)
    return words.said_in(get_language() or FIRST_LANGUAGE) if words else None


def answer_day(*, now: datetime) -> date:
    """By when a person answers what is asked now, in the shop's days."""
    shop = calendar_of(country=settings.SHOP_COUNTRY, zone=settings.SHOP_ZONE)
    return local_day(reply_due_at(shop=shop, now=now), zone_named(settings.SHOP_ZONE))


def _send_again_title(remedy: Remedy, order: OrderView) -> str:
    services = {sending.route.service_name for sending in remedy.sendings}
    count = len([each for each in order.troubled if each.parcel])
    if len(services) != 1:
        return ngettext("Send it again", "Send them again", count)
    words = {"service": services.pop()}
    return ngettext("Send it again, by %(service)s", "Send them again, by %(service)s", count) % words


def _send_again_words(remedy: Remedy, order: OrderView) -> SafeString:
    words = {"day": day(remedy.arrives_date), "when": deadline(remedy.choose_by, order.zone)}
    return rich(
        _("At your door <b>%(day)s</b> if you choose by %(when)s. Nothing to pay, nothing to send back."), **words
    )


def _send_part_words(remedy: Remedy, order: OrderView) -> SafeString:
    words = {"day": day(remedy.arrives_date), "when": deadline(remedy.choose_by, order.zone)}
    sent = _items(order, [pair for sending in remedy.sendings for pair in sending.units])
    refunded = remedy.treated(Treatment.REFUNDED)
    missing = _items(order, [(each.delivery_units_id, each.quantity) for each in refunded])
    words["again"] = items_in_words(sent)
    again = rich(_("%(again)s at your door <b>%(day)s</b> if you choose by %(when)s."), **words)
    short = what_is_short(sent, missing)
    if remedy.refund is None:
        return format_html("{} {}", again, short)
    return format_html("{} {} {} {}", again, short, _("For the rest:"), _money_back(remedy, order))


def _send_part_title(remedy: Remedy, _order: OrderView) -> str:
    if remedy.refund is None:
        return _("Send what you have")
    return _("Send what you have, and pay back the rest")


def _money_back(remedy: Remedy, order: OrderView) -> SafeString:
    """So much to each tender by such a day; nothing where nothing is paid, and a word where not all was ever paid."""
    if remedy.refund is None:
        return SafeString()
    parts = [
        rich(
            "<b>%(money)s</b> %(where)s",
            money=money(step.amount.amount_minor, step.amount.currency),
            where=to_tender(step.tender.kind, step.tender.name) if step.tender else _("the way you paid"),
        )
        for step in remedy.money_back
    ]
    # The parts are escaped already, and what joins them is ours.
    words = {"parts": mark_safe(listed(parts)), "day": day(remedy.refund_by_date)}  # noqa: S308
    said = format_html(_("%(parts)s, by %(day)s.") % {name: f"{{{name}}}" for name in words}, **words)
    return format_html("{} {}", said, unpaid_in_words(remedy.unpaid)) if remedy.unpaid else said


def _items(order: OrderView, units: Sequence[tuple[int, int]]) -> list[ItemTruth]:
    titles = {unit.pk: unit.title for seen in order.deliveries for unit in seen.delivery.units.all()}
    found: dict[str, int] = {}
    for units_id, quantity in units:
        found[titles[units_id]] = found.get(titles[units_id], 0) + quantity
    return [ItemTruth(name=name, quantity=quantity) for name, quantity in found.items()]


def _send_now_title(remedy: Remedy, _order: OrderView) -> str:
    services = {sending.route.service_name for sending in remedy.sendings}
    return _("Send it now, by %(service)s") % {"service": services.pop()} if len(services) == 1 else _("Send it now")


def _send_now_words(remedy: Remedy, order: OrderView) -> SafeString:
    words = {"day": day(remedy.arrives_date), "when": deadline(remedy.choose_by, order.zone)}
    return rich(_("At your door <b>%(day)s</b> if you choose by %(when)s. You pay nothing more for it."), **words)


def _instead_title(remedy: Remedy, _order: OrderView) -> str:
    items = [ItemTruth(name=name, quantity=quantity) for name, quantity in remedy.instead_by_title.items()]
    return _("Send me %(items)s in its place") % {"items": items_in_words(items)}


def _instead_words(remedy: Remedy, order: OrderView) -> SafeString:
    words = {"day": day(remedy.arrives_date), "when": deadline(remedy.choose_by, order.zone)}
    arrives = rich(_("At your door <b>%(day)s</b> if you choose by %(when)s."), **words)
    if remedy.refund is None:
        return format_html("{} {}", arrives, _("It costs you no more than what you ordered."))
    less = _("It costs less, and the difference comes back to you:")
    return format_html("{} {} {}", arrives, less, _money_back(remedy, order))


def _later_words(remedy: Remedy, _order: OrderView) -> SafeString:
    return rich(_("At your door by <b>%(day)s</b>, in the way you ordered it."), day=day(remedy.arrives_date))


# The title of what is offered, and what it means for them.
OFFERS: dict[RemedyKind, tuple[Callable[[Remedy, OrderView], str], Callable[[Remedy, OrderView], SafeString]]] = {
    RemedyKind.SEND_FASTER: (_send_now_title, _send_now_words),
    RemedyKind.SEND_ELSEWHERE: (_send_now_title, _send_now_words),
    RemedyKind.NEW_DATE: (lambda *_of: _("A later day is fine"), _later_words),
    RemedyKind.SEND_AGAIN: (_send_again_title, _send_again_words),
    RemedyKind.SEND_PART: (_send_part_title, _send_part_words),
    RemedyKind.UPGRADE_EDITION: (_instead_title, _instead_words),
    RemedyKind.SUBSTITUTE: (_instead_title, _instead_words),
    RemedyKind.REFUND: (lambda *_of: _("Give me my money back"), _money_back),
}


# How far we are with a step of each kind, where the other sentences don't say it.
STEPS: Mapping[StepKind, Mapping[StepState, Lazy]] = {
    StepKind.STOP: {},
    StepKind.NEW_DATE: {},
    StepKind.RESERVE_STOCK: {},
    StepKind.DISPATCH: {
        StepState.REQUESTED: gettext_lazy("We have set it aside for you, and pack it next."),
        StepState.UNDER_WAY: gettext_lazy("It is being packed."),
        StepState.FAILED: gettext_lazy("We couldn’t send it yet; somebody here sees to it."),
    },
    StepKind.REFUND: {
        StepState.FAILED: gettext_lazy("We couldn’t pay it yet; somebody here sees to it."),
    },
}


def chosen(order: OrderView) -> list[Chosen]:
    """What was granted for this order, the newest first."""
    return [_chosen(order, grant) for grant in reversed(order.grants)]


def _chosen(order: OrderView, grant: Grant) -> Chosen:
    steps = grant.steps.all()
    dispatches = {step.dispatch_id for step in steps}
    promises = {step.promise_id for step in steps}
    sent = [
        each.condition
        for each in order.deliveries
        if (each.dispatch and each.dispatch.pk in dispatches) or each.delivery.promise_id in promises
    ]
    refunds = [each.refund for each in order.refunds if each.grant_id == grant.pk]
    alive = [each for each in sent if not each.is_called_off]
    sentences = []
    if alive:
        sentences.append(rich(_how_far(alive), day=day(_arrives(order, dispatches) or grant.arrives_date)))
        made_good = [units for each in order.deliveries for units in each.made_good if units.grant_id == grant.pk]
        if any(units.treatment == Treatment.SENT_AGAIN for units in made_good):
            sentences.append(rich(_("There is nothing to pay and nothing to send back.")))
    if sent and not alive:
        sentences.append(rich(_("Your order was cancelled before it left us, so we didn’t send it.")))
    elif len(sent) > len(alive):
        sentences.append(rich(_("A part of it was cancelled before it left us, and does not come.")))
    sentences += [_refund(each, order) for each in refunds]
    if grant.unpaid_minor:
        unpaid = Money(amount_minor=grant.unpaid_minor, currency=grant.currency)
        sentences.append(rich("%(words)s", words=unpaid_in_words(unpaid)))
    is_in_trouble = any(each.is_late or each.is_in_danger for each in alive)
    # What should be there by now is not said to be packed next.
    untold = {StepState.REQUESTED, StepState.UNDER_WAY} if is_in_trouble else set()
    told = (STEPS[StepKind(step.kind)].get(StepState(step.state)) for step in steps if step.state not in untold)
    sentences += [rich(str(words)) for words in dict.fromkeys(told) if words]
    return Chosen(
        title=str(REMEDY_WORDS[RemedyKind(grant.kind)].chosen) if alive or not sent else _("It is not sent any more."),
        sentences=tuple(sentences),
        is_in_trouble=is_in_trouble
        or any(each.carried_by.is_overdue(now=order.now) or each.is_with_us for each in refunds),
    )


def _arrives(order: OrderView, dispatches: Container[int | None]) -> date | None:
    """By when the last of what was sent again is promised: what was cancelled and left all the same has a new day."""
    days = [
        each.delivery.by_date
        for each in order.deliveries
        if each.dispatch and each.dispatch.pk in dispatches and not each.condition.is_called_off
    ]
    return max(days, default=None)


def _how_far(sent: Sequence[DeliveryCondition]) -> str:
    """What became of what was sent again, where it was promised for `day`."""
    if sent and all(each.is_delivered for each in sent):
        return ngettext("It was delivered.", "All of it was delivered.", len(sent))
    if any(each.is_made_good for each in sent):
        return _("It was promised for <b>%(day)s</b>, and did not come.")
    if any(each.is_late for each in sent):
        return _("It should have been at your door by <b>%(day)s</b>, and it isn’t.")
    if any(each.is_in_danger for each in sent):
        return _("It is promised for <b>%(day)s</b>, and that is no longer certain.")
    return _("At your door <b>%(day)s</b>.")


def _refund(refund: Refund, order: OrderView) -> SafeString:
    at = refund.failed_at or refund.done_at or refund.due_at
    words = {
        "money": money(refund.amount_minor, refund.currency),
        "day": day(at, settings.SHOP_ZONE) if at else "",
        "where": to_tender(refund.tender_kind, refund.tender),
    }
    if refund.failed_at:
        return rich(_("<b>%(money)s</b> did not arrive %(where)s, and came back to us on %(day)s."), **words)
    if refund.done_at:
        return rich(_("We paid <b>%(money)s</b> back on %(day)s."), **words)
    if refund.is_overdue(now=order.now):
        return rich(_("We promised to pay <b>%(money)s</b> back by %(day)s, and haven’t yet. We’re sorry."), **words)
    if refund.sent_at:
        return rich(_("<b>%(money)s</b> is on its way %(where)s, to be there by %(day)s."), **words)
    return rich(_("We will pay back <b>%(money)s</b> %(where)s, by %(day)s."), **words)
