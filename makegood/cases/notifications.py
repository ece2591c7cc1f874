"""Telling customers the news: one message for each kind, covering every parcel concerned, checked before it goes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from makegood.cases.actions import attach, gather, reconsider
from makegood.cases.models import Case, CaseDelivery
from makegood.cases.news import grant_news, news_of, offers_for, replacement_of
from makegood.cases.queries import deliveries_gathered, is_made_good
from makegood.cases.rules import Told
from makegood.cases.supports import records_for
from makegood.channels.actions import request_message
from makegood.channels.models import Message
from makegood.channels.queries import messages_of
from makegood.kit.errors import Invalid
from makegood.orders.models import Delivery, Order
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.rules.verdicts import Verdict
from makegood.promises.rules import PromiseState
from makegood.remedies.models import Grant, GrantUnits
from makegood.remedies.perks import grant_perk_for_case
from makegood.remedies.queries import perk_of_case
from makegood.replies.rules.claims import Claim
from makegood.replies.rules.truth import check, unsupported
from makegood.replies.rules.values import Draft, News, NewsKind
from makegood.replies.wording import compose, compose_opening
from makegood.staff.rules import SYSTEM

# What broke longer ago than this when we first hear of it is history that came with an import, and no news.
STALE = timedelta(days=14)


class UnsupportedWords(Invalid):
    """The words state something our records don't support, so they are not sent."""

    slug, title = "unsupported-words", "The words state what no record supports"

    def __init__(self, claims: Sequence[str]) -> None:
        self.claims = tuple(claims)
        super().__init__(f"body: no record supports {', '.join(claims)}; put it right or take it out")

    @property
    def fields(self) -> Sequence[Mapping[str, object]]:
        return [{"field": "body", "reason": f"no record supports “{claim}”"} for claim in self.claims]


def tell(case: Case, told: Told, *, now: datetime) -> Message | None:
    """Tell the customer all of this kind that they have not heard yet, in one message; None where all is told."""
    deliveries = untold(case.customer_id, told, now=now)
    if not deliveries:
        return None
    gather(case, delivery_ids=[delivery.pk for delivery in deliveries])
    kind = NewsKind.BROKEN if told is Told.BROKEN else NewsKind.IN_DANGER
    perk = grant_perk_for_case(case.pk, customer_id=case.customer_id, now=now)
    orders = list({delivery.order_id: delivery.order for delivery in deliveries}.values())
    news = news_of(kind, case=case, deliveries=deliveries, perk=perk, now=now, offers=offers_for(orders, now=now))
    message = send_news(case, news, key=f"{kind}/{'-'.join(str(d.pk) for d in deliveries)}", now=now)
    _mark(case, deliveries, told, now=now)
    if not case.subject:
        case.subject = message.subject
        case.save(update_fields=["subject"])
    return message


def untold(customer_id: int, told: Told, *, now: datetime) -> list[Delivery]:
    """The customer's deliveries with news of this kind they have not heard, that nobody has made good yet."""
    rows = Delivery.objects.filter(customer_id=customer_id).select_related("order", "promise").order_by("id")
    rows = rows.exclude(promise__state=PromiseState.WITHDRAWN)
    heard = CaseDelivery.objects.filter(customer_id=customer_id)
    in_danger = Parcel.objects.in_danger().filter(customer_id=customer_id)
    if told is Told.BROKEN:
        rows = rows.filter(promise__state=PromiseState.BROKEN, promise__due_at__gt=now - STALE)
        arrived = Parcel.objects.filter(customer_id=customer_id, estimate__verdict=Verdict.DELIVERED)
        rows = rows.exclude(id__in=arrived.values("delivery_id"))
        rows = rows.exclude(id__in=heard.filter(told_broken_at__isnull=False).values("delivery_id"))
    else:
        known = heard.filter(Q(told_broken_at__isnull=False) | Q(told_in_danger_at__isnull=False))
        is_news = Q(promise__due_at__gt=now - STALE) | Q(id__in=known.values("delivery_id"))
        rows = rows.filter(is_news, id__in=in_danger.values("delivery_id"))
        # What is due now is told as broken; two messages at once would tell one story twice.
        rows = rows.exclude(promise__state=PromiseState.OPEN, promise__due_at__lte=now)
        rows = rows.exclude(promise__state=PromiseState.BROKEN, id__in=_unheard_broken(customer_id))
        rows = rows.exclude(id__in=heard.filter(told_in_danger_at__isnull=False).values("delivery_id"))
    told_broken = dict(heard.filter(told_broken_at__isnull=False).values_list("delivery_id", "told_broken_at"))
    return [
        each
        for each in rows
        if not is_made_good(each) and not (told is Told.BROKEN and _left_after_it_was_told(each, told_broken))
    ]


