"""Every page names what it may load; where the shop is on https, nothing else is spoken from then on."""

import pytest
from django.conf import settings as product
from django.test import Client

from tests.everything import open_everything
from tests.routes import pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_every_page_has_its_policy_and_https_alone(settings):
    shop = open_everything()
    settings.BASE_URL = "https://shop.example"
    browser = Client()
    browser.force_login(shop.lena)
    for route in pages():
        if route.pattern == "desk/events":
            continue
        address = route.at({**shop.gaps, "reference": "100", "token": "x"})
        for answer in (browser.get(address), Client().get(address), Client(enforce_csrf_checks=True).post(address)):
            assert "default-src" in answer.headers["Content-Security-Policy"], address
            assert answer.headers["Strict-Transport-Security"] == "max-age=63072000", address


def test_only_named_hosts_are_answered(settings):
    assert not {"testserver", "*", ""} & set(product.ALLOWED_HOSTS) - {"testserver"}
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    assert Client().get("/sign-in").status_code == 400
    assert Client(headers={"host": "127.0.0.1"}).get("/sign-in").status_code == 200
