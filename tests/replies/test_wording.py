"""Letters: true in every word, in four parts, in three languages, whatever the news."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.money.rules import Money
from makegood.replies.letters.turned_up import Instead
from makegood.replies.rules.claims import Counted, Tense, records_of
from makegood.replies.rules.parts import parts_in
from makegood.replies.rules.truth import check, unsupported
from makegood.replies.rules.values import (
    ItemTruth,
    NewsKind,
    Offer,
    OfferKind,
    ParcelTruth,
    Part,
    Replacement,
    Rest,
)
from tests.replies import evidence
from tests.replies.evidence import about
from tests.replies.letters import OF_A_SUM, REQUIRED_PARTS, News, compose, letter_of

LANGUAGES = ("en", "fr", "es")
TODAY = date(2026, 10, 12)
STATES = (
    *("label_made", "never_scanned", "moving", "delayed", "held", "stalled", "lost"),
    *("delivered", "not_received", "returning", "returned", "damaged", "something_new"),
)

LOST = ParcelTruth(
    order_reference="10482",
    items=(ItemTruth(name="The Echo Chamber, softcover"), ItemTruth(name="Field Notes on Birds", quantity=2)),
    number="9400100000000000007731",
    carrier_name="USPS",
    left_on=date(2026, 10, 5),
    from_place="Reno",
    state="never_scanned",
    probability_percent=93,
    promised_date=date(2026, 10, 12),
    broken=True,
)
STALLED = ParcelTruth(
    order_reference="10511",
    items=(ItemTruth(name="Catch-22"),),
    number="9400100000000000009999",
    carrier_name="USPS",
    left_on=date(2026, 10, 5),
    picked_up_date=date(2026, 10, 6),
    from_place="Reno",
    last_scan_words="Arrived at facility 12",
    last_scan_place="Denver",
    last_scan_date=date(2026, 10, 8),
    state="stalled",
    probability_percent=71,
    promised_date=date(2026, 10, 16),
    broken=False,
)
SUM = Money(amount_minor=3840, currency="USD")
OFFERS = (
    Offer(kind=OfferKind.SEND_AGAIN, arrives_date=date(2026, 10, 16), service_words="express"),
    Offer(kind=OfferKind.REFUND, money=SUM, settles_date=date(2026, 10, 22)),
)

NEW = Replacement(
    order_reference="10482",
    carrier_name="USPS",
    number="9400100000000000008888",
    left_on=date(2026, 10, 13),
    arrives=date(2026, 10, 16),
)
LATE = replace(NEW, arrives=date(2026, 10, 9), is_late=True)
LEFT = (
    NEW,
    replace(NEW, order_reference="10511", arrives=date(2026, 10, 19)),
    replace(LATE, order_reference="10512"),
    replace(LATE, order_reference="10513", expected_date=date(2026, 10, 21)),
    replace(NEW, order_reference="10514", arrives=None, expected_date=date(2026, 10, 21)),
    replace(NEW, order_reference="10515", arrives=None),
    replace(LATE, order_reference="10516", delivered_date=date(2026, 10, 12)),
    replace(NEW, order_reference="10517", is_first=True),
    replace(LATE, order_reference="10518", is_first=True, delivered_date=date(2026, 10, 12)),
    replace(NEW, order_reference="10519", is_first=True, is_part=True),
)


def news_of(kind, language="en", **changes):
    complete = News(
        kind=kind,
        language=language,
        shop_name="Northlight Books",
        customer_name="Anna Reader",
        customer_since_year=2020,
        promises_kept=61,
        parcels=(LOST,),
        offers=OFFERS,
        again=LOST.items[:1],
        paid_back=LOST.items[1:],
        free_express_until=date(2026, 12, 31),
        replacement_arrives=date(2026, 10, 16),
        replacements=(NEW,),
        instead=Instead.SENT,
        refund=SUM,
        refund_by=date(2026, 10, 22),
        link="https://shop.example/o/10482?key=9",
        helper_name="Ruth",
    )
    news = replace(complete, **changes)
    if kind is NewsKind.NUMBER_CORRECTED:
        return replace(news, parcels=tuple(replace(each, number=each.number or NEW.number) for each in news.parcels))
    if kind is NewsKind.REPLACEMENT_LEFT:  # Its parcels are the replacements that left.
        parcels = tuple(replace(LOST, order_reference=new.order_reference) for new in news.replacements)
        return replace(news, parcels=parcels)
    if kind is NewsKind.SENT_PART and news.refund is None:
        return replace(news, refund_by=None)  # Where nothing is paid back there is no day for it.
    if kind in OF_A_SUM:
        return replace(news, refund=SUM)
    return news


def records_for(news):
    """What our records would hold if they held this news and nothing else."""
    found = [evidence.later(day, "news") for day in [news.free_express_until] if day]
    for parcel in news.parcels:
        found += _of_parcel(parcel)
    for new in news.replacements:
        of = about(new.order_reference)
        found += [evidence.order(new.order_reference), *evidence.replaced(new.left_on, of)]
        found.append(evidence.parcel(new.number, new.order_reference))
        found += [_promised(new.arrives, is_late=new.is_late, of=of)] if new.arrives else []
        found += [evidence.promised(new.expected_date, "by its service", of)] if new.expected_date else []
        found += evidence.replacement_delivered(new.delivered_date, of) if new.delivered_date else []
    found.append(_promised(news.replacement_arrives, is_late=news.is_late))
    found += [evidence.promised(news.expected_date)] if news.expected_date else []
    found += [*evidence.delivered(news.delivered_date), *evidence.replaced()] if news.delivered_date else []
    found += [evidence.order(offer.order_reference) for offer in news.offers if offer.order_reference]
    found += [evidence.promised(offer.arrives_date) for offer in news.offers if offer.arrives_date]
    found += [evidence.refund(day) for day in (news.refund_by, *(offer.settles_date for offer in news.offers)) if day]
    if news.kind is NewsKind.REFUND_DONE:
        found += evidence.refunded(news.refund, news.refund_by)
    if news.kind is NewsKind.ORDER_CANCELLED:
        found.append(evidence.cancelled())
    if news.kind is NewsKind.REFUND_CAME_BACK:
        found += [evidence.refund(news.refund_by, tense=Tense.OVER)]
    found += [evidence.refund(money) for money in (news.refund, *(offer.money for offer in news.offers)) if money]
    items = [item for parcel in news.parcels for item in parcel.items] + [*news.again, *news.paid_back]
    found += [evidence.count(item.quantity) for item in items]
    broken = sum(parcel.broken for parcel in news.parcels)
    found += [evidence.count(each, Counted.PARCELS) for each in (len(news.parcels), broken, news.new_parcels)]
    for those in (news.parcels, [parcel for parcel in news.parcels if parcel.broken]):
        found.append(evidence.count(len({each.order_reference for each in those}), Counted.ORDERS))
    found += [evidence.count(news.promises_kept, Counted.PROMISES)] if news.promises_kept else []
    found += [evidence.year(news.customer_since_year)] if news.customer_since_year else []
    places = {words for p in news.parcels for words in (p.from_place, p.last_scan_place, p.last_scan_words)}
    names = {item.name for item in items} | places | {news.customer_name, news.shop_name, "USPS", "Reno", "Express"}
    return records_of(found, names=names)


def _promised(day, *, is_late, of=frozenset()):
    """A promised day; once it is over, nobody may say that it will be."""
    promised = evidence.promised(day, "news", of)
    return replace(promised, tense=Tense.OVER) if is_late else promised


def _of_parcel(parcel):
    of = about(parcel.order_reference, parcel=parcel.number)
    found = [evidence.order(parcel.order_reference), *evidence.left(parcel.left_on, of)]
    found += [evidence.promised(parcel.promised_date, "news", about(parcel.order_reference))]
    found += [evidence.parcel(parcel.number, parcel.order_reference)] if parcel.number else []
    found += [evidence.scanned(parcel.last_scan_date, of)] if parcel.last_scan_date else []
    found += evidence.left(parcel.picked_up_date, of) if parcel.picked_up_date else []
    found += [evidence.wrote(parcel.told_missing_date, of)] if parcel.told_missing_date else []
    if parcel.state in {"delivered", "not_received"} or parcel.told_missing_date or parcel.rest is Rest.DELIVERED:
        found += evidence.delivered(parcel.last_scan_date or TODAY, of)
    return [*found, evidence.count(parcel.probability_percent, Counted.PERCENT, of)]


def claims_of(news):
    draft = compose(news)
    records = records_for(news)
    return check(f"{draft.subject}\n\n{draft.text}", records=records, language=news.language, today=TODAY)


kinds = st.sampled_from(list(NewsKind))
parcels = st.builds(
    replace,
    st.sampled_from([LOST, STALLED]),
    state=st.sampled_from(STATES),
    probability_percent=st.integers(1, 99),
    broken=st.booleans(),
    from_place=st.sampled_from(["", "Reno"]),
    left_on=st.sampled_from([None, date(2026, 10, 5)]),
    picked_up_date=st.sampled_from([None, date(2026, 10, 6)]),
    number=st.sampled_from(["", "9400100000000000007731"]),
    shares_number=st.booleans(),
    last_scan_words=st.sampled_from(["", "Arrived at facility 12"]),
    last_scan_place=st.sampled_from(["", "Denver"]),
    last_scan_date=st.sampled_from([None, date(2026, 10, 8)]),
    promised_date=st.dates(TODAY - timedelta(days=20), TODAY + timedelta(days=20)),
    made_good=st.booleans(),
    is_replacement=st.booleans(),
    told_missing_date=st.sampled_from([None, date(2026, 10, 9)]),
    rest=st.sampled_from(Rest),
    at_risk=st.booleans(),
    left_otherwise=st.booleans(),
    said_lost=st.booleans(),
)
offers = st.builds(
    Offer,
    kind=st.sampled_from(list(OfferKind)),
    arrives_date=st.just(date(2026, 10, 16)),
    settles_date=st.just(date(2026, 10, 22)),
    money=st.sampled_from(
        [None, SUM, Money(amount_minor=123450, currency="JPY"), Money(amount_minor=99, currency="EUR")]
    ),
    service_words=st.sampled_from(["", "express"]),
)
named_offers = st.builds(replace, offers, order_reference=st.sampled_from(["10482", "10511"]))
any_news = st.builds(
    news_of,
    kinds,
    st.sampled_from(LANGUAGES),
    parcels=st.lists(parcels, min_size=1, max_size=3).map(tuple),
    offers=st.one_of(st.lists(offers, max_size=3), st.lists(named_offers, max_size=5)).map(tuple),
    customer_name=st.sampled_from(["", "Anna Reader"]),
    customer_since_year=st.sampled_from([None, 2020]),
    promises_kept=st.sampled_from([None, 0, 1, 61]),
    free_express_until=st.sampled_from([None, date(2026, 12, 31)]),
    replacement_arrives=st.just(date(2026, 10, 16)),
    is_late=st.booleans(),
    expected_date=st.sampled_from([None, date(2026, 10, 20)]),
    delivered_date=st.sampled_from([None, date(2026, 10, 11)]),
    new_parcels=st.integers(1, 3),
    replacements=st.lists(st.sampled_from(LEFT), min_size=1, max_size=3).map(tuple),
    instead=st.sampled_from(Instead),
    refund=st.sampled_from([None, SUM]),
    link=st.sampled_from(["", "https://shop.example/o/10482?key=9"]),
    helper_name=st.sampled_from([None, "Ruth"]),
)


@settings(max_examples=500, deadline=None)
@given(any_news)
def test_every_letter_says_only_what_the_records_say(news):
    assert [(claim.text, claim.why, compose(news).text) for claim in unsupported(claims_of(news))] == []


@settings(max_examples=500, deadline=None)
@given(any_news)
def test_every_letter_has_the_parts_its_kind_needs_and_reads_as_a_letter(news):
    draft = compose(news)
    assert {paragraph.part for paragraph in draft.paragraphs} - {None} >= REQUIRED_PARTS[news.kind]
    assert parts_in(draft.text, language=news.language) >= REQUIRED_PARTS[news.kind], draft.text
    words = f"{draft.subject}\n{draft.text}"
    assert not re.search(r"!|%\(|%%|\bNone\b|  |order again|commandez à nouveau|vuelva a pedir", words)
    assert all(paragraph.text.strip() for paragraph in draft.paragraphs)
    assert all(paragraph.text[0].isupper() or not paragraph.text[0].isalpha() for paragraph in draft.paragraphs)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", NewsKind)
def test_each_kind_has_its_own_words_in_each_language(kind, language):
    draft = compose(news_of(kind, language))
    others = [compose(news_of(other, language)) for other in NewsKind if other is not kind]
    assert draft.subject not in {other.subject for other in others}
    translated = {compose(news_of(kind, other)).subject for other in LANGUAGES}
    assert len(translated) == len(LANGUAGES)
    english = set(compose(news_of(kind, "en")).text.split("\n\n")) - {"Northlight Books"}
    if language != "en":
        assert english & set(draft.text.split("\n\n")) == {"Ruth, Northlight Books"}


@pytest.mark.parametrize("kind", [kind for kind in NewsKind if Part.TRUTH in REQUIRED_PARTS[kind]])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_tells_all_four_parts_in_order(kind, language):
    parts = [paragraph.part for paragraph in compose(news_of(kind, language)).paragraphs]
    assert parts == [None, Part.ACKNOWLEDGEMENT, Part.TRUTH, Part.REMEDY, Part.COME_BACK, None]


def test_the_first_sentence_of_a_broken_promise_names_it():
    draft = compose(news_of(NewsKind.BROKEN))
    assert draft.paragraphs[1].text == (
        "Your parcel should have been with you by Monday 12 October, and it isn’t. We’re sorry. "
        "You have ordered from us since 2020, and this isn’t what you were promised."
    )


def test_the_broken_day_is_told_once():
    assert compose(news_of(NewsKind.BROKEN)).text.count("12 October") == 1
    assert "Your parcel should" in compose(news_of(NewsKind.BROKEN, parcels=(replace(LOST, broken=False),))).text


def test_the_whole_truth_is_told():
    assert compose(news_of(NewsKind.IN_DANGER, parcels=(STALLED,))).paragraphs[2].text == (
        "Order 10511, with “Catch-22”: it left Reno on Tuesday 6 October. "
        "USPS last scanned it in Denver on Thursday 8 October: “Arrived at facility 12”. "
        "Its tracking number is 9400100000000000009999. We think that it was lost after that, and are 71\u00a0% sure. "
        "It is promised for Friday 16 October, and we no longer count on that day."
    )


def test_of_what_is_still_here_no_way_is_told():
    here = replace(LOST, left_on=None, number="", carrier_name="", state="not_shipped", probability_percent=0)
    assert compose(news_of(NewsKind.BROKEN, parcels=(here,))).paragraphs[2].text == (
        "Order 10482, with “The Echo Chamber, softcover” and two of “Field Notes on Birds”. It is still with us."
    )


@pytest.mark.parametrize(
    ("language", "words"), [("en", "It was promised for"), ("fr", "était promis"), ("es", "Estaba prometido")]
)
def test_what_is_made_good_was_promised_and_is_no_more(language, words):
    parcel = replace(STALLED, made_good=True)
    assert words in compose(news_of(NewsKind.REFUND_PROMISED, language, parcels=(parcel,))).text


def test_a_day_of_next_year_says_its_year():
    late = replace(STALLED, promised_date=date(2027, 3, 3))
    assert "promised for Wednesday 3 March 2027" in compose(news_of(NewsKind.IN_DANGER, parcels=(late,))).text


def test_sending_again_comes_first_and_the_money_second():
    assert compose(news_of(NewsKind.BROKEN)).paragraphs[3].text == (
        "We can send you the same again, to be with you on Friday 16 October. It would travel by express. "
        "You pay nothing and send nothing back. "
        "If you would rather have your money back, that is 38.40\u00a0USD, by Thursday 22 October. "
        "Choose here: https://shop.example/o/10482?key=9"
    )


def test_some_again_and_the_rest_paid_back_to_the_cent():
    remedy = compose(news_of(NewsKind.SENT_PART)).paragraphs[3].text
    assert "We are sending you “The Echo Chamber, softcover” again, at our cost." in remedy
    assert "We no longer have two of “Field Notes on Birds”. We will pay back 38.40\u00a0USD by Thursday" in remedy


@pytest.mark.parametrize(
    ("language", "beginning"),
    [("en", "Two of your parcels "), ("fr", "Deux de vos colis "), ("es", "Dos de sus paquetes ")],
)
@pytest.mark.parametrize("kind", [NewsKind.IN_DANGER, NewsKind.BROKEN, NewsKind.TURNED_UP])
def test_one_letter_covers_parcels_of_several_orders(kind, language, beginning):
    both = (LOST, replace(STALLED, broken=True))
    draft = compose(news_of(kind, language, parcels=both))
    assert draft.paragraphs[1].text.startswith(beginning)
    truths = [paragraph.text for paragraph in draft.paragraphs if paragraph.part is Part.TRUTH]
    assert [order in truth for order, truth in zip(("10482", "10511"), truths, strict=True)] == [True, True]
    assert "10482" in draft.subject
    assert "10511" in draft.subject


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [3, 12, 13])
def test_a_letter_about_many_parcels_counts_them_truly(language, count):
    news = news_of(NewsKind.IN_DANGER, language, parcels=(LOST,) * count)
    assert unsupported(claims_of(news)) == ()
    claim = next(claim for claim in claims_of(news) if claim.record == str(count))
    assert claim.text.isdigit() is (count == 13)


def test_a_date_is_called_broken_only_for_the_parcels_it_broke_for():
    draft = compose(news_of(NewsKind.BROKEN, parcels=(STALLED, LOST)))
    assert draft.paragraphs[1].text.startswith("Your parcel should have been with you by Monday 12 October,")


@pytest.mark.parametrize(("probability", "words"), [(49, "It may only be late"), (50, "We think that it was lost")])
def test_we_say_how_sure_we_are(probability, words):
    parcel = replace(STALLED, probability_percent=probability)
    assert words in compose(news_of(NewsKind.IN_DANGER, parcels=(parcel,))).text


def test_a_language_nobody_here_writes_is_answered_in_english():
    assert compose(news_of(NewsKind.BROKEN, "tlh")) == compose(news_of(NewsKind.BROKEN, "en"))
    assert compose(news_of(NewsKind.BROKEN, "fr-ca")) == compose(news_of(NewsKind.BROKEN, "fr"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_that_says_another_date_than_the_records_is_caught(language):
    draft = compose(news_of(NewsKind.SENT_AGAIN, language))
    records = records_for(
        news_of(NewsKind.SENT_AGAIN, language, replacement_arrives=date(2026, 10, 19), offers=(), replacements=())
    )
    caught = unsupported(check(draft.text, records=records, language=language, today=TODAY))
    assert len(caught) == 1
    assert "16" in caught[0].text


@pytest.mark.parametrize("kind", NewsKind)
def test_every_kind_of_news_has_its_letter(kind):
    assert letter_of(news_of(kind)).kind is kind
