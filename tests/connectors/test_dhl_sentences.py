"""What DHL's sentences say in three languages, what they deny, and whose names are left out of them."""

import pytest

from makegood.connectors.dhl.people import without_people
from makegood.connectors.dhl.statuses import kind_of
from makegood.parcels.reading import LONGEST_TEXT, text, without_markup

SAID = [
    ("transit", "Die Sendung ist in der Filiale zur Abholung bereit", "held"),
    ("transit", "Ihre Sendung liegt in der Postfiliale 512 zur Abholung bereit.", "held"),
    ("transit", "Die Sendung wurde in die Packstation eingestellt", "held"),
    ("transit", "Die Sendung wird zur Abholung in die Filiale gebracht.", "moved"),
    ("failure", "Der Empfänger wurde nicht angetroffen. Die Sendung wird in eine Filiale gebracht.", "attempted"),
    ("transit", "Die Sendung konnte nicht zugestellt werden.", "attempted"),
    ("failure", "Zustellung nicht möglich: Empfänger unbekannt", "attempted delayed"),
    ("transit", "Die Sendung wird an den Absender zurückgesandt.", "returning"),
    ("transit", "Rücksendung eingeleitet", "returning"),
    ("delivered", "Die Sendung wurde dem Absender zugestellt.", "returned"),
    ("delivered", "Die Sendung wurde vom Empfänger in der Filiale abgeholt.", "delivered"),
    ("delivered", "Die Sendung wurde an einem Wunschort abgelegt", "delivered"),
    ("delivered", "Die Sendung wurde am Paketshop zugestellt", "delivered_locker"),
    ("delivered", "Die Sendung wurde erfolgreich zugestellt.", "delivered"),
    ("delivered", "Die Sendung wurde an den Nachbarn Schmidt übergeben", "delivered_neighbour"),
    ("delivered", "Zustellung an den Nachbarn nicht möglich; dem Empfänger übergeben", "delivered"),
    ("delivered", "Sendung unbeschädigt zugestellt", "delivered"),
    ("transit", "Die Sendung wurde beschädigt und wird nachverpackt.", "damaged"),
    ("transit", "Sendung ist nicht beschädigt", "moved"),
    ("transit", "Kein Schaden festgestellt", "moved"),
    ("transit", "Ein Schaden wurde nicht festgestellt", "moved"),
    ("transit", "Keine Rücksendung gewünscht", "moved notice"),
    ("transit", "Eine Rücksendung wurde nicht beauftragt", "moved notice"),
    ("transit", "Die Sendung wurde in das Zustellfahrzeug geladen", "out_for_delivery"),
    ("transit", "Die Sendung ist noch nicht in Zustellung", "moved notice delayed"),
    ("transit", "Die Sendung wurde vom Absender in der Packstation eingeliefert.", "accepted"),
    ("transit", "Die Sendung wurde beim Absender abgeholt", "accepted"),
    ("transit", "Die Sendung wurde im Start-Paketzentrum bearbeitet.", "moved"),
    (
        "transit",
        "Die Sendung ist in der Region angekommen und wird im nächsten Schritt zur Zustellbasis transportiert.",
        "moved",
    ),
    ("transit", "Die Zustellung verzögert sich", "delayed"),
    (
        "transit",
        "Die Auftragsdaten zu dieser Sendung wurden vom Absender elektronisch an DHL übermittelt.",
        "notice label",
    ),
    ("transit", "Die Sendung befindet sich in der Verzollung", "customs"),
    ("transit", "Verzollung abgeschlossen", "customs"),
    ("transit", "Je pakket ligt klaar om opgehaald te worden bij de DHL ServicePoint", "held"),
    ("transit", "Het pakket kan worden afgehaald bij het servicepunt", "held"),
    ("transit", "De zending is onderweg naar de ontvanger", "out_for_delivery"),
    ("transit", "De bezorger is onderweg", "out_for_delivery"),
    ("transit", "Wij konden het pakket niet bezorgen, u was niet thuis", "attempted"),
    ("failure", "Ontvanger niet thuis", "attempted"),
    ("failure", "Ontvanger heeft de zending geweigerd", "refused"),
    ("delivered", "Bezorgd bij de buren", "delivered_neighbour"),
    ("delivered", "Bezorgd bij afzender", "returned"),
    ("delivered", "Het pakket is retour afzender bezorgd", "returned"),
    ("delivered", "Bezorgd in de brievenbus", "delivered"),
    ("delivered", "Pakket is opgehaald bij het ServicePoint", "delivered"),
    ("delivered", "Afgeleverd bij DHL ServicePoint", "delivered_locker"),
    ("transit", "Pakket is niet beschadigd", "moved"),
    ("transit", "Pakket is beschadigd", "damaged"),
    ("transit", "Geen retour gewenst", "moved notice"),
    ("transit", "De zending is vertraagd", "delayed"),
    ("transit", "Het pakket is gesorteerd", "moved"),
    ("transit", "Zending retour naar afzender", "returning"),
    ("transit", "Shipment has not been refused", "moved"),
    ("transit", "No damage found", "moved"),
    ("transit", "The parcel was not lost", "moved"),
    ("transit", "Customs clearance not required", "moved"),
    ("transit", "No customs clearance necessary", "moved"),
    ("transit", "Shipment isn't on hold any more", "moved"),
    ("transit", "The shipment is not ready for pick-up yet", "moved notice"),
    ("transit", "Shipment will be ready for pick-up tomorrow", "moved notice"),
    ("transit", "Not yet out for delivery", "moved notice delayed"),
    ("transit", "Delivery attempt will be made tomorrow", "moved notice delayed"),
    ("transit", "Arrived at DHL Delivery Facility BERLIN - GERMANY", "moved"),
    ("transit", "Departed Facility in LEIPZIG - GERMANY", "moved"),
    ("transit", "Processed for clearance at CINCINNATI HUB,OH - USA", "customs"),
    ("transit", "Shipment has been returned to the DHL facility", "moved delayed"),
    ("transit", "Forwarded for delivery", "moved"),
    (
        "transit",
        "Customs clearance status updated. Note - The process may start while the shipment is in transit.",
        "customs",
    ),
    ("transit", "Delivery not attempted", "moved delayed notice"),
    ("transit", "TENDERED TO DELIVERY SERVICE PROVIDER", "moved"),
    ("transit", "ARRIVED AT POST OFFICE", "moved"),
    ("transit", "ARRIVAL DESTINATION DHL ECOMMERCE FACILITY", "moved"),
    ("transit", "PACKAGE RECEIVED AT DHL ECOMMERCE DISTRIBUTION CENTER", "moved accepted"),
    ("transit", "EN ROUTE TO DHL ECOMMERCE", "moved"),
    ("transit", "OUT FOR DELIVERY", "out_for_delivery"),
    ("transit", "PARCEL_PLACED_IN_PARCELSTATION", "held"),
    ("transit", "PARCEL_ARRIVED_AT_PARCELSHOP", "held"),
    ("transit", "DELIVERED_AT_PARCELSHOP", "held"),
    ("transit", "PARCEL_HANDED_IN_AT_PARCELSHOP", "moved accepted"),
    ("transit", "PARCEL_READY_FOR_PICKUP_AT_PARCELSHOP", "held"),
    ("transit", "READY_FOR_COLLECTION_BY_COURIER", "moved notice"),
    ("failure", "NOT_DELIVERED_ADDRESS_INCORRECT", "delayed attempted"),
    ("failure", "RECEIVER_NOT_AT_HOME", "attempted"),
    ("failure", "PARCEL_REFUSED", "refused"),
    ("transit", "The shipment was damaged", "damaged"),
    ("transit", "The shipment was repackaged; the contents are undamaged", "moved"),
    ("delivered", "Delivered to neighbour", "delivered_neighbour"),
    ("delivered", "Not delivered to neighbour, delivered at home", "delivered"),
    ("delivered", "The shipment was not returned, it was delivered to the recipient", "delivered"),
    ("delivered", "Delivered to the recipient, no neighbour involved", "delivered"),
    ("delivered", "Delivered. No return.", "delivered"),
    ("delivered", "The recipient picked up the shipment from the PACKSTATION.", "delivered"),
    ("delivered", "The shipment has been delivered to the retail outlet", "delivered_locker"),
    ("delivered", "DELIVERED - IN/AT MAILBOX", "delivered"),
    ("delivered", "DELIVERED - PO BOX", "delivered"),
    ("delivered", "DELIVERED, LEFT WITH INDIVIDUAL", "delivered"),
    ("transit", "The shipment could not be delivered because it was damaged", "damaged"),
    ("failure", "The shipment was returned to sender because it could not be delivered", "returned returning"),
    ("transit", "The recipient has requested the shipment to be held for pick-up", "held notice"),
    ("transit", "The recipient was notified by e-mail", "notice"),
    ("transit", "The shipment is waiting in the locker", "held"),
    ("transit", "Your parcel has been placed in the locker and can be collected", "held"),
    ("transit", "The shipment is on its way to the ServicePoint", "moved"),
    ("transit", "Shipment is being taken to the ServicePoint", "moved"),
    ("transit", "Lost in transit", "lost"),
    ("transit", "Shipment found, was reported lost", "moved lost"),
    ("transit", "Il pacco è in transito", "moved"),
]


