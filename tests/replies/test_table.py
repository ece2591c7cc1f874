"""A table of sentences about a rich world: which may be said, and what is held back of those that may not.

Two orders in trouble (1001 with two parcels, 2002 with one) and one long ago (3003), in two currencies, with money
paid back and money promised. Each line is `language | sentence`, the false ones with what is wrong in [brackets].
"""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.money.rules import Money
from makegood.replies.rules.claims import Counted, Evidence, Tense, Topic, records_of
from makegood.replies.rules.truth import check, unsupported
from tests.replies import evidence
from tests.replies.evidence import about

TODAY = date(2026, 11, 3)  # a Tuesday
A, B, C = "9400100000000000000111", "9400100000000000000222", "9400100000000000000333"
ONE, TWO, OLD = about("1001"), about("2002"), about("3003")
OF_A, OF_B, OF_C = about("1001", parcel=A), about("1001", parcel=B), about("2002", parcel=C)


def usd(minor):
    return Money(amount_minor=minor, currency="USD")


def eur(minor):
    return Money(amount_minor=minor, currency="EUR")


RECORDS = records_of(
    [
        *map(evidence.order, ("1001", "2002", "3003")),
        *(evidence.parcel(number, of) for number, of in ((A, "1001"), (B, "1001"), (C, "2002"))),
        *evidence.left(date(2026, 10, 5), OF_A),
        *evidence.left(date(2026, 10, 7), OF_B),
        *evidence.left(date(2026, 10, 19), OF_C),
        *evidence.delivered(date(2026, 10, 9), OF_A),
        evidence.scanned(date(2026, 10, 8), OF_B),
        evidence.scanned(date(2026, 10, 21), OF_C),
        evidence.promised(date(2026, 10, 16), of=OF_A),
        evidence.promised(date(2026, 11, 12), of=OF_B),
        evidence.promised(date(2026, 11, 20), of=OF_C),
        evidence.price(usd(1695), ONE),
        evidence.price(usd(480), ONE),
        evidence.price(usd(2175), ONE),
        evidence.price(eur(6200), TWO),
        evidence.refund(usd(2175), ONE),
        evidence.refund(eur(5400), TWO),
        evidence.refund(date(2026, 11, 10), ONE),
        evidence.refund(date(2026, 12, 3), TWO),
        evidence.arranged(ONE),
        evidence.arranged(TWO),
        *evidence.refunded(usd(3150), date(2026, 9, 14), of=OLD),
        *evidence.delivered(date(2026, 8, 21), OLD),
        Evidence(
            value=usd(2890),
            source="price of “A Year of Tides”",
            topic=Topic.CATALOGUE,
            titles=frozenset({"A Year of Tides"}),
        ),
        evidence.later(date(2027, 4, 18), "perk until"),
        Evidence(value=date(2026, 11, 2), source="they wrote", topic=Topic.MESSAGE, tense=Tense.DONE),
        evidence.number("4242", ONE),
        evidence.number("7731", TWO),
        evidence.count(2, Counted.PARCELS, ONE),
        evidence.count(1, Counted.PARCELS, TWO),
        evidence.count(3, Counted.PARCELS),
        evidence.count(2, Counted.ORDERS),
        evidence.count(4, Counted.UNITS, ONE),
        evidence.count(61, Counted.PROMISES),
        evidence.count(71, Counted.PERCENT, OF_C),
        evidence.count(93, Counted.PERCENT, OF_B),
        evidence.year(2020),
    ],
    names={"Reno", "Ada Marsh", "Visa ending 4242"},
    titles={"Field Notes on Birds": ONE, "Atlas of Small Islands": TWO, "A Year of Tides": frozenset()},
    matter=("1001", "2002"),
)

