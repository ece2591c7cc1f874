"""Mails that a helper has to look at, on the desk; and whose words may be whose."""

from django.test import Client

from makegood.cases.matching import create_unmatched_message
from makegood.cases.models import UnmatchedMessage
from makegood.cases.suggestions import Why, suggestions_for
from makegood.channels.models import IncomingMail, Message
from makegood.kit import clock
from tests import worlds
from tests.mails import arrives, mail


def alarmed():
    row = arrives(mail(), envelope_from="tom@elsewhere.example")
    IncomingMail.objects.update(state="alarmed", reason="too many messages are waiting")
    return row


def test_an_alarmed_mail_is_shown_until_somebody_decides(desk):
    row = alarmed()
    page = desk.get("/desk/mails").content.decode()
    assert "too many messages are waiting" in page
    assert "tom@elsewhere.example" in page
    assert desk.post(f"/desk/mails/{row.pk}/retry").status_code == 302
    assert desk.post(f"/desk/mails/{row.pk}/retry").status_code == 409
    assert "Every mail was taken in." in desk.get("/desk/mails").content.decode()
    IncomingMail.objects.update(state="alarmed", reason="why")
    assert desk.post(f"/desk/mails/{row.pk}/dismissal").status_code == 422
    assert desk.post(f"/desk/mails/{row.pk}/dismissal", {"reason": "spam"}).status_code == 302
    assert desk.post("/desk/mails/999/retry").status_code == 404
    row.refresh_from_db()
    assert (row.state, row.reason, row.resolved_by[:7]) == ("dismissed", "spam", "helper:")


def test_what_was_none_of_ours_is_told_with_its_reason_and_can_be_saved(desk):
    row = arrives(mail(X_Loop="help@northlight.example"))
    assert "it is a letter of ours that came back" in desk.get("/desk/mails").content.decode()
    answer = desk.get(f"/desk/mails/{row.pk}/raw", headers={"host": "127.0.0.1:8000"})
    (_, host, path) = answer["Location"].partition("files.localhost")
    assert Client().get(path.removeprefix(":8000"), headers={"host": host}).content == bytes(row.raw)


def test_the_page_costs_the_same_with_one_mail_and_with_three(desk, django_assert_num_queries):
    alarmed()
    with django_assert_num_queries(8) as one:
        desk.get("/desk/mails")
    for _ in range(2):
        arrives(mail())
    IncomingMail.objects.update(state="alarmed", reason="why")
    with django_assert_num_queries(len(one)):
        desk.get("/desk/mails")


def words(body, **more):
    given = {"name": "", "address": "x@y.example", "order_reference": "", "language": "en"}
    return create_unmatched_message(body=body, now=clock.now(), **(given | more))


def test_whose_words_may_be_whose(desk):
    worlds.open_shop()
    ada, tom, eva = worlds.customer("ada"), worlds.customer("tom"), worlds.customer("eva")
    parcel = worlds.shipped("200-7", by="tom")
    letter = Message.objects.create(
        key="k", customer=eva, direction="out", via="email", subject="", body="", language="en",
        message_id="<k@shop>", state="requested", written_at=clock.now(),
    )  # fmt: skip
    words("Hello", address="ADA@marsh.example")
    words("Where is order 200-7?", subject="Lost")
    words(f"and {parcel.number.lower()}, 200-7 or 1234567890", address="tom@marsh.example")
    words("I answer", answers=letter.message_id)
    words("Hello 12")
    found = suggestions_for(list(UnmatchedMessage.objects.order_by("id")))
    assert [[(each.customer, each.why) for each in one] for one in found] == [
        [(ada, {Why.ADDRESS})],
        [(tom, {Why.ORDER})],
        [(tom, {Why.ADDRESS, Why.ORDER, Why.PARCEL})],
        [(eva, {Why.LETTER})],
        [],
    ]
    page = desk.get("/desk/unmatched").content.decode()
    assert "a letter to them is answered" in page
    assert "Lost" in page
