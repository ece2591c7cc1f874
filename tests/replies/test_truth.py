"""What the truth check finds, and what it lets pass, sentence by sentence."""

from datetime import date

import pytest

from makegood.money.rules import Money
from makegood.replies.rules.claims import ClaimKind, Counted, Records, records_of
from makegood.replies.rules.sums import readings
from makegood.replies.rules.truth import check, unsupported
from tests.replies import evidence

TODAY = date(2026, 10, 13)  # a Tuesday
USD = {minor: Money(amount_minor=minor, currency="USD") for minor in (3840, 2000)}
RECORDS = records_of(
    [
        *evidence.left(date(2026, 10, 5)),
        evidence.promised(date(2026, 10, 12)),
        evidence.promised(date(2026, 10, 16), "new parcel arrives"),
        evidence.later(date(2027, 3, 1), "perk ends"),
        evidence.at(18, 10),
        evidence.at(20),
        *(evidence.refund(money, source=str(money)) for money in USD.values()),
        evidence.refund(Money(amount_minor=123450, currency="EUR")),
        evidence.refund(Money(amount_minor=50, currency="GBP")),
        evidence.refund(Money(amount_minor=1500, currency="JPY")),
        *map(evidence.number, ("10482", "R-2207", "9400100000000000007731", "1Z999AA10123456784", "4242", "SW1A 1AA")),
        evidence.count(2, Counted.PARCELS),
        evidence.count(9, Counted.DAYS),
        evidence.count(93, Counted.PERCENT),
        evidence.year(2020),
    ],
    names={"Catch-22", "The Man Who Was Thursday", "Friday", "1984", "Nivea Q10", "Arrived 14 October, hub 3"},
)


def claims_in(text, language="en"):
    return check(text, records=RECORDS, language=language, today=TODAY)


