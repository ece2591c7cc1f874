"""The log says what failed and where, and nothing of whom."""

import logging
import sys

import pytest
import structlog
from django.core import signing

from makegood.kit.redaction import redact
from makegood.logging import quieten


def test_what_nobody_expected_is_logged_with_its_place_and_nothing_that_variables_held(capsys):
    quieten()
    address = "12 Orchard Street"
    try:
        int(address[3:])
    except ValueError:
        structlog.get_logger().exception("failed", order=17)
    said = capsys.readouterr().err
    assert "failed" in said
    assert "order=17" in said
    assert "ValueError" in said
    assert "12 Orchard" not in said


def fail(message):
    raise ValueError(message)


SECRETS = ("Ada Marsh", "ada@marsh.example", "12 Orchard Street", "correct horse battery", "mg_" + "aB3-_x" * 8)


@pytest.mark.parametrize("logger", [structlog.get_logger, lambda: logging.getLogger("django.request")])
def test_no_name_address_or_secret_that_an_error_holds_is_written(capsys, logger):
    link = f"/enter/{signing.TimestampSigner(salt='x').sign_object(['letter', 7, 0, '/orders'])}"
    message = (
        f"invalid literal for int(): {SECRETS[0]!r} of {SECRETS[1]} at {SECRETS[2]!r}, {link}?to=/orders\n"
        f"DETAIL:  Key (name)=({SECRETS[0]}) already exists.\n"
        f"  Value error [type=x, input_value={SECRETS[3]!r}, input_type=str]\n"
        f"postgresql://makegood:{SECRETS[3].replace(' ', '')}@db/x Authorization: Bearer {SECRETS[4]}"
    )
    quieten()
    try:
        fail(message)
    except ValueError:
        logger().exception("failed at /orders/100")
    said = capsys.readouterr().err
    assert "failed at /orders/100" in said
    assert "ValueError" in said
    assert [secret for secret in (*SECRETS, "correcthorse", link.partition("/enter/")[2]) if secret in said] == []


def test_what_ends_a_part_is_written_without_what_it_held(capsys):
    quieten()
    try:
        fail(f"nobody is called {SECRETS[0]!r}")
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    said = capsys.readouterr().err
    assert ("ValueError" in said, SECRETS[0] in said) == (True, False)


@pytest.mark.parametrize("entry", ["can't be read, it isn't there", "there is no kind 'send_again'", "a: b, c=d (e)"])
def test_what_is_no_secret_stays(entry):
    assert redact(entry) == entry