def _left_after_it_was_told(delivery: Delivery, told_broken: Mapping[int, datetime | None]) -> bool:
    """Whether this is the part of a delivery that left after the customer had heard that the whole of it was late."""
    told_at = told_broken.get(delivery.split_from_id or 0)
    return told_at is not None and not delivery.is_replacement and told_at <= delivery.promise.made_at


def _unheard_broken(customer_id: int):  # type: ignore[no-untyped-def]
    heard = CaseDelivery.objects.filter(customer_id=customer_id, told_broken_at__isnull=False)
    return Delivery.objects.filter(customer_id=customer_id).exclude(id__in=heard.values("delivery_id")).values("id")


def _mark(case: Case, deliveries: Sequence[Delivery], told: Told, *, now: datetime) -> None:
    rows = CaseDelivery.objects.filter(case=case, delivery__in=deliveries)
    if told is Told.IN_DANGER:
        rows.update(told_in_danger_at=now)
        return
    rows.update(told_broken_at=now)
    in_danger = Parcel.objects.in_danger().filter(delivery__in=deliveries)
    rows.filter(delivery__in=in_danger.values("delivery_id"), told_in_danger_at=None).update(told_in_danger_at=now)


def send_news(case: Case, news: News, *, key: str, now: datetime) -> Message:
    """Word the news, check it against the records, and send it on the case.

    Raises:
        UnsupportedWords: the words state what no record supports; nothing is sent.
    """
    draft = compose(news)
    check_words(case, draft.text, now=now)
    message = request_message(
        key=key,
        customer=case.customer,
        news=news.kind,
        subject=draft.subject,
        body=draft.text,
        language=news.language,
        by=str(SYSTEM),
        now=now,
        case_number=case.pk,
    )
    attach(case, message)
    return message


def check_words(case: Case, text: str, *, now: datetime) -> None:
    """Refuse words that state a date, a sum or a number no record supports.

    Raises:
        UnsupportedWords: they do.
    """
    wrong = unsupported(claims_in(case, text, now=now))
    if wrong:
        raise UnsupportedWords([claim.text for claim in wrong])


def claims_in(case: Case, text: str, *, now: datetime) -> tuple[Claim, ...]:
    """Every date, sum and number that words for this case's customer state, each with the record that supports it."""
    customer = case.customer
    return check(
        text,
        records=records_for(customer, case=case, now=now),
        language=customer.language,
        today=now.astimezone(ZoneInfo(customer.zone)).date(),
    )


NEWS_OF_GRANT = {"send_again": NewsKind.SENT_AGAIN, "send_part": NewsKind.SENT_PART, "refund": NewsKind.REFUND_PROMISED}


def confirm_grant(case: Case, grant: Grant, *, now: datetime) -> None:
    """Confirm what was chosen: what goes again, by when, and what is paid back.

    What one choice made for several orders is confirmed in one letter of a kind (law 11).
    """
    kind = NEWS_OF_GRANT[grant.kind]
    told = told_in(kind, "grant:", customer_id=case.customer_id)
    if grant.pk not in told:
        _confirm(case, kind, [each for each in chosen_together(grant) if each.pk not in told], now=now)
    reconsider(case, now=now)


def chosen_together(grant: Grant) -> list[Grant]:
    """The grants of one kind that one click made for all the customer's orders; different currencies don't add up."""
    first = grant.chosen_with_id or grant.pk
    of_one_choice = Grant.objects.filter(Q(pk=first) | Q(chosen_with=first))
    return list(of_one_choice.filter(kind=grant.kind, currency=grant.currency).order_by("id"))