SUPPORTED = [
    ("en", "It left us on October 5th.", "October 5th"),
    ("en", "We promised the 12th.", "12th"),
    ("en", "It comes on Friday the 16th.", "Friday the 16th"),
    ("en", "It comes on Friday.", "Friday"),
    ("en", "It comes this Friday.", "Friday"),
    ("en", "It comes next Friday.", "next Friday"),
    ("en", "It left last Monday, a week ago yesterday.", "last Monday"),
    ("en", "It was due yesterday.", "yesterday"),
    ("en", "It comes in three days.", "in three days"),
    ("en", "It comes within 4 days.", "within 4 days"),
    ("en", "It left eight days ago.", "eight days ago"),
    ("en", "It comes in three working days.", "in three working days"),
    ("en", "It left nine business days ago.", "nine business days ago"),
    ("en", "It comes this week.", "this week"),
    ("en", "It left in early October.", "October"),
    ("en", "It is yours until March 2027.", "March 2027"),
    ("en", "It comes on the sixteenth of October.", "sixteenth of October"),
    ("en", "It comes on 10/16/26.", "10/16/26"),
    ("en", "It comes on 16.10.2026.", "16.10.2026"),
    ("en", "It comes on Fri 16/10.", "Fri 16/10"),
    ("en", "You get USD 38.40 back.", "USD 38.40"),
    ("en", "You get $38.40 back.", "$38.40"),
    ("en", "You get twenty dollars back.", "twenty dollars"),
    ("en", "You get 38.40 to your card.", "38.40"),
    ("en", "You get 50p back.", "50p"),
    ("en", "You get ¥1,500 back.", "¥1,500"),
    ("en", "Order #10482.", "10482"),
    ("en", "Case R 2207.", "R 2207"),
    ("en", "It goes to SW1A 1AA.", "SW1A 1AA"),
    ("en", "UPS number 1Z 999 AA1 01 2345 6784.", "1Z 999 AA1 01 2345 6784"),
    ("en", "To the card ending 4242.", "4242"),
    ("en", "To the card •••• 4242.", "•••• 4242"),
    ("en", "We are 93 percent sure.", "93 percent"),
    ("en", "Two of your lost parcels are here.", "Two"),
    ("en", "After nine days without a scan.", "nine"),
    ("en", "With us since 2020.", "2020"),
    ("en", "I call you at 6:10 pm.", "6:10 pm"),
    ("en", "I call you at 8.", "8"),
    ("en", "We waited … 2 parcels came.", "2"),
    ("fr", "Vous saurez tout dans 2 h.", "2"),
    ("fr", "Il arrive le 16.", "16"),
    ("fr", "Il arrive vendredi prochain.", "vendredi prochain"),
    ("fr", "Il arrive dans trois jours.", "dans trois jours"),
    ("fr", "Il est parti il y a huit jours.", "il y a huit jours"),
    ("fr", "Jusqu’au 1er mars 2027.", "1er mars 2027"),
    ("fr", "Il arrive le seize octobre.", "seize octobre"),
    ("fr", "Je vous appelle à 18 h 10.", "18 h 10"),
    ("fr", "Vous recevrez 1 234,50 €.", "1 234,50 €"),
    ("fr", "Deux de vos colis sont perdus.", "Deux"),
    ("fr", "Nous en sommes sûrs à 93 %.", "93 %"),
    ("es", "Llega el viernes 16.", "viernes 16"),
    ("es", "Llega el próximo viernes.", "próximo viernes"),
    ("es", "Llega dentro de tres días.", "dentro de tres días"),
    ("es", "Salió hace ocho días.", "hace ocho días"),
    ("es", "Le llamo a las 18:10.", "18:10"),
    ("es", "Le llamo a las 8.", "8"),
    ("es", "Recibirá 1.234,50 €.", "1.234,50 €"),
    ("es", "Nueve días sin escaneo.", "Nueve"),
]
UNSUPPORTED = [
    ("en", "I’ll look on the 27th that both arrived.", "27th"),
    ("en", "It comes on Thursday 16 October.", "Thursday 16 October"),
    ("en", "It comes on Saturday.", "Saturday"),
    ("en", "It came last Friday.", "last Friday"),
    ("en", "It comes next Monday.", "next Monday"),
    ("en", "It comes tomorrow.", "tomorrow"),
    ("en", "It comes in five days.", "in five days"),
    ("en", "It comes within two days.", "within two days"),
    ("en", "It comes next week.", "next week"),
    ("en", "It comes in November.", "November"),
    ("en", "It comes in ten working days.", "in ten working days"),
    ("en", "You have it within nine business days.", "within nine business days"),
    ("en", "It takes us 9 days.", "9"),
    ("en", "It comes on the 1st.", "1st"),
    ("en", "It comes on Monday 1.", "Monday 1"),
    ("en", "You get $38.40 CAD back.", "$38.40 CAD"),
    ("en", "You get 1.234.50 EUR back.", "1.234.50 EUR"),
    ("en", "It comes on 16 October 2025.", "16 October 2025"),
    ("en", "It comes on 31 February.", "31 February"),
    ("en", "You get $38.41 back.", "$38.41"),
    ("en", "You get 38.40 EUR back.", "38.40 EUR"),
    ("en", "You get CA$38.40 back.", "CA$38.40"),
    ("en", "You get $3,840 back.", "$3,840"),
    ("en", "You get thirty dollars back.", "thirty dollars"),
    ("en", "Order 10482-2.", "10482-2"),
    ("en", "Order 104822.", "104822"),
    ("en", "Number 9400 1000 … 7732.", "9400 1000 … 7732"),
    ("en", "To the card ending 4243.", "4243"),
    ("en", "Number 9…31.", "9…31"),
    ("en", "It is trackingnumber777.", "trackingnumber777"),
    ("en", "We are 94 % sure.", "94 %"),
    ("en", "Three parcels are lost.", "Three"),
    ("en", "Since 2019.", "2019"),
    ("en", "I call you at 6 pm.", "6 pm"),
    ("en", "I call you at noon.", "noon"),
    ("fr", "Il arrive demain.", "demain"),
    ("fr", "Il arrive le 27.", "27"),
    ("fr", "Il arrive vendredi dernier.", "vendredi dernier"),
    ("fr", "Vous recevrez 38,41 $US.", "38,41 $US"),
    ("fr", "Trois colis sont perdus.", "Trois"),
    ("fr", "Je vous appelle à 19 h.", "19 h"),
    ("es", "Llega mañana.", "mañana"),
    ("es", "Llega el 27.", "27"),
    ("es", "Once libros se han perdido.", "Once"),
    ("es", "La semana que viene llega.", "La semana que viene"),
]
SAYS_NOTHING = [
    ("en", "One of us looks after it, once and for all, the other way round."),
    ("en", "You may march on; the second time is better, in a moment."),
    ("en", "You read Catch-22, The Man Who Was Thursday and Nivea Q10."),
    ("en", "You read “Friday” and “1984”."),
    ("en", "USPS wrote: “Arrived 14 October, hub 3”."),
    ("en", "See https://shop.example/o/777?x=16 or write to help24@shop.example."),
    ("fr", "Un colis est perdu, et l’un de nous s’en occupe."),
    ("es", "Por la mañana le llama uno de nosotros, con un paquete."),
]


@pytest.mark.parametrize(("language", "text", "claim"), SUPPORTED)
def test_what_the_records_say_may_be_said(language, text, claim):
    assert claim in [found.text for found in claims_in(text, language) if found.supported]


