"""One deadline has one clock, in the letter and on the page: that of where it goes."""

import re

import pytest

from tests import worlds
from tests.faces.account.conftest import signed_in

pytestmark = pytest.mark.django_db
UNTIL = re.compile(r"choose by ([^.]+)\.")


@pytest.mark.parametrize(
    ("goes_to", "until"),
    [("America/New_York", "Monday 5 October at 18:00 EDT"), ("Europe/Paris", "Monday 5 October at 24:00 CEST")],
)
def test_the_letter_and_the_page_say_the_same_hour(goes_to, until):
    worlds.open_shop()
    worlds.customer("ada", zone="Asia/Tokyo")
    worlds.lost("100", ship_to={**worlds.order_record().ship_to.model_dump(), "zone": goes_to})
    worlds.settle()
    (letter,) = worlds.letters()
    page = re.sub(r"<[^>]+>", "", signed_in(letter.customer).get("/orders/100").content.decode())
    assert (UNTIL.findall(letter.body)[0], UNTIL.findall(page)[0]) == (until, until)
