"""Offers of several orders: each for the order that it names, with its own day and its own sum."""

from dataclasses import replace
from datetime import date

from makegood.money.rules import Money
from makegood.replies.rules.values import NewsKind, Offer, OfferKind, Part
from tests.replies.letters import compose
from tests.replies.test_wording import LOST, OFFERS, STALLED, news_of

NOW_BY_MONDAY = Offer(kind=OfferKind.SEND_NOW, arrives_date=date(2026, 10, 19), service_words="ground")


def test_each_of_several_orders_has_offers_of_its_own():
    again, refund = OFFERS
    first = [replace(each, order_reference="10482") for each in (again, refund)]
    part = replace(again, kind=OfferKind.SEND_PART, order_reference="10511", service_words="", money=None)
    paragraphs = compose(news_of(NewsKind.BROKEN, parcels=(LOST, STALLED), offers=(*first, part))).paragraphs
    assert [each.text for each in paragraphs if each.part is Part.REMEDY] == [
        (
            "For order 10482: we can send you the same again, to be with you on Friday 16 October. It would travel by "
            "express. You pay nothing and send nothing back. If you would rather have your money back, that is "
            "38.40\u00a0USD, by Thursday 22 October."
        ),
        (
            "For order 10511: we no longer have everything that was in it, but we can send you what we have, to be "
            "with you on Friday 16 October."
        ),
        "Choose here: https://shop.example/o/10482?key=9",
    ]


def test_orders_to_which_the_same_is_offered_share_a_paragraph_and_keep_their_own_sums():
    _, refund = OFFERS
    other = replace(refund, money=Money(amount_minor=1250, currency="USD"))
    of_both = [
        replace(each, order_reference=order)
        for order, money in (("10482", refund), ("10511", other))
        for each in (NOW_BY_MONDAY, money)
    ]
    news = news_of(NewsKind.BROKEN, parcels=(LOST, STALLED), offers=tuple(of_both))
    remedy = [each.text for each in compose(news).paragraphs if each.part is Part.REMEDY]
    assert remedy[0] == (
        "For orders 10482 and 10511: we can send them now, to be with you on Monday 19 October. They would travel by "
        "ground. You pay nothing more for them. If you would rather have your money back, that is for order 10482 "
        "38.40\u00a0USD and for order 10511 12.50\u00a0USD, by Thursday 22 October."
    )


def test_what_never_left_is_counted_in_orders_and_not_in_parcels():
    never_left = replace(STALLED, left_on=None, broken=True)
    began = compose(news_of(NewsKind.BROKEN, parcels=(LOST, never_left))).paragraphs[1].text
    assert began.startswith("Two of your orders should have been with you by now, and they aren’t.")
