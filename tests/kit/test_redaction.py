"""No key that opens a door is left in text that is shown, however the text was carried; and nothing else is touched."""

from base64 import b64encode
from email import message_from_bytes
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from django.core import signing

from makegood.channels.addresses import bounce_address, reply_address
from makegood.channels.file_links import Leads, path_to
from makegood.kit.redaction import hide_keys, hide_keys_in_bytes, hide_keys_within
from tests.growth import grows_no_more_than

TOKEN = signing.TimestampSigner(salt="x").sign_object(["letter", 1234, 0, "/orders/1 2"], compress=True)
LINK = f"https://shop.example/enter/{TOKEN}?to=/orders/1%202"
SIGNATURE = TOKEN.rpartition(":")[2]


def wrapped(text, *, at, mark="> "):
    return f"\n{mark}".join(text[start : start + at] for start in range(0, len(text), at))


@pytest.mark.parametrize(
    "text",
    [
        f"Follow it here: {LINK}",
        f"<a href='{LINK}'>here</a>",
        f"https://click.example/?u={quote(LINK, safe='')}",
        f"https://click.example/?u={quote(LINK, safe='/')}",
        LINK.upper(),
        f"> {wrapped(LINK, at=40)}",
        f">> {wrapped(LINK, at=72, mark='>> ')}",
        LINK.replace("=", "=3D").replace(TOKEN, "=\r\n".join((TOKEN[:30], TOKEN[30:70], TOKEN[70:]))),
        f"it was {TOKEN} that I copied",
        path_to(Leads.RAW, 7),
    ],
    ids=range(10),
)
def test_a_signed_link_is_hidden_however_it_was_carried(text):
    shown = hide_keys(text)
    assert "…" in shown
    pieces = {SIGNATURE[at : at + 12] for at in range(len(SIGNATURE) - 11)}
    found = {piece for piece in pieces if piece.lower() in shown.lower()}
    assert found == set()


def test_addresses_that_prove_who_answers_are_hidden(settings):
    settings.MAIL_REPLY_TO = "help@shop.example"
    for address in (reply_address(customer_id=10**9, case_number=7), bounce_address(message_id=3)):
        assert hide_keys(f"To: {address}, and") == "To: help+…@shop.example, and"
        assert "…" in hide_keys(quote(address))


def test_a_token_for_programs_is_hidden():
    assert hide_keys(f"curl -H 'Authorization: Bearer mg_{'aB3-_x' * 8}'") == "curl -H 'Authorization: Bearer mg_…'"


def test_a_gateways_keys_are_hidden():
    for beginning in ("sk_test_", "rk_live_", "whsec_"):
        assert hide_keys(f"it was {beginning}{'aB3x' * 6}.") == f"it was {beginning}…."


@pytest.mark.parametrize(
    "text",
    [
        "sk_live and pk_test_aB3xaB3xaB3x are no keys",
        "Please enter your number / enter here",
        "at 10:15:30 on 2026-10-05T10:15:30Z, ref a:fields:of-words",
        "help+orders@shop.example and help+ref-r2@shop.example",
        "mg_short, 40 mg_of",
        "https://shop.example/orders/100?to=/enter",
        f"Message-ID: <{'ab12' * 8}@shop.example>",
        "a:second:\n" + "\n".join(["word"] * 60),
    ],
)
def test_what_is_no_key_stays(text):
    assert hide_keys(text) == text


def test_within_lists_and_objects():
    assert hide_keys_within({"a": [f"/enter/{TOKEN}", 3, None]}) == {"a": ["/enter/…", 3, None]}


def test_a_mail_as_it_came_keeps_its_length_and_loses_its_keys():
    mail = EmailMessage()
    mail["To"] = "help+r2s-1k-mqv3aaaabbbbcccc@shop.example"
    mail.set_content(f"é > {LINK}\n" * 3, cte="base64")
    mail.add_attachment(f"é {LINK}\n".encode(), maintype="text", subtype="html", cte="quoted-printable")
    mail.add_attachment(bytes(range(256)) * 9, maintype="image", subtype="png", filename="a.png")
    raw = mail.as_bytes()
    hidden = hide_keys_in_bytes(raw)
    assert len(hidden) == len(raw)
    assert b64encode(bytes(range(256)) * 9)[:60] in hidden
    words = message_from_bytes(hidden, policy=mail.policy)
    text = [part.get_content() for part in words.walk() if part.get_content_maintype() == "text"]
    assert [SIGNATURE in each for each in text] == [False, False]
    assert ["/enter/~~~" in each for each in text] == [True, True]
    assert b"mqv3aaaa" not in hidden


@pytest.mark.parametrize(
    "piece", ["/enter/a\n> ", "/enter/", ":abcdef:", "+r2-", "a\n", "> ", "%3A", "=\n", "mg_a", "a:"]
)
def test_four_times_the_text_takes_nothing_like_sixteen_times_the_time(piece):
    def hide(size):
        text = "/enter/" + piece * (size // len(piece))
        hide_keys(text)
        hide_keys_in_bytes(text.encode())

    assert grows_no_more_than(9, small=lambda: hide(100_000), large=lambda: hide(400_000), more=0.1)
