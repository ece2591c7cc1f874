"""Mails that a helper has to look at, on the desk; and whose words may be whose."""

from datetime import timedelta

from django.test import Client

from makegood.cases.actions import answer_due_at, send_reply
from makegood.cases.matching import create_unmatched_message, take_to_new_contact
from makegood.cases.models import Case, UnmatchedMessage
from makegood.cases.suggestions import Why, suggestions_for
from makegood.channels.addresses import reply_address
from makegood.channels.models import IncomingMail, Message
from makegood.customers.queries import email_of
from makegood.kit import clock
from tests import worlds
from tests.mails import arrives, mail, parts

OUR_ADDRESS = "help@northlight.example"
HOUR = timedelta(hours=1)
PNG = b"\x89PNG\r\n\x1a\n0000"


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
    assert "Every mail was taken in" in desk.get("/desk/mails").content.decode()
    IncomingMail.objects.update(state="alarmed", reason="why")
    assert desk.post(f"/desk/mails/{row.pk}/dismissal").status_code == 422
    assert desk.post(f"/desk/mails/{row.pk}/dismissal", {"reason": "spam"}).status_code == 302
    assert desk.post("/desk/mails/999/retry").status_code == 404
    row.refresh_from_db()
    assert (row.state, row.reason, row.resolved_by[:7]) == ("dismissed", "spam", "helper:")


def test_a_refused_mail_waits_with_its_words_until_somebody_takes_it_in(desk):
    row = arrives(mail("Where is my box?", sender="tom@elsewhere.example", subject="My box", X_Loop=OUR_ADDRESS))
    page = desk.get("/desk/mails").content.decode()
    for words in ("tom@elsewhere.example", "My box", "Where is my box?", "it is a letter of ours that came back"):
        assert words in page
    assert "Every mail was taken in" not in page
    assert '<span class="badge badge-xs badge-warning figure">1' in page
    assert desk.post(f"/desk/mails/{row.pk}/taking-in").status_code == 302
    assert desk.post(f"/desk/mails/{row.pk}/taking-in").status_code == 409
    row.refresh_from_db()
    words = UnmatchedMessage.objects.get()
    assert (row.state, row.resolved_by[:7], words.mail, words.body) == ("taken_in", "helper:", row, "Where is my box?")
    assert "Every mail was taken in" in desk.get("/desk/mails").content.decode()


def test_refused_mails_are_let_go_together_and_only_those_that_were_shown(desk):
    first, second, later = (arrives(mail(f"{n}", X_Loop=OUR_ADDRESS)) for n in range(3))
    seen = {"mail": [str(first.pk), str(second.pk), "²", "9" * 30, "999999"]}
    assert desk.post("/desk/mails/refused/dismissal", seen).status_code == 302
    states = dict(IncomingMail.objects.values_list("id", "state"))
    assert states == {first.pk: "dismissed", second.pk: "dismissed", later.pk: "refused"}


def test_somebody_who_is_no_customer_is_answered_in_time(desk):
    worlds.open_shop()
    row = arrives(mail("Do you ship to Malta?", sender="Mia Borg <mia@borg.example>", subject="Malta"))
    words = UnmatchedMessage.objects.get()
    assert (words.received_at, words.due_at) == (row.received_at, answer_due_at(row.received_at))
    inbox, page = (desk.get(path).content.decode() for path in ("/desk/", "/desk/unmatched"))
    assert "1 message to match or to answer" in inbox
    assert "as somebody who is no customer yet" in page
    worlds.live_until(words.due_at + HOUR)
    assert "1 h late" in desk.get("/desk/unmatched").content.decode()
    answer = desk.post(f"/desk/unmatched/{words.pk}/contact")
    case = Case.objects.get()
    assert answer["Location"] == f"/desk/cases/{case.pk}"
    assert (case.customer.name, email_of(case.customer)) == ("Mia Borg", "mia@borg.example")
    assert (case.attention, case.reply_promise.due_at) == ("waiting", words.due_at)
    assert desk.post(f"/desk/unmatched/{words.pk}/contact").status_code == 409


