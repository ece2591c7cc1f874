"""Mails over the API: what became of each, the raw mail for those who may, and the files that came with words."""

from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client

from makegood.channels import file_links
from makegood.channels.actions import MailMetadata, take_in_message
from makegood.channels.addresses import reply_address
from makegood.channels.mails.mail import Attachment
from makegood.channels.models import IncomingMail
from makegood.channels.rules import Via
from makegood.kit import clock
from makegood.staff.rules import Scope
from tests import worlds
from tests.mails import arrives, mail, parts


def path_of(url):
    return urlsplit(url).path


def attached(name="box.jpg", content_type="image/jpeg", content=b"jpg"):
    return Attachment(
        name=name,
        declared_type="",
        content_type=content_type,
        size=len(content),
        content=content,
        content_id="",
        is_inline=False,
    )


@pytest.fixture
def message(ada):
    files = (attached(), attached("Ä “page”.html", "text/html", b"<script>"), attached("", "image/svg+xml", b"<svg/>"))
    metadata = MailMetadata(address="ada@marsh.example", attachments=files)
    return take_in_message(
        key="m", customer=ada, via=Via.EMAIL, subject="s", body="b", in_reply_to="", metadata=metadata, now=clock.now()
    )


def test_every_mail_is_told_with_what_became_of_it(program, ada):
    raw = mail()
    arrives(raw, to=(reply_address(customer_id=ada.pk, case_number=0),))
    arrives(raw)
    stranger = arrives(mail(sender="tom@elsewhere.example"))
    first, second, third = program.items("/mails")
    assert [first["state"], second["state"], third["state"]] == ["taken_in", "repeated", "taken_in"]
    assert (first["customer"], second["same_as"], third["message"]) == ("ada", first["id"], None)
    assert program.items("/mails?state=repeated") == [second]
    assert program.items("/mails?customer=ada") == [first]
    assert program.get(f"/mails/{first['id']}") == first
    waiting = program.items("/unassigned")[0]
    assert (waiting["mail"], waiting["subject"]) == (stranger.pk, "Re: Order 100")


def test_an_alarmed_mail_is_tried_again_or_let_go(program):
    row = arrives(mail())
    IncomingMail.objects.update(state="alarmed", reason="why")
    assert program.post(f"/mails/{row.pk}/dismissal", {"reason": " "}, status=422)
    assert program.post(f"/mails/{row.pk}/retry")["state"] == "waiting"
    assert program.post(f"/mails/{row.pk}/retry", status=409)["type"].endswith("dealt-with")
    IncomingMail.objects.update(state="alarmed", reason="why")
    assert program.post(f"/mails/{row.pk}/dismissal", {"reason": "spam"})["reason"] == "spam"
    program.get("/mails/999", status=404)


def test_a_mail_is_told_as_it_was_formatted_and_with_all_that_stood_around_its_words(program, ada):
    body = "Where is it?\n\n-- \nAda\n\nOn Mon, 5 Oct 2026 at 09:00, Shop <help@northlight.example> wrote:\n> Soon."
    raw = parts(body, html="<p onclick=x()>Where is <b>it</b>?</p>")
    row = arrives(raw, to=(reply_address(customer_id=ada.pk, case_number=0),))
    told = program.get(f"/mails/{row.pk}")
    (said,) = program.items("/messages?direction=in")
    assert (told["is_formatted"], told["message"]) == (True, said["id"])
    assert (said["body"], said["signature"].split(), said["is_automatic"]) == ("Where is it?", ["--", "Ada"], False)
    assert said["quoted_text"].endswith("> Soon.")
    shown = Client().get(path_of(program.get(f"/mails/{row.pk}/formatted")["url"]))
    assert "<p>Where is <b>it</b>?</p>" in shown.content.decode()
    assert "default-src 'none'" in shown["Content-Security-Policy"]


def test_the_raw_mail_is_for_those_who_may(program, program_with):
    raw = mail()
    row = arrives(raw)
    url = program.get(f"/mails/{row.pk}/raw")["url"]
    answer = Client().get(path_of(url))
    assert (answer.content, answer["Content-Type"]) == (raw, "application/octet-stream")
    program_with(Scope.READ, Scope.ACT).get(f"/mails/{row.pk}/raw", status=403)


def test_files_are_saved_and_never_shown(program, message):
    found = program.get(f"/messages/{message.pk}/attachments")
    assert [(each["name"], each["content_type"], each["size"]) for each in found] == [
        ("box.jpg", "image/jpeg", 3),
        ("Ä “page”.html", "text/html", 8),
        ("", "image/svg+xml", 6),
    ]
    answers = [Client().get(path_of(each["url"])) for each in found]
    assert [answer["Content-Type"] for answer in answers] == ["image/jpeg", *["application/octet-stream"] * 2]
    for answer in answers:
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert not answer.cookies
    assert "filename*=utf-8''%C3%84" in answers[1]["Content-Disposition"]


def test_a_customer_sees_their_own_files_alone(program, message):
    worlds.customer("tom")
    assert len(program.acting_for("customer:ada").get(f"/messages/{message.pk}/attachments")) == 3
    program.acting_for("customer:tom").get(f"/messages/{message.pk}/attachments", status=404)


def test_a_link_ends_and_can_not_be_changed(program, message, monkeypatch):
    path = path_of(program.get(f"/messages/{message.pk}/attachments")[0]["url"])
    assert Client().get(path).status_code == 200
    assert Client().get(f"{path}x").status_code == 404
    for kind in ("mail", "attachment"):
        token = signing.TimestampSigner(salt=file_links.SALT).sign_object([kind, 999], compress=True)
        assert Client().get(f"/attachments/{token}").status_code == 404
    monkeypatch.setattr(file_links, "LIFE_SECONDS", -1)
    assert Client().get(path).status_code == 404
