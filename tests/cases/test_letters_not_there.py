"""The letter about a parcel that its carrier delivered and its customer has not."""

import pytest

from makegood.cases.models import Case
from makegood.cases.notifications import draft_for
from makegood.cases.truth_check import check_words
from makegood.kit import clock
from makegood.parcels.actions import say_not_received
from makegood.parcels.rules.scans import ScanKind
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "told", "delivered", "guess"),
    [
        (
            "en",
            "You told us on Wednesday 7 October that it is not there.",
            "USPS says that it was delivered on Wednesday 7 October; we go by what you told us.",
            "astray",
        ),
        ("fr", "Vous nous avez dit le mercredi 7 octobre", "c’est vous que nous croyons", "égaré"),
        ("es", "Nos dijo el miércoles", "le creemos a usted", "extravió"),
    ],
)
def test_it_says_what_the_customer_said(language, told, delivered, guess):
    worlds.open_shop()
    worlds.customer(language=language)
    parcel = worlds.shipped()
    worlds.live_until(worlds.MONDAY + 2 * worlds.DAY)
    worlds.say(parcel, ScanKind.DELIVERED)
    worlds.settle()
    say_not_received(parcel_id=parcel.pk, now=clock.now())
    worlds.settle()
    case = Case.objects.latest("id")  # It had stood still before it was delivered, in a case of its own.
    draft = draft_for(case, helper_name="Maya", now=clock.now())
    check_words(case, draft.text, now=clock.now())
    assert told in draft.text
    assert delivered in draft.text
    assert guess not in draft.text