TRUE = f"""
en | Order 2002 arrives on 20 November, and we pay 54.00 EUR back.
en | Order 1001 left us on 5 October.
en | Order 1001 left us on 5 and 7 October.
en | Order 2002 left us on 19 October and comes on 20 November.
en | Order 1001 comes on 12 November; order 2002 comes on 20 November.
en | Orders 1001 and 2002 left us on 5 October and 19 October.
en | Parcel {A} was delivered on 9 October.
en | Parcel {A} left us on 5 October.
en | Parcel {B} left us on 7 October and was last scanned on 8 October.
en | Parcel {B} of order 1001 comes on 12 November.
en | Parcel {C} comes on 20 November.
en | Order 2002: its tracking number is {C}.
en | “Atlas of Small Islands” comes on 20 November.
en | “Field Notes on Birds” left us on 5 October.
en | Order 1001 cost 21.75 USD, 16.95 USD of it for the goods.
en | Order 2002 cost 62.00 EUR.
en | We will refund 54.00 EUR for order 2002 by 3 December.
en | We will refund 21.75 USD for order 1001 by 10 November.
en | Order 2002: your money back is 54.00 EUR, by 3 December. Or we let it come later, to be with you by 20 November.
fr | Commande 2002 : le remboursement est de 54,00 €, avant le 3 décembre. Ou nous la laissons arriver le 20 novembre.
es | Pedido 2002: el reembolso es de 54,00 €, antes del 3 de diciembre. O dejamos que llegue el 20 de noviembre.
en | For order 3003 we have refunded 31.50 USD.
en | For order 3003 we refunded you on 14 September.
en | Order 3003 was delivered on 21 August.
en | Order 1001 is late.\\n\\nIt comes on 12 November.
en | Order 1001 is late. The other one comes on 20 November.
en | Your 3 parcels are late.
en | Both of your orders are late.
en | For order 1001 your 2 parcels are late.
en | Your 4 books are in order 1001.
en | We are 71 % sure that order 2002 is lost.
en | We have kept 61 promises to you.
en | You have ordered from us since 2020.
en | Your next order travels by express, until 18 April 2027.
en | You wrote to us yesterday.
en | It goes back to the card ending 4242.
en | “A Year of Tides” costs 28.90 USD.
en | We have not refunded you yet.
en | Once we have refunded you, you will get a letter.
en | You wrote that we refunded you: I cannot find that.
en | Have we refunded you for order 2002?
en | I can't say yet whether it was delivered.
en | Order 2002 has not been delivered.
en | We have sent you an e-mail about it.
en | We are closed on 24 December.
en | The book has 320 pages.
en | Call us at +1 775 555 0199.
en | Our shop is at 5 Main Street.
en | It is the 2nd edition.
en | We still have “A Year of Tides”. It costs 28.90 USD.
en | Instead of it we can send you A Year of Tides, which now costs 28.90 USD.
en | You can have “A Year of Tides” for 28.90 USD.
en | We have “A Year of Tides” (28.90 USD).
en | 28.90 USD is the price of “A Year of Tides”.
fr | La commande 2002 arrivera le 20 novembre.
fr | La commande 1001 est partie le 5 octobre.
fr | La commande 1001 arrivera le 12 novembre, la commande 2002 le 20 novembre.
fr | Le colis {A} a été livré le 9 octobre.
fr | Le colis {B} a été scanné le 8 octobre.
fr | « Atlas of Small Islands » arrivera le 20 novembre.
fr | La commande 2002 a coûté 62,00 €.
fr | Nous vous rembourserons 54,00 € pour la commande 2002 au plus tard le 3 décembre.
fr | Pour la commande 3003, nous avons remboursé 31,50 USD.
fr | La commande 3003 a été livrée le 21 août.
fr | Nous ne vous avons pas encore remboursé.
fr | Dès que nous vous avons remboursé, vous recevrez une lettre.
fr | Vous écrivez que nous vous avons remboursé : je ne le trouve pas.
fr | La commande 1001 est en retard. L’autre arrivera le 20 novembre.
fr | Vos 3 colis sont en retard.
fr | Nous sommes sûrs à 71 % que la commande 2002 est perdue.
fr | Vous commandez chez nous depuis 2020.
fr | Nous sommes fermés le 24 décembre.
fr | Il a 320 pages.
fr | « A Year of Tides » coûte 28,90 USD.
fr | Nous avons « A Year of Tides ». Son prix est de 28,90 USD.
es | «A Year of Tides» cuesta 28,90 USD.
es | Tenemos «A Year of Tides». Cuesta 28,90 USD.
es | El pedido 2002 llegará el 20 de noviembre.
es | El pedido 1001 salió el 5 de octubre.
es | El pedido 1001 llegará el 12 de noviembre y el pedido 2002 llegará el 20 de noviembre.
es | El paquete {A} fue entregado el 9 de octubre.
es | El paquete {C} llegará el 20 de noviembre.
es | «Atlas of Small Islands» llegará el 20 de noviembre.
es | El pedido 2002 costó 62,00 €.
es | Le devolveremos 54,00 € por el pedido 2002 a más tardar el 3 de diciembre.
es | Por el pedido 3003 le hemos devuelto 31,50 USD.
es | Todavía no le hemos devuelto el dinero.
es | Usted escribe que le hemos devuelto el dinero: no lo encuentro.
es | Sus 3 paquetes llegan tarde.
es | Estamos seguros al 71 % de que el pedido 2002 se ha perdido.
es | Compra con nosotros desde 2020.
es | Estamos cerrados el 24 de diciembre.
es | El libro tiene 320 páginas.
es | Cerramos el 24 de diciembre.
en | Order 1001 is late.\\n\\nWe are closed on 24 December.
en | It weighs 450 g.
en | The shop has existed since 1998 and has 4 people.
en | Shipping to Canada takes 5 to 7 days.
fr | La livraison vers le Canada prend 5 à 7 jours.
es | El envío a Canadá tarda de 5 a 7 días.
en | You wrote on Monday, 2 November, that we refunded you.
en | We expect to have refunded you by 3 December.
en | We have arranged a refund for order 2002.
"""
FALSE = f"""
en | Order 1001 arrives on [20 November], and we pay [54.00] EUR back.
en | Order 1001 arrives on [20 November], and we pay [54.00 EUR] back.
en | Order 2002 arrives on [12 November].
en | Order 2002 left us on [5 October].
en | Order 1001 left us on [19 October].
en | Order 1001 comes on [20 November]; order 2002 comes on [12 November].
en | Parcel {B} was [delivered] on [9 October].
en | Parcel {C} was [delivered] on [9 October].
en | Parcel {A} left us on [7 October].
en | Parcel {B} comes on [20 November].
en | Order 2002: its tracking number is [{A}].
en | Order 1001: its tracking number is [{C}].
en | “Field Notes on Birds” comes on [20 November].
en | “Atlas of Small Islands” left us on [5 October].
en | Order 1001 cost [62.00 EUR].
en | Order 2002 cost [16.95 USD].
en | Order 1001 cost [16.95 EUR].
en | Order 1001 cost [28.90 USD].
en | We refund [54.00 EUR] for order 1001.
en | We refund [54.00 USD] for order 2002.
en | We refund [16.95 USD] on order 1001.
en | We will refund 54.00 EUR for order 2002 by [10 November].
en | I have [refunded] you for order 2002.
en | For order 2002 we have [refunded] [54.00 EUR].
en | For order 2002 we have [refunded] [31.50 USD].
en | For order 3003 we have refunded [21.75 USD].
en | For order 3003 we refunded you on [14 October].
en | As you asked, we have [refunded] you.
en | We have [refunded] you, can you see it?
en | You mentioned the delay, so we have [refunded] you.
en | After checking we have [refunded] you.
en | Once more sorry and we have [refunded] you.
en | We have [sent your money back].
en | Order 2002 was [delivered].
en | Order 2002 has [arrived], did you find it?
en | We have [sent a replacement] for order 1001.
en | Order 2002 has been [cancelled].
en | Order 1001 is late.\\n\\nIt arrives on [20 November].
en | Order 2002 is late. The other one comes on [20 November].
en | [5] parcels are late.
en | For order 2002 your [2] parcels are late.
en | [93] parcels are late.
en | We are [93 %] sure that order 2002 is lost.
en | We have kept [62] promises to you.
en | You have ordered from us since [2019].
en | Your next order travels by express, until [18 April 2028].
en | It goes back to the card ending [7732].
en | “Dune” costs [28.90 USD].
en | You paid [28.90 USD] for it.
en | Your gift card still holds [28.90 USD].
en | Your gift card still holds [28.90 USD], enough for “A Year of Tides”.
en | We [have put] [28.90 USD] on your card.
en | There is a fee of [28.90 USD].
en | The postage of A Year of Tides is [28.90 USD].
en | The wrapping for A Year of Tides costs [28.90 USD].
en | Your discount on A Year of Tides is [28.90 USD].
en | You will get [28.90 USD] for A Year of Tides.
en | You saved [28.90 USD].
en | Dune costs [28.90 USD].
en | We have “A Year of Tides”. “Dune” we don't; it costs [28.90 USD].
en | “Atlas of Small Islands” costs [28.90 USD].
en | We have no “A Year of Tides”, but “Atlas of Small Islands”: it costs [28.90 USD].
en | It costs [28.90 USD].
fr | Il reste [28,90 USD] sur votre carte cadeau.
fr | Dune coûte [28,90 USD].
es | Quedan [28,90 USD] en su tarjeta regalo.
es | Dune cuesta [28,90 USD].
en | Order [4004] is on its way.
fr | La commande 1001 arrivera le [20 novembre].
fr | La commande 2002 est partie le [5 octobre].
fr | Le colis {B} a été [livré] le [9 octobre].
fr | « Field Notes on Birds » arrivera le [20 novembre].
fr | La commande 1001 a coûté [62,00 €].
fr | Nous vous rembourserons [54,00 €] pour la commande 1001.
fr | Nous vous avons [remboursé] pour la commande 2002.
fr | Comme vous l’avez demandé, nous avons [remboursé] la commande 2002.
fr | Votre [remboursement] est parti.
fr | Pour la commande 3003, nous avons remboursé [54,00 €].
fr | La commande 2002 a été [livrée].
fr | Vos [5] colis sont en retard.
fr | Vous commandez chez nous depuis [2019].
fr | La commande 1001 est en retard. L’autre arrivera le [12 novembre].
es | El pedido 1001 llegará el [20 de noviembre].
es | El pedido 2002 salió el [5 de octubre].
es | El paquete {B} fue [entregado] el [9 de octubre].
es | «Field Notes on Birds» llegará el [20 de noviembre].
es | El pedido 1001 costó [62,00 €].
es | Le devolveremos [54,00 €] por el pedido 1001.
es | Le hemos [devuelto] el dinero del pedido 2002.
es | Sentimos que se haya perdido y le hemos [devuelto] el dinero.
es | Por el pedido 3003 le hemos devuelto [54,00 €].
es | El pedido 2002 ha sido [entregado].
es | Sus [5] paquetes llegan tarde.
es | Compra con nosotros desde [2019].
en | Your order 1001 is [cancelled].
en | Your order 2002 is [refunded].
en | Your order 2002 has been [replaced].
en | Your [address is corrected].
en | We have [issued you a voucher].
en | We have [sent you a voucher].
en | The [refund] for order 2002 went through.
en | I have [put the order through for a refund] for order 3003.
en | [Money: done]. [It's back with you].
en | A [new parcel is on its way].
en | When you wrote we had [refunded] you for order 2002.
en | You wrote on [Monday, 5 October], that we refunded you.
fr | Votre commande 1001 est [annulée].
fr | Votre commande 2002 est [remboursée].
fr | Votre [remboursement est en route].
fr | Nous vous avons [déjà envoyé un nouveau colis].
es | Su pedido 1001 está [cancelado].
es | Su [reembolso está en camino].
es | Ya le hemos [enviado un paquete nuevo].
es | Su [dirección está corregida].
"""


