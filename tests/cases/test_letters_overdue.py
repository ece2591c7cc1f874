"""What is said of what was sent instead, once its day has passed or it was lost as well."""

from datetime import timedelta

import pytest

from makegood.cases.models import Case
from makegood.cases.notifications import draft_for
from makegood.cases.truth_check import check_words, claims_in
from makegood.kit import clock
from makegood.orders.models import Delivery, Order
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from tests import worlds
from tests.worlds import DAY, HELPER, HOUR, live_until

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["en", "fr", "es"])
def sent_again(db, request):
    """The case of a parcel that is sent again; the new one is promised for Tuesday 20 October."""
    worlds.open_shop()
    worlds.customer(language=request.param)
    worlds.lost()
    worlds.settle()
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.SEND_AGAIN, by=HELPER, now=clock.now())
    worlds.settle()
    return Case.objects.get()


def drafted(case):
    draft = draft_for(case, helper_name="Maya", now=clock.now())
    check_words(case, draft.text, now=clock.now())
    return draft.text


def again():
    return Delivery.objects.select_related("promise").get(is_replacement=True)


WILL = {"en": "will be with you on", "fr": "sera chez vous le", "es": "Tendrá el nuevo paquete en casa el"}
NEW = {"en": "Your new parcel", "fr": "Votre nouveau colis", "es": "Su nuevo paquete"}


def test_a_replacement_that_never_left_is_said_to_be_overdue(sent_again):
    language = sent_again.customer.language
    promised = drafted(sent_again)
    assert WILL[language] in promised
    live_until(again().promise.due_at + HOUR)
    assert WILL[language] not in drafted(sent_again)
    assert NEW[language] in worlds.letters("broken")[-1].body
    # What a letter said before its day nobody may say after it.
    claim = next(line for line in promised.split("\n\n") if WILL[language] in line)
    assert [each.supported for each in claims_in(sent_again, claim, now=clock.now()) if each.kind == "date"] == [False]


def test_the_loss_of_a_replacement_is_said_to_be_of_the_replacement(sent_again):
    dispatch = Dispatch.objects.get()
    number = worlds.number_of(77)
    announce_parcel(dispatch_id=dispatch.pk, carrier="usps", number=number, label_at=clock.now(), now=clock.now())
    worlds.settle()
    live_until(again().promise.due_at + 5 * DAY)
    text = drafted(sent_again)
    assert NEW[sent_again.customer.language] in text
    assert number in text
    assert Parcel.objects.exclude(number=number).get().number not in text


def test_what_was_sent_again_and_came_is_said_to_have_come(sent_again):
    announce_parcel(
        dispatch_id=Dispatch.objects.get().pk,
        carrier="usps",
        number=worlds.number_of(77),
        label_at=clock.now(),
        now=clock.now(),
    )
    worlds.settle()
    live_until(clock.now() + timedelta(hours=20))
    worlds.say(Parcel.objects.get(number=worlds.number_of(77)), ScanKind.DELIVERED)
    worlds.settle()
    assert WILL[sent_again.customer.language] not in drafted(sent_again)
