"""The files' host: signed links open one thing each, run nothing, know no cookie; and nothing else answers there."""

import re

import pytest
from django.test import Client

from makegood.cases.actions import send_reply, take_in_message
from makegood.cases.models import CaseMessage
from makegood.channels.addresses import reply_address
from makegood.channels.file_links import Leads, path_to
from makegood.channels.models import IncomingMail, Message, MessageAttachment
from makegood.kit import clock
from tests import worlds
from tests.faces.desk.conftest import desk, maya
from tests.mails import arrives, parts

__all__ = ["desk", "maya"]

pytestmark = pytest.mark.django_db
HTML = '<p>Hello <a href="https://x.example/">there</a><img src="https://x.example/a.png"></p>'
PNG = b"\x89PNG\r\n\x1a\n0000"


@pytest.fixture(autouse=True)
def host(settings):
    settings.FILES_URL = "https://files.shop.example"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "files.shop.example"]


@pytest.fixture
def message():
    """A mail of Ada's with HTML and three files."""
    worlds.open_shop()
    ada = worlds.customer()
    case = take_in_message(key="w1", customer=ada, body="When?", now=clock.now())
    send_reply(case_id=case.pk, key="r1", subject="Soon", body="Soon.", by=worlds.HELPER, now=clock.now())
    worlds.work()
    to = reply_address(customer_id=ada.pk, case_number=case.pk)
    files = [
        ("box.png", "image/png", PNG),
        ("page.html", "text/plain", b"<html><script>1</script>"),
        ("", "text/plain", b"x"),
    ]
    arrives(parts("Hello there", html=HTML, files=files), to=(to,))
    return Message.objects.get(direction="in", via="email")


@pytest.fixture
def visitor():
    return Client(headers={"host": "files.shop.example"})


def opened(visitor, leads, number):
    return visitor.get(path_to(leads, number))


def test_a_file_is_kept_under_its_name_and_never_shown(message, visitor):
    box, page, nameless = MessageAttachment.objects.filter(message=message).order_by("place")
    response = opened(visitor, Leads.FILE, box.pk)
    assert (response.status_code, response.content) == (200, PNG)
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == 'attachment; filename="box.png"'
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert (response["Referrer-Policy"], "no-store" in response["Cache-Control"]) == ("no-referrer", True)
    assert not response.cookies
    assert page.content_type == "text/html"
    assert opened(visitor, Leads.FILE, page.pk)["Content-Type"] == "application/octet-stream"
    assert opened(visitor, Leads.FILE, nameless.pk)["Content-Disposition"] == 'attachment; filename="attachment-3.txt"'


def test_a_file_in_a_mail_that_waits_is_found_by_its_place(message, visitor):
    mail = IncomingMail.objects.get(message=message)
    found = [visitor.get(path_to(Leads.FILE_IN_MAIL, mail.pk, place=place)) for place in range(4)]
    assert [each.status_code for each in found] == [200, 200, 200, 404]
    assert (found[0].content, found[0]["Content-Disposition"]) == (PNG, 'attachment; filename="box.png"')
    assert found[1]["Content-Type"] == "application/octet-stream"
    assert found[2]["Content-Disposition"] == 'attachment; filename="attachment-3.txt"'
    assert visitor.get(path_to(Leads.FILE_IN_MAIL, 999_999)).status_code == 404


def test_a_name_cannot_write_header_lines(message, visitor):
    row = MessageAttachment.objects.filter(message=message)[0]
    MessageAttachment.objects.filter(pk=row.pk).update(name='a"\r\nSet-Cookie: x=1; é.png')
    response = opened(visitor, Leads.FILE, row.pk)
    assert "\n" not in response["Content-Disposition"]
    assert "Set-Cookie" not in response


def test_the_mail_as_it_came(message, visitor):
    mail = IncomingMail.objects.get(message=message)
    response = opened(visitor, Leads.RAW, mail.pk)
    assert response.content == bytes(mail.raw)
    assert response["Content-Disposition"] == f'attachment; filename="mail-{mail.pk}.eml"'
    assert response["Content-Type"] == "application/octet-stream"
    IncomingMail.objects.filter(pk=mail.pk).update(raw=None)
    assert opened(visitor, Leads.RAW, mail.pk).status_code == 404


def test_html_is_cleaned_and_locked_in(message, visitor):
    mail = IncomingMail.objects.get(message=message)
    assert mail.is_formatted
    response = opened(visitor, Leads.HTML, mail.pk)
    policy, page = response["Content-Security-Policy"], response.content.decode()
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "; img-src data:;" in policy
    assert "frame-ancestors http://127.0.0.1:8000" in policy
    assert "X-Frame-Options" not in response
    assert "1 picture lies outside" in page
    assert "x.example/a.png" not in page
    (with_pictures,) = re.findall(r'href="https://files.shop.example(/[^"]+)"', page)
    shown = visitor.get(with_pictures)
    assert 'src="https://x.example/a.png"' in shown.content.decode()
    assert "img-src data: https: http:; style" in shown["Content-Security-Policy"]
    assert "default-src 'none'" in shown["Content-Security-Policy"]


def test_a_letter_of_ours_that_they_quote_opens_no_door(message, visitor):
    mail = IncomingMail.objects.get(message=message)
    raw = parts("x", html='<a href="http://127.0.0.1:8000/enter/WzFd:abc?to=/orders">your order</a>', files=[])
    IncomingMail.objects.filter(pk=mail.pk).update(raw=raw)
    page = opened(visitor, Leads.HTML, mail.pk).content.decode()
    assert ("/enter/…" in page, "WzFd" in page) == (True, False)


@pytest.mark.parametrize("token", ["x", "WyJmaWxlIiwxXQ:1abc:def", ""])
def test_a_link_that_we_did_not_sign_opens_nothing(db, visitor, token):
    response = visitor.get(f"/attachments/{token}")
    assert response.status_code == 404
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_link_grows_old(message, visitor, monkeypatch):
    mail = IncomingMail.objects.get(message=message)
    path = path_to(Leads.RAW, mail.pk)
    monkeypatch.setattr("makegood.channels.file_links.LIFE_SECONDS", -1)
    assert visitor.get(path).status_code == 404


def test_nothing_else_answers_there(message, visitor):
    for path in ("/", "/desk/", "/orders", "/v1/messages", "/sign-in"):
        response = visitor.get(path)
        assert response.status_code in {403, 404}
        assert not response.cookies


def test_no_session_opens_a_file(message, desk):
    mail = IncomingMail.objects.get(message=message)
    led = desk.get(f"/desk/mails/{mail.pk}/raw")
    assert (led.status_code, led["Location"].partition("/attachments/")[0]) == (302, "https://files.shop.example")
    path = path_to(Leads.RAW, mail.pk)
    assert desk.get(path).status_code == 403
    assert Client().get(path).content == bytes(mail.raw)


def test_without_a_host_for_files_the_desk_says_so(message, desk, settings):
    settings.FILES_URL = ""
    case = CaseMessage.objects.get(message=message).case
    assert "MAKEGOOD_FILES_URL" in desk.get(f"/desk/cases/{case.pk}").content.decode()
    assert desk.get(f"/desk/mails/{IncomingMail.objects.get().pk}/raw").status_code == 404
    near = desk.get(f"/desk/mails/{IncomingMail.objects.get().pk}/raw", headers={"host": "127.0.0.1:8123"})
    assert near["Location"].startswith("http://files.localhost:8123/attachments/")


def test_what_does_not_exist_is_said_to_be_missing(db, visitor):
    for leads in Leads:
        assert opened(visitor, leads, 10**9).status_code == 404