@pytest.mark.parametrize(("language", "text", "claim"), UNSUPPORTED)
def test_what_no_record_says_is_found(language, text, claim):
    assert [found.text for found in unsupported(claims_in(text, language)) if found.kind is not ClaimKind.DEED] == [
        claim
    ]


@pytest.mark.parametrize(("language", "text"), SAYS_NOTHING)
def test_names_addresses_and_manners_of_speaking_claim_nothing(language, text):
    assert claims_in(text, language) == ()


def test_a_name_that_reads_as_a_date_or_number_is_one_outside_quotes():
    records = Records(names=frozenset({"Friday", "1984"}))
    claims = check("It comes Friday, 1984 of them.", records=records, language="en", today=TODAY)
    assert [claim.text for claim in unsupported(claims)] == ["Friday", "1984"]


def test_claims_say_where_they_stand_what_they_are_and_which_record_supports_them():
    text = "Order 10482: 38.40 USD by 16 October at 20:00 UTC-3."
    assert [(text[claim.start : claim.end], claim.kind, claim.record) for claim in claims_in(text)] == [
        ("10482", ClaimKind.NUMBER, "10482"),
        ("38.40 USD", ClaimKind.SUM, "38.40 USD"),
        ("16 October", ClaimKind.DATE, "new parcel arrives"),
        ("20:00 UTC-3", ClaimKind.TIME, "20:00"),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "between 12 and 16 October"),
        ("en", "October 12–16"),
        ("en", "12-16 October"),
        ("fr", "du 12 au 16 octobre"),
        ("es", "entre el 12 y el 16 de octubre"),
    ],
)
def test_both_ends_of_a_range_are_dates(language, text):
    assert [(claim.kind, claim.supported) for claim in claims_in(text, language)] == [(ClaimKind.DATE, True)] * 2
    (wrong,) = unsupported(claims_in(text.replace("12", "13"), language))
    assert (wrong.kind, wrong.text.removeprefix("October ")) == (ClaimKind.DATE, "13")


def test_a_date_in_another_language_than_the_letter_is_read_too():
    assert [
        claim.supported for claim in claims_in("Il arrive on October 16th, le 16 octobre, el 16 de octubre.", "fr")
    ] == [
        True,
        True,
        True,
    ]


def test_a_number_next_to_a_date_is_read_for_itself():
    assert [(claim.text, claim.supported) for claim in claims_in("On 5 October 10482 and 2 parcels; 777 too.")] == [
        ("5 October", True),
        ("10482", True),
        ("2", True),
        ("777", False),
    ]


@pytest.mark.parametrize(("recorded", "supported"), [(date(2026, 10, 23), False), (date(2026, 10, 16), True)])
def test_a_weekday_alone_is_one_of_the_days_around_today(recorded, supported):
    (claim,) = check(
        "It comes on Friday.", records=records_of([evidence.promised(recorded)]), language="en", today=TODAY
    )
    assert claim.supported is supported


def test_a_book_called_march_hides_no_month():
    (claim,) = check("It comes in March.", records=Records(names=frozenset({"March"})), language="en", today=TODAY)
    assert (claim.text, claim.supported) == ("March", False)


def test_of_two_meanings_the_supported_one_is_meant():
    (claim,) = check("Vous habitez au 27.", records=records_of([evidence.number("27")]), language="fr", today=TODAY)
    assert (claim.kind, claim.supported) == (ClaimKind.NUMBER, True)


def test_what_a_longer_claim_hides_is_read_after_it():
    claims = claims_in("In November 10482 was lost.")
    assert [(claim.text, claim.supported) for claim in claims] == [("November", False), ("10482", True)]


def test_a_month_that_already_has_its_day_takes_no_other():
    claims = claims_in("On 5 October 20 parcels came.")
    assert [(claim.text, claim.supported) for claim in claims] == [("5 October", True), ("20", False)]


def test_a_record_without_a_source_still_supports():
    records = records_of([evidence.later(TODAY, "")])
    (claim,) = check("Look at it today.", records=records, language="en", today=TODAY)
    assert (claim.supported, claim.record) == (True, "")


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("1,234", "USD", {123400}),
        ("1,234", "KWD", {1234000, 1234}),
        ("1.234,5", "EUR", {123450}),
        ("1,234,50", "EUR", set()),
        ("1 234", "JPY", {1234}),
        ("1234.5", "JPY", set()),
        ("12.345", "USD", {1234500}),
        ("1,23,4", "USD", set()),
        ("twenty", "USD", {2000}),
    ],
)
def test_an_amount_is_read_as_its_currency_allows(amount, currency, minor):
    assert readings(amount, currency) == minor