@pytest.mark.parametrize(("status_code", "sentence", "kinds"), SAID)
def test_a_sentence_means_what_it_says(status_code, sentence, kinds):
    """Where two readings hold, both are named."""
    assert kind_of(service="", status_code=status_code, status=sentence, words=sentence).value in kinds.split()


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
        "Arrived at DHL Sort Facility LEIPZIG - GERMANY",
        "Die Sendung wurde elektronisch angekündigt.",
    ],
)
def test_roles_and_places_are_no_names(told):
    assert without_people(told) == told


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("Arrived (<a href='https://example.com'>link</a>)", "Arrived (link)"),
        ("Parcel center<br/>Leipzig: processed", "Parcel center Leipzig: processed"),
        ("Parcel center&lt;br&gt;Leipzig &amp;amp; Halle", "Parcel center Leipzig & Halle"),
        ("<p>Sorted</p><script>alert(1)</script><style>p {}", "Sorted"),
        ("Sorted<!-- hub 7 -->", "Sorted"),
        ("less than 5 kg: 3 < 5 & 5 > 3", "less than 5 kg: 3 < 5 & 5 > 3"),
        ("Sorted <a href='https://example.com/" + "x" * 5000, "Sorted"),
    ],
)
def test_markup_is_stripped_before_words_are_cut(told, shown):
    assert without_markup(told) == shown
    assert text({"words": told}, "words") == shown
    assert len(text({"words": "<b>" + "x" * 5000}, "words")) == LONGEST_TEXT
