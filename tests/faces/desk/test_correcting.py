"""At the desk, where a new parcel goes and as which one it left are put right."""

from django.test import Client

from makegood.cases.models import Case
from makegood.kit import clock
from makegood.orders.models import Delivery, Order
from makegood.parcels.models import Dispatch, Parcel
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from tests import worlds
from tests.worlds import HOUR, LEAD, MONDAY, number_of


def sent_again() -> Dispatch:
    worlds.open_shop()
    worlds.customer()
    worlds.lost()
    worlds.settle()
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    worlds.settle()
    return Dispatch.objects.get()


def test_where_it_goes_is_shown_and_changed(desk: Client) -> None:
    dispatch = sent_again()
    case = f"/desk/cases/{Case.objects.get().pk}"
    assert "12 Orchard Street, 10002 US" in desk.get(case).content.decode()
    form = {"name": "Ada", "lines": "9 Elm Row", "postcode": "10003", "back": case}
    assert desk.post(f"/desk/pick-list/{dispatch.pk}/address", form)["Location"] == f"{case}?done=readdressed"
    shown = desk.get(f"{case}?done=readdressed").content.decode()
    assert "Kept. It goes to the new address" in shown
    assert "What Reno is to send goes to another address." in shown
    assert "Ada, 9 Elm Row, 10003, US" in shown
    assert "9 Elm Row, 10003 US" in shown
    assert ">9 Elm Row</textarea>" in shown
    assert "9 Elm Row" in desk.get("/desk/pick-list").content.decode()
    assert desk.post(f"/desk/pick-list/{dispatch.pk}/address", form | {"name": ""}).status_code == 422
    assert desk.post(f"/desk/pick-list/{dispatch.pk}/address", form | {"postcode": "99999999999 US"}).status_code == 422
    assert Delivery.objects.get(id=dispatch.delivery_id).postcode == "10003"
    assert Delivery.objects.get(id=dispatch.delivery_id).name == "Ada"
    assert "Kept. It goes" in desk.get("/desk/pick-list?moved=1").content.decode()


def test_a_wrong_number_is_put_right_on_the_pick_list_and_on_the_case(desk: Client) -> None:
    dispatch = sent_again()
    lost = desk.post(f"/desk/pick-list/{dispatch.pk}/parcel", {"carrier": "usps", "number": number_of(1)})
    assert (lost.status_code, Parcel.objects.count()) == (422, 1)
    assert "labelled before this was asked for" in lost.content.decode()
    desk.post(f"/desk/pick-list/{dispatch.pk}/parcel", {"carrier": "usps", "number": number_of(50)})
    worlds.settle()
    assert "Left lately" in desk.get("/desk/pick-list").content.decode()
    clock.freeze(MONDAY + HOUR)
    right = {"carrier": "usps", "number": number_of(51)}
    address = f"/desk/pick-list/{dispatch.pk}/number"
    assert desk.post(address, right)["Location"].endswith(f"?sent={number_of(51)}")
    assert Parcel.objects.order_by("id").last().number == number_of(51)  # type: ignore[union-attr]
    assert desk.post(address, right | {"number": ""}).status_code == 422
    assert desk.post(address, right | {"number": number_of(1)}).status_code == 422
    case = desk.get(f"/desk/cases/{Case.objects.get().pk}").content.decode()
    assert "Another number" in case
    assert "The tracking number was put right: USPS" in case
    # Who reads the letter that named the wrong one asks by it.
    found = desk.get("/desk/search", {"q": number_of(50)}).content.decode()
    assert "Ada Marsh" in found
    assert "first announced as" in found