def test_a_contact_is_made_of_nobody_who_is_a_customer_and_of_no_bad_address(desk):
    worlds.open_shop()
    worlds.customer("ada")
    words("Hello", address="ADA@marsh.example")
    words("Hello", address="nowhere")
    known, bad = UnmatchedMessage.objects.order_by("id")
    assert "as somebody who is no customer yet" not in desk.get("/desk/unmatched").content.decode()
    answer = desk.post(f"/desk/unmatched/{known.pk}/contact")
    assert answer.status_code == 409
    assert "Ada Marsh (ada) has this address" in answer.content.decode()
    assert desk.post(f"/desk/unmatched/{bad.pk}/contact").status_code == 422
    assert UnmatchedMessage.objects.filter(closed_at=None).count() == 2


def test_what_was_none_of_ours_is_told_with_its_reason_and_can_be_saved(desk):
    row = arrives(mail(X_Loop="help@northlight.example"))
    assert "it is a letter of ours that came back" in desk.get("/desk/mails").content.decode()
    answer = desk.get(f"/desk/mails/{row.pk}/raw", headers={"host": "127.0.0.1:8000"})
    (_, host, path) = answer["Location"].partition("files.localhost")
    assert Client().get(path.removeprefix(":8000"), headers={"host": host}).content == bytes(row.raw)


def test_the_page_costs_the_same_with_one_mail_and_with_three(desk, django_assert_num_queries):
    alarmed()
    # One of them counts what banks ask, for the menu.
    with django_assert_num_queries(17) as one:
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
    assert "a letter to them is answered, from another address" in page
    assert "Lost" in page


def test_what_a_stranger_quoted_is_one_click_away_and_they_are_answered_where_they_ask(desk):
    quoted = "Hello?\n\nOn Mon, 5 Oct 2026 at 09:00, Shop <help@northlight.example> wrote:\n> Which size?\n"
    arrives(mail(quoted, sender="Tom Reed <tom@reed.example>", Reply_To="Tom <tom@home.example>"))
    waiting = UnmatchedMessage.objects.get()
    page = desk.get("/desk/unmatched").content.decode()
    assert all(said in page for said in ("What they quoted", "Which size?", "answered at tom@home.example"))
    case = take_to_new_contact(unassigned_id=waiting.pk, now=clock.now())
    assert [each.value for each in case.customer.handles.all()] == ["tom@home.example"]
    assert Message.objects.get().reply_to == "tom@home.example"
    assert "answered at tom@home.example.<" in desk.get(f"/desk/cases/{case.pk}").content.decode()


def test_what_came_with_words_that_wait_is_seen_and_saved_before_anybody_says_whose_they_are(desk):
    worlds.open_shop()
    arrives(parts("It came broken.", files=[("box.png", "image/png", PNG), ("run.html", "text/html", b"<html>")]))
    waiting = UnmatchedMessage.objects.get()
    page = desk.get("/desk/unmatched", headers={"host": "127.0.0.1:8000"}).content.decode()
    for said in ("box.png", "PNG picture", "run.html", "Opening it can run somebody else’s code."):
        assert said in page
    answer = desk.get(f"/desk/mails/{waiting.mail_id}/files/0", headers={"host": "127.0.0.1:8000"})
    (_, host, path) = answer["Location"].partition("files.localhost")
    saved = Client().get(path.removeprefix(":8000"), headers={"host": host})
    assert (saved.content, saved["Content-Disposition"]) == (PNG, 'attachment; filename="box.png"')
    assert saved["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_what_a_program_wrote_is_marked_on_the_list(desk):
    worlds.open_shop()
    worlds.customer()
    arrives(mail("I am away until Monday.", subject="Automatic reply: Order 100"))
    assert "A program seems to have written this for them." in desk.get("/desk/unmatched").content.decode()


def test_who_is_known_is_answered_at_the_address_we_know_and_a_helper_reads_so(desk):
    """A mail proves nobody's address: letters hold links with which whoever reads them is the customer."""
    worlds.open_shop()
    ada = worlds.customer("ada")
    to = reply_address(customer_id=ada.pk, case_number=None)
    arrives(mail(Reply_To="Ada <ada@home.example>"), to=(to,))
    case = Case.objects.get()
    page = desk.get(f"/desk/cases/{case.pk}").content.decode()
    assert "answered at ada@home.example, which is not an address of theirs" in page
    assert f"what you write goes to {email_of(ada)}" in page
    send_reply(case_id=case.pk, key="r", subject="", body="It is on its way.", by=worlds.HELPER, now=clock.now())
    assert Message.objects.get(direction="out").address == email_of(ada)