def told_in(kind: NewsKind, prefix: str, *, customer_id: int) -> set[int]:
    """The rows that letters of this kind have told of, alone or together: their keys name them, as in `grant:5-6`."""
    keys = messages_of(customer_id).filter(news=kind).values_list("key", flat=True)
    named = [each for key in keys for each in key.removeprefix(f"{kind}/{prefix}").split("-")]
    return {int(each) for each in named if each.isdigit()}


def _confirm(case: Case, kind: NewsKind, grants: Sequence[Grant], *, now: datetime) -> None:
    units = GrantUnits.objects.filter(grant__in=grants)
    deliveries = list(
        Delivery.objects.filter(id__in=units.values("lost__delivery_id"))
        .select_related("order", "promise")
        .order_by("id")
    )
    gather(case, delivery_ids=[delivery.pk for delivery in deliveries])
    perk = grant_perk_for_case(case.pk, customer_id=case.customer_id, now=now)
    news = news_of(kind, case=case, deliveries=deliveries, perk=perk, now=now, **grant_news(grants))
    send_news(case, news, key=f"{kind}/grant:{'-'.join(str(grant.pk) for grant in grants)}", now=now)


def draft_for(case: Case, *, helper_name: str, now: datetime) -> Draft:
    """A helper's letter as the facts of now have it; where they hold no news, an opening for words of their own.

    Nothing is granted by drafting: a perk is only named where it was given. The link asks its reader to sign in, since
    the helper reads it too.
    """
    deliveries = [delivery for delivery in deliveries_gathered(case) if not delivery.is_replacement]
    orders = list({delivery.order_id: delivery.order for delivery in deliveries}.values())
    path = f"/orders/{orders[0].reference}" if len(orders) == 1 else "/orders"
    news = _news_now(case, deliveries, orders, now=now)
    if news is None:
        shop = settings.SHOP_NAME
        opening = news_of(NewsKind.RECEIVED, case=case, deliveries=[], perk=None, now=now)
        return compose_opening(replace(opening, helper_name=helper_name), subject=case.subject or shop)
    return compose(replace(news, helper_name=helper_name, link=f"{settings.BASE_URL}{path}"))


def _news_now(case: Case, deliveries: Sequence[Delivery], orders: Sequence[Order], *, now: datetime) -> News | None:
    """What there is to say on a case: what is lost and not made good yet, else what was chosen."""
    perk = perk_of_case(case.pk, customer_id=case.customer_id)
    offers = offers_for(orders, now=now)
    if offers:
        left = [delivery for delivery in deliveries if not is_made_good(delivery)] or deliveries
        kind = NewsKind.BROKEN if any(each.promise.due_at <= now for each in left) else NewsKind.IN_DANGER
        return news_of(kind, case=case, deliveries=left, perk=perk, now=now, offers=offers)
    grant = Grant.objects.filter(order__in=orders).order_by("-id").first()
    if grant is None:
        return None
    kind = NEWS_OF_GRANT[grant.kind]
    told = grant_news(chosen_together(grant))
    return news_of(kind, case=case, deliveries=deliveries, perk=perk, now=now, **told)


def tell_replacements_left(case: Case, parcel: Parcel, *, now: datetime) -> None:
    """Tell of a replacement that has left, in one letter with those that were announced together with it."""
    told = told_in(NewsKind.REPLACEMENT_LEFT, "", customer_id=case.customer_id)
    if parcel.pk in told:
        return
    dispatch = Dispatch.objects.filter(parcel=parcel).first()
    first = dispatch and (dispatch.announced_with_id or dispatch.pk)
    together = Dispatch.objects.filter(Q(pk=first) | Q(announced_with=first), customer_id=case.customer_id)
    rows = Parcel.objects.filter(Q(pk=parcel.pk) | Q(pk__in=together.values("parcel_id"))).exclude(pk__in=told)
    parcels = list(rows.select_related("delivery__order", "delivery__promise", "place", "service").order_by("id"))
    gather(case, delivery_ids=[each.delivery_id for each in parcels])
    news = news_of(
        NewsKind.REPLACEMENT_LEFT,
        case=case,
        deliveries=[each.delivery for each in parcels],
        perk=grant_perk_for_case(case.pk, customer_id=case.customer_id, now=now),
        now=now,
        replacements=tuple(replacement_of(each) for each in parcels),
    )
    send_news(case, news, key=f"{news.kind}/{'-'.join(str(each.pk) for each in parcels)}", now=now)
