"""Whose names are left out of DHL's words, and what is no name."""

import pytest

from makegood.connectors.dhl.people import without_people


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Signature: Anna Kern", ""),
        ("Delivered to: D OSEI", "Delivered"),
        ("Delivered to J. Smith", "Delivered"),
        ("Delivered to Mrs. Walker at reception", "Delivered"),
        ("Zugestellt, unterschrieben von C. LINDT", "Zugestellt"),
        ("Zugestellt an: Karl Huber", "Zugestellt"),
        ("Delivered - Signed for by: FRIDA SOLBERG", "Delivered"),
        ("Delivered, proof of delivery: T. ANDERS", "Delivered"),
        ("Delivered; received by: SOFIA LUND", "Delivered; received"),
        ("Bezorgd bij: J. de Vries", "Bezorgd"),
        ("Ontvangen door P. Jansen", "Ontvangen"),
        ("Getekend door: Bakker", ""),
        ("Entgegengenommen von Frau Roth", "Entgegengenommen"),
        ("Delivered to neighbour: MEIER, Hauptstr. 5", "Delivered to neighbour"),
        ("Die Sendung wurde dem Nachbarn Schmidt übergeben", "Die Sendung wurde dem Nachbarn übergeben"),
        ("Abgegeben bei Nachbar Meier", "Abgegeben bei Nachbar"),
        ("Delivered to recipient Anna Holm", "Delivered to recipient"),
        ("Delivered. Consignee: JOHN DOE", "Delivered. Consignee"),
        ("POD signature - Li Wei", ""),
        ("POD: Kern", ""),
        ("Signature captured: Li Wei", ""),
        ("Zustellung an Ersatzempfänger: Kern", "Zustellung an Ersatzempfänger"),
        ("Aangenomen door mevr. Bakker", "Aangenomen"),
        ("Proof of delivery - ANNA KERN", ""),
        ("Signature obtained - J. Novak", ""),
        ("Delivered - signed Mr Ali Khan", "Delivered"),
        ("Delivered and signed (Kern)", "Delivered and"),
        ("Signature Name - Kern", ""),
        ("Delivery confirmed with signature of Kern", "Delivery confirmed with"),
        ("Delivered to Reception, Anna Kern", "Delivered to Reception"),
        ("Afgeleverd bij: de Vries", "Afgeleverd"),
        ("Empfangen von A. Kern", "Empfangen"),
        ("Ricevuto da Rossi", ""),
        ("Entregado a Garcia", "Entregado"),
        ("Remis à M. Dupont", "Remis"),
        ("Doręczono: Kowalski", ""),
        ("Podpisano: Kowalski", ""),
        ("Zustellung erfolgt an Kern, Anna", "Zustellung erfolgt"),
        ("Ontvangen door mevrouw Kern", "Ontvangen"),
        ("Afgeleverd bij buren: familie Kern", "Afgeleverd bij buren"),
        ("Bezorgd aan: van der Kern", "Bezorgd"),
        ("Delivered to reception, name: Kern", "Delivered to reception"),
        ("Die Sendung wurde von Anna Kern entgegengenommen", "Die Sendung wurde entgegengenommen"),
        ("Die Sendung wurde Herrn Vogt übergeben", "Die Sendung wurde übergeben"),
        ("Het pakket is door mevrouw Kern in ontvangst genomen", "Het pakket is in ontvangst genomen"),
        ("KERN signed for the shipment", "signed for the shipment"),
    ],
)
def test_names_of_people_are_left_out(told, kept):
    assert without_people(told) == kept


@pytest.mark.parametrize(
    "told",
    [
        "Delivered to NEIGHBOUR",
        "DELIVERED TO AGENT FOR FINAL DELIVERY",
        "Zugestellt an Empfänger",
        "Delivered to: reception",
        "Shipment received by DHL",
        "The shipment has been delivered to the sender",
        "The shipment has been handed over to the Packstation",
        "Signature service not requested",
        "Delivered - Proof of delivery available",
        "Delivered, signature not required",
        "Delivered, Front Desk/Reception/Mail Room",
        "Arrived at DHL Sort Facility LEIPZIG - GERMANY",
        "Die Sendung wurde elektronisch angekündigt.",
        "Die Sendung wurde an DHL übergeben",
        "Die Sendung wurde an den Zusteller übergeben",
        "Die Sendung wurde vom Empfänger in der Filiale Hauptstraße abgeholt",
        "Die Sendung wurde an Paketzentrum Leipzig übergeben",
        "Die Sendung wurde von Kunden abgeholt",
        "Het pakket is bij buren afgegeven",
        "Recipient signed for the shipment",
    ],
)
def test_roles_and_places_are_no_names(told):
    assert without_people(told) == told
