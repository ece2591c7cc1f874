"""Telling customers the news: one message for each kind, covering every parcel concerned, checked before it goes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from makegood.cases.actions import attach, gather, reconsider
from makegood.cases.models import Case, MessageSubject
from makegood.cases.news import grant_news, news_of, offers_for, replacement_of
from makegood.cases.queries import deliveries_gathered, is_made_good
from makegood.cases.rules import Subject, SubjectKind
from makegood.cases.subjects import deliveries_behind, key_of, not_heard, subjects
from makegood.cases.truth_check import check_words
from makegood.cases.untold import untold
from makegood.channels.actions import request_message
from makegood.channels.models import Message
from makegood.orders.models import Delivery, Order
from makegood.parcels.models import Dispatch, Parcel
from makegood.remedies.models import Grant, GrantUnits
from makegood.remedies.perks import grant_perk_for_case
from makegood.remedies.queries import perk_of_case
from makegood.remedies.rules.values import Treatment
from makegood.replies.rules.values import Draft, News, NewsKind
from makegood.replies.wording import compose, compose_opening
from makegood.staff.rules import SYSTEM


def tell(case: Case, kind: NewsKind, *, now: datetime) -> Message | None:
    """Tell the customer all of this kind that they have not heard yet, in one message; None where all is told."""
    news_now = untold(case.customer_id, kind, now=now)
    if not news_now:
        return None
    deliveries = [each.delivery for each in news_now]
    about = subjects(SubjectKind.DELIVERY, [each.pk for each in deliveries])
    gather(case, about)
    perk = grant_perk_for_case(case.pk, customer_id=case.customer_id, now=now)
    orders = list({delivery.order_id: delivery.order for delivery in deliveries}.values())
    news = news_of(kind, case=case, deliveries=deliveries, perk=perk, now=now, offers=offers_for(orders, now=now))
    message = send_news(case, news, about=about, now=now)
    if kind is NewsKind.BROKEN:
        # What is late says what we believe of it, too: that it is in danger is no news any more.
        unsure = [each.delivery.pk for each in news_now if each.in_danger and NewsKind.IN_DANGER not in each.heard]
        link(message, NewsKind.IN_DANGER, subjects(SubjectKind.DELIVERY, unsure))
    if not case.subject:
        case.subject = message.subject
        case.save(update_fields=["subject"])
    return message


def send_news(case: Case, news: News, *, about: Sequence[Subject], now: datetime) -> Message:
    """Word the news of these subjects, all of one kind, check it against the records, and send it on the case.

    Raises:
        UnsupportedWords: the words state what no record supports; nothing is sent.
    """
    draft = compose(news)
    letter = [delivery for those in deliveries_behind(about).values() for delivery in those]
    check_words(case, draft.text, now=now, subject=draft.subject, letter=letter)
    message = request_message(
        key=f"{news.kind}/{about[0].kind}:{'-'.join(str(each.id) for each in about)}",
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
    link(message, news.kind, about)
    return message


def link(message: Message, topic: NewsKind, about: Sequence[Subject]) -> None:
    """Write down what a message told, and of what."""
    MessageSubject.objects.bulk_create(
        MessageSubject(message=message, customer_id=message.customer_id, topic=topic, **key_of(each)) for each in about
    )


NEWS_OF_GRANT = {"send_again": NewsKind.SENT_AGAIN, "send_part": NewsKind.SENT_PART, "refund": NewsKind.REFUND_PROMISED}


def confirm_grant(case: Case, grant: Grant, *, now: datetime) -> None:
    """Confirm what was chosen: what goes again, by when, and what is paid back.

    What one choice made for several orders is confirmed in one letter of a kind (law 11).
    """
    kind = NEWS_OF_GRANT[grant.kind]
    together = {each.pk: each for each in chosen_together(grant)}
    new = not_heard(kind, SubjectKind.GRANT, together)
    if grant.pk in new:
        _confirm(case, kind, [together[each] for each in new], now=now)
    reconsider(case, now=now)


def chosen_together(grant: Grant) -> list[Grant]:
    """The grants of one kind that one click made for all the customer's orders; different currencies don't add up."""
    first = grant.chosen_with_id or grant.pk
    of_one_choice = Grant.objects.filter(Q(pk=first) | Q(chosen_with=first))
    return list(of_one_choice.filter(kind=grant.kind, currency=grant.currency).order_by("id"))


def _confirm(case: Case, kind: NewsKind, grants: Sequence[Grant], *, now: datetime) -> None:
    about = subjects(SubjectKind.GRANT, [grant.pk for grant in grants])
    behind = sorted({each for ids in deliveries_behind(about).values() for each in ids})
    gather(case, subjects(SubjectKind.DELIVERY, behind))
    deliveries = list(Delivery.objects.filter(id__in=behind).select_related("order", "promise").order_by("id"))
    perk = grant_perk_for_case(case.pk, customer_id=case.customer_id, now=now)
    news = news_of(kind, case=case, deliveries=deliveries, perk=perk, now=now, **grant_news(grants))
    send_news(case, news, about=about, now=now)


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
    dispatch = Dispatch.objects.filter(parcel=parcel).first()
    first = dispatch and (dispatch.announced_with_id or dispatch.pk)
    together = Dispatch.objects.filter(Q(pk=first) | Q(announced_with=first), customer_id=case.customer_id)
    rows = Parcel.objects.filter(Q(pk=parcel.pk) | Q(pk__in=together.values("parcel_id"))).order_by("id")
    new = not_heard(NewsKind.REPLACEMENT_LEFT, SubjectKind.PARCEL, rows.values_list("id", flat=True))
    if parcel.pk not in new:
        return
    parcels = list(rows.filter(pk__in=new).select_related("delivery__order", "delivery__promise", "place", "service"))
    gather(case, subjects(SubjectKind.DELIVERY, [each.delivery_id for each in parcels]))
    news = news_of(
        NewsKind.REPLACEMENT_LEFT,
        case=case,
        deliveries=[each.delivery for each in parcels],
        perk=grant_perk_for_case(case.pk, customer_id=case.customer_id, now=now),
        now=now,
        replacements=tuple(replacement_of(each) for each in parcels),
    )
    send_news(case, news, about=subjects(SubjectKind.PARCEL, new), now=now)


def tell_turned_up(case: Case, parcel: Parcel, *, now: datetime) -> None:
    """Tell, once, of a parcel we made good already that arrives after all: nothing is charged; what to do with it."""
    if not not_heard(NewsKind.TURNED_UP, SubjectKind.PARCEL, [parcel.pk]):
        return
    was_sent = GrantUnits.objects.filter(lost__delivery=parcel.delivery, treatment=Treatment.SENT_AGAIN).exists()
    news = news_of(
        NewsKind.TURNED_UP,
        case=case,
        deliveries=[parcel.delivery],
        perk=grant_perk_for_case(case.pk, customer_id=case.customer_id, now=now),
        now=now,
        sent_again_before=was_sent,
    )
    send_news(case, news, about=subjects(SubjectKind.PARCEL, [parcel.pk]), now=now)
