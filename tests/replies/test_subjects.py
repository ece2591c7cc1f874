"""Sentences about two orders: which may be said, which not, in three languages."""

from datetime import date

import pytest

from makegood.money.rules import Money
from makegood.replies.rules.claims import Counted, Topic, records_of
from makegood.replies.rules.truth import check, unsupported
from tests.replies import evidence
from tests.replies.evidence import about

TODAY = date(2026, 10, 13)
ONE, TWO = about("1001"), about("2002")
PARCEL = "9400100000000000007731"
RECORDS = records_of(
    [
        evidence.order("1001"),
        evidence.order("2002"),
        evidence.parcel(PARCEL, "1001"),
        *evidence.left(date(2026, 10, 5), about("1001", parcel=PARCEL)),
        evidence.promised(date(2026, 10, 16), of=ONE),
        evidence.promised(date(2026, 11, 20), of=TWO),
        evidence.refund(Money(amount_minor=5400, currency="USD"), TWO),
        evidence.refund(date(2026, 12, 3), TWO),
        evidence.price(Money(amount_minor=1695, currency="USD"), ONE),
        evidence.count(2, Counted.PARCELS),
        evidence.count(93, Counted.PERCENT),
    ],
    titles={"Field Notes on Birds": ONE, "Atlas of Small Islands": TWO},
    matter=("1001", "2002"),
)
TRUE = [
    ("en", "Order 1001 left us on 5 October and comes on 16 October."),
    ("en", "Order 2002 arrives on 20 November, and we pay 54.00 USD back."),
    ("en", "Order 1001 comes on 16 October; order 2002 comes on 20 November."),
    ("en", "“Atlas of Small Islands” comes on 20 November."),
    ("en", "We will refund 54.00 USD by 3 December."),
    ("en", "Order 1001 is late. The other one comes on 20 November."),
    ("en", "Order 1001 cost 16.95 USD."),
    ("en", "Your 2 parcels are late, we are 93 % sure."),
    ("en", "We have not refunded you yet."),
    ("en", "I write to you as soon as we have refunded you."),
    ("en", "We have sent you an e-mail about it."),
    ("fr", "La commande 2002 arrivera le 20 novembre."),
    ("fr", "Nous ne vous avons pas encore remboursé."),
    ("fr", "Nous vous rembourserons 54,00 USD au plus tard le 3 décembre."),
    ("es", "El pedido 2002 llegará el 20 de noviembre."),
    ("es", "Todavía no le hemos devuelto el dinero."),
    ("es", "Le devolveremos 54,00 USD a más tardar el 3 de diciembre."),
]
FALSE = [
    ("en", "Order 1001 arrives on 20 November.", ["20 November"]),
    ("en", "Order 1001 arrives on 20 November, and we pay 54.00 USD back.", ["20 November", "54.00 USD"]),
    ("en", "Order 1001 is late.\n\nIt arrives on 20 November.", ["20 November"]),
    ("en", "“Field Notes on Birds” comes on 20 November.", ["20 November"]),
    ("en", f"Order 2002: its tracking number is {PARCEL}.", [PARCEL]),
    ("en", "I have refunded you.", ["have refunded"]),
    ("en", "It was delivered on 5 October.", ["was delivered", "5 October"]),
    ("en", "We refund 16.95 USD on order 1001.", ["16.95 USD"]),
    ("en", "3 parcels are late.", ["3"]),
    ("en", "93 parcels are late.", ["93"]),
    ("fr", "La commande 1001 arrivera le 20 novembre.", ["20 novembre"]),
    ("fr", "Votre remboursement est parti.", ["remboursement est parti"]),
    ("es", "El pedido 1001 llegará el 20 de noviembre.", ["20 de noviembre"]),
    ("es", "Le hemos devuelto el dinero.", ["hemos devuelto el dinero"]),
]
HARMLESS = [
    ("en", "We are closed on 24 December."),
    ("en", "The book has 320 pages."),
    ("en", "Call us at +1 775 555 0199."),
    ("en", "Our shop is at 5 Main Street."),
    ("en", "It is the 2nd edition."),
    ("fr", "Nous sommes fermés le 24 décembre."),
    ("fr", "Il a 320 pages."),
    ("es", "Estamos cerrados el 24 de diciembre."),
    ("es", "El libro tiene 320 páginas."),
]


def wrong(text, language):
    return [claim.text for claim in unsupported(check(text, records=RECORDS, language=language, today=TODAY))]


@pytest.mark.parametrize(("language", "text"), TRUE + HARMLESS)
def test_the_honest_sentence_may_be_said(language, text):
    assert wrong(text, language) == []


@pytest.mark.parametrize(("language", "text", "claims"), FALSE)
def test_the_false_one_is_held_back(language, text, claims):
    assert wrong(text, language) == claims


def test_what_is_paid_back_may_be_said_to_be():
    records = records_of(evidence.refunded(Money(amount_minor=5400, currency="USD"), of=TWO))
    assert records.deeds.keys() == {Topic.REFUND}
    assert unsupported(check("We have refunded you.", records=records, language="en", today=TODAY)) == ()