def rows(table):
    return [line.replace("\\n", "\n").split(" | ", 1) for line in table.strip().splitlines()]


def wrong(text, language):
    return [claim.text for claim in unsupported(check(text, records=RECORDS, language=language, today=TODAY))]


@pytest.mark.parametrize(("language", "text"), rows(TRUE))
def test_the_honest_sentence_may_be_sent(language, text):
    assert wrong(text, language) == []


@pytest.mark.parametrize(("language", "marked"), rows(FALSE))
def test_the_false_one_is_held_back_for_what_is_wrong_with_it(language, marked):
    found = wrong(re.sub(r"[\[\]]", "", marked), language)
    marks = re.findall(r"\[(.*?)\]", marked)
    assert len(found) == len(marks), found
    assert all(mark in claim for mark, claim in zip(marks, found, strict=True)), found


def test_the_table_is_as_long_as_it_says():
    assert len(rows(TRUE)) + len(rows(FALSE)) >= 120


# What is true of one subject and of no other: each value beside the sentence that tells it.
ORDERS = {"1001": ("21.75 USD", "12 November", B), "2002": ("54.00 EUR", "20 November", C)}
SENTENCES = (
    "Order {order} comes on {day}.",
    "We will refund {money} for order {order}.",
    "Order {order}: its tracking number is {parcel}.",
    "For order {order} we pay {money} back, and it comes on {day}.",
    "Order {order} is late.\n\nIt comes on {day}.",
    "La commande {order} arrivera le {day}.",
    "El pedido {order}: le devolveremos {money}.",
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SENTENCES), st.permutations(list(ORDERS)), st.sampled_from(["money", "day", "parcel", "order"]))
def test_a_true_sentence_with_its_subjects_swapped_is_held_back(sentence, orders, swapped):
    mine, other = (dict(zip(("money", "day", "parcel"), ORDERS[each], strict=True), order=each) for each in orders)
    assert wrong(sentence.format(**mine), "en") == []
    false = sentence.format(**{**mine, swapped: other[swapped]})
    if false != sentence.format(**mine):
        assert wrong(false, "en") != []
