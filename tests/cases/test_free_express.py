"""What a letter promises besides is only what the shop said how to redeem."""

import pytest

from makegood.remedies.models import Perk
from makegood.remedies.rules.perks import Redemption, redemption_of
from tests import worlds

pytestmark = pytest.mark.django_db
LANGUAGES = {"en": "express at our cost", "fr": "express à nos frais", "es": "exprés a nuestro cargo"}
COME_BACK = {"en": "count on us again", "fr": "compter sur nous", "es": "contar con nosotros"}


def told(language="en"):
    worlds.open_shop()
    worlds.customer(language=language)
    worlds.lost()
    worlds.settle()
    (letter,) = worlds.letters()
    return letter.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_way_to_redeem_it_nothing_is_given_and_nothing_said(language, settings):
    settings.FREE_EXPRESS = ""
    body = told(language)
    assert LANGUAGES[language] not in body
    assert COME_BACK[language] in body
    assert not Perk.objects.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_checkout_reads_on_the_account_is_given_and_told(language, settings):
    settings.FREE_EXPRESS = "account"
    assert LANGUAGES[language] in told(language)
    assert Perk.objects.count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shops_own_code_is_told(language, settings):
    settings.FREE_EXPRESS = "code:BACK 24/12"
    assert "BACK 24/12" in told(language)


def test_what_was_given_is_not_spoken_of_once_it_is_switched_off(settings):
    settings.FREE_EXPRESS = "account"
    told()
    settings.FREE_EXPRESS = ""
    worlds.lost("200", serial=2)
    worlds.settle()
    assert LANGUAGES["en"] not in worlds.letters()[-1].body


@pytest.mark.parametrize(
    ("setting", "meant"),
    [
        ("", None),
        ("account", Redemption()),
        ("code:COMEBACK", Redemption("COMEBACK")),
        ("code: A:B", Redemption("A:B")),
    ],
)
def test_the_setting_says_how_it_is_redeemed(setting, meant):
    assert redemption_of(setting) == meant


@pytest.mark.parametrize("setting", ["yes", "1", "code", "code:", "account:x"])
def test_a_setting_that_says_nothing_of_the_kind_is_refused(setting):
    with pytest.raises(ValueError, match="MAKEGOOD_FREE_EXPRESS"):
        redemption_of(setting)
