"""What follows a mail: the right case, a helper's list, or a letter of ours marked as come back; never an answer."""

from dataclasses import replace

import pytest

from makegood.cases import mailing, matching
from makegood.cases.actions import close_case, send_reply, take_in_message
from makegood.cases.matching import take_to_customer
from makegood.cases.models import Case, UnmatchedMessage
from makegood.cases.queries import inbox, words_of
from makegood.channels.accounting import retry_mail
from makegood.channels.addresses import bounce_address, reply_address
from makegood.channels.mails.mail import Attachment, FailedRecipient, MailKind
from makegood.channels.mails.reading import read_mail
from makegood.channels.models import IncomingMail, Message
from makegood.channels.rules import MessageState
from makegood.customers.models import Handle
from makegood.kit import clock
from tests import worlds
from tests.mails import arrives, mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    worlds.open_shop()
    return worlds.customer()


@pytest.fixture
def case(ada):
    """A question of Ada's that Maya answered by mail; more of it may come."""
    row = take_in_message(key="w1", customer=ada, body="When does it come?", subject="My box", now=clock.now())
    send_reply(case_id=row.pk, key="r1", subject="Your box", body="Soon.", by=worlds.HELPER, now=clock.now())
    worlds.work()
    return Case.objects.get(pk=row.pk)


@pytest.fixture
def letter(case):
    return Message.objects.get(key="r1")


def answer_to(letter):
    return reply_address(customer_id=letter.customer_id, case_number=letter.case_number)


def incoming():
    return Message.objects.filter(direction="in", via="email")


def read_as(monkeypatch, **more):
    """Let mails be read so, whatever reading makes of them by itself."""
    monkeypatch.setattr(mailing, "read_mail", lambda raw, **own: replace(read_mail(raw, **own), **more))


def test_an_answer_joins_its_case_whoever_it_says_it_is_from(letter):
    row = arrives(mail(sender="tom@elsewhere.example", In_Reply_To=letter.message_id), to=(answer_to(letter),))
    message = incoming().get()
    assert (row.state, row.message, row.customer) == ("taken_in", message, letter.customer)
    assert (message.address, message.in_reply_to) == ("tom@elsewhere.example", letter.message_id)
    assert message.message_id == row.header_id
    case = Case.objects.get(messages__message=message)
    assert (case.customer, case.attention) == (letter.customer, "waiting")
    assert Message.objects.filter(direction="out").count() == 1


def test_a_letter_follows_the_last_mail_of_its_case_and_of_no_other(letter):
    arrives(mail("And the other?", In_Reply_To=letter.message_id), to=(answer_to(letter),))
    asked = incoming().get()
    case = Case.objects.get(messages__message=asked)
    answered = reply_on(case.pk, "r2")
    fresh = take_in_message(key="w3", customer=letter.customer, body="Something else", now=clock.now())
    assert fresh.pk != case.pk
    assert (asked.in_reply_to, answered.in_reply_to) == (letter.message_id, asked.message_id)
    assert reply_on(fresh.pk, "r3").in_reply_to == ""


def reply_on(case_id, key):
    return send_reply(case_id=case_id, key=key, subject="", body="Soon.", by=worlds.HELPER, now=clock.now())


def test_the_address_may_stand_in_the_mail_alone(letter):
    assert arrives(mail(to=answer_to(letter)), to=()).state == "taken_in"
    assert incoming().get().customer == letter.customer


def test_it_is_taken_in_once_however_often_it_comes(letter):
    raw = mail()
    first, other = arrives(raw, to=(answer_to(letter),)), arrives(raw, to=(answer_to(letter),))
    assert (other.same_as, incoming().count()) == (first, 1)
    mailing.take_in_mail(mail_id=first.pk, now=clock.now())
    assert incoming().count() == 1


def test_two_customers_addresses_at_once_prove_neither(letter):
    other = reply_address(customer_id=worlds.customer("tom").pk, case_number=0)
    arrives(mail(), to=(answer_to(letter), other))
    assert (incoming().count(), UnmatchedMessage.objects.count()) == (0, 1)


def test_without_a_valid_address_it_waits_and_a_helper_says_whose_it_is(letter):
    row = arrives(
        mail("Hello\0", sender="Ada <ada@marsh.example>"), to=("help+r1-1-aaaaaaaaaaaaaaaa@northlight.example",)
    )
    waiting = UnmatchedMessage.objects.get()
    assert (waiting.mail, waiting.address, waiting.subject) == (row, "ada@marsh.example", "Re: Order 100")
    assert incoming().count() == 0
    take_to_customer(unassigned_id=waiting.pk, customer=letter.customer, now=clock.now())
    row.refresh_from_db()
    assert (row.message.via, row.customer) == ("email", letter.customer)


def test_when_too_many_strangers_wait_the_mail_alarms_and_can_be_tried_again(ada, monkeypatch):
    with monkeypatch.context() as full:
        full.setattr(matching, "KEEP_UNASSIGNED", 0)
        row = arrives(mail())
    assert (row.state, row.reason[:17]) == ("alarmed", "too many messages")
    retry_mail(mail_id=row.pk, by="helper:1", now=clock.now())
    worlds.work()
    assert IncomingMail.objects.get().state == "taken_in"


def test_what_comes_with_the_words_is_kept_beside_them(letter, monkeypatch):
    box = Attachment(
        name="box.jpg",
        declared_type="a/b",
        content_type="image/jpeg",
        size=3,
        content=b"jpg",
        content_id="",
        is_inline=False,
    )
    read_as(monkeypatch, visible_text=" ", quoted_text="> Soon.", signature="Ada", attachments=(box, box))
    arrives(mail(), to=(answer_to(letter),))
    message = incoming().get()
    assert (message.body, message.quoted_text, message.signature) == ("> Soon.", "> Soon.", "Ada")
    kept = [(each.name, each.content_type, bytes(each.content)) for each in message.attachments.order_by("place")]
    assert kept == [("box.jpg", "image/jpeg", b"jpg")] * 2


def test_a_vacation_reply_is_kept_quietly(case, letter, monkeypatch):
    before = Case.objects.get(pk=case.pk).attention
    read_as(monkeypatch, kind=MailKind.AUTO_REPLY)
    row = arrives(mail("I am away"), to=(bounce_address(message_id=letter.pk),))
    message = incoming().get()
    assert (row.state, message.is_automatic, row.kind) == ("taken_in", True, "auto_reply")
    assert message in [each.message for each in words_of(case)]
    assert (Case.objects.count(), Case.objects.get().attention) == (1, before)
    read_as(monkeypatch, kind=MailKind.AUTO_REPLY, never_answer=("it is no person's", "its Precedence is bulk"))
    assert arrives(mail("I am away")).state == "refused"


def away(letter, **more):
    """An out-of-office answer to a letter of ours, at the address that everybody knows."""
    return mail("I am away.", subject="Away", In_Reply_To=letter.message_id, Auto_Submitted="auto-replied", **more)


def test_a_vacation_reply_that_names_a_letter_of_ours_is_kept_with_it(case, letter):
    row = arrives(away(letter))
    message = incoming().get()
    assert (row.state, message.is_automatic, message.customer) == ("taken_in", True, letter.customer)
    assert message in [each.message for each in words_of(case)]


def test_a_vacation_reply_from_elsewhere_says_truly_why_nobody_takes_it(letter):
    row = arrives(away(letter, sender="tom@elsewhere.example"))
    assert row.state == "refused"
    assert row.reason == "a program answers our letter “Your box” from an address that is not Ada Marsh’s"
    assert arrives(mail("Away", Auto_Submitted="auto-replied", In_Reply_To="<x@y>")).reason == (
        "a program answers a letter that we did not send"
    )


def test_what_a_program_wrote_is_so_marked_wherever_a_helper_takes_it_to(case, letter):
    row = arrives(away(letter, sender="tom@elsewhere.example"))
    mailing.take_in_refused(mail_id=row.pk, by="helper:1", now=clock.now())
    waiting = UnmatchedMessage.objects.select_related("mail").get()
    assert waiting.is_automatic
    taken = take_to_customer(unassigned_id=waiting.pk, customer=letter.customer, now=clock.now())
    assert incoming().get().is_automatic
    assert taken.reply_promise is None  # nobody waits for an answer


def test_a_subject_that_sounds_automatic_costs_nobody_their_words(ada):
    row = arrives(mail("We are away. Where is my parcel?", subject="Out of office"))
    assert (row.kind, row.state) == ("person", "taken_in")
    assert UnmatchedMessage.objects.get().mail == row


@pytest.mark.parametrize(
    ("head", "envelope_from"),
    [
        ({"Auto_Submitted": "auto-replied", "subject": "Re: Order 100"}, "ada@marsh.example"),
        ({"X_Autoreply": "yes", "subject": "Order 100"}, "ada@marsh.example"),
        ({"subject": "Abwesenheitsnotiz: Order 100"}, "<>"),
        (
            {"Auto_Submitted": "auto-generated", "In_Reply_To": "<x@y>", "subject": "Otomatik yanıt: Order 100"},
            "a@b.example",
        ),
    ],
    ids=["auto-replied", "x-autoreply", "nobody's return path", "auto-generated"],
)
def test_what_a_program_answered_by_its_structure_waits_for_nobody(case, letter, head, envelope_from):
    before = Case.objects.get(pk=case.pk).attention
    row = arrives(mail("I am away", **head), to=(answer_to(letter),), envelope_from=envelope_from)
    assert (row.kind, row.state, incoming().get().is_automatic) == ("auto_reply", "taken_in", True)
    assert Case.objects.get().attention == before


def test_what_a_ticket_system_passes_on_to_an_address_for_answers_has_a_reader(letter):
    head = {"Auto_Submitted": "auto-generated", "X_Auto_Response_Suppress": "All", "In_Reply_To": letter.message_id}
    row = arrives(mail("Still waiting. Tom", subject="[Reed] Re: Order 100", **head), to=(answer_to(letter),))
    assert (row.kind, row.state) == ("person", "taken_in")
    assert Case.objects.get(messages__message=incoming().get()).attention == "waiting"


def test_a_group_of_ours_in_reply_to_is_nobodys_wish():
    raw = mail("Where is it?", sender="Tom Reed <tom@reed.example>", Reply_To="help+group@northlight.example")
    arrives(raw)
    assert UnmatchedMessage.objects.get().reply_to == ""


@pytest.mark.parametrize(
    "guessed",
    [
        mail("Where is it?", subject="Automatic reply: Order 100"),
        mail("User unknown, says the driver.", sender="MAILER-DAEMON@marsh.example", subject="Undeliverable"),
        mail("Our answer", sender="Shop <HELP@northlight.example>"),
        mail("Not delivered!", sender="Ada <postmaster@marsh.example>", subject="Parcel not delivered"),
    ],
)
def test_what_came_to_an_address_for_answers_is_an_answer_whatever_it_looks_like(letter, guessed):
    row = arrives(guessed, to=(answer_to(letter),))
    assert (row.kind, row.state, row.customer) == ("person", "taken_in", letter.customer)
    assert Case.objects.get(messages__message=incoming().get()).attention == "waiting"


def test_a_form_of_ours_brings_the_words_of_whom_it_names(ada):
    arrives(mail(sender="Form <help+form@northlight.example>", Reply_To="Tom Reed <tom@reed.example>"))
    waiting = UnmatchedMessage.objects.get()
    assert (waiting.name, waiting.address) == ("Tom Reed", "tom@reed.example")


@pytest.mark.parametrize("found_by", ["address", "message_id", "recipient"])
def test_a_letter_that_comes_back_asks_for_a_person(case, letter, settings, monkeypatch, found_by):
    failed = FailedRecipient(
        address=letter.address,
        is_hard=True,
        status="5.1.1",
        reply_code="550",
        reason="unknown_user",
        diagnostic="no such user",
    )
    original = letter.message_id if found_by == "message_id" else ""
    read_as(monkeypatch, kind=MailKind.BOUNCE, recipients=(failed,), original_message_id=original)
    to = bounce_address(message_id=letter.pk) if found_by == "address" else "help@northlight.example"
    if found_by == "recipient":  # of a shop whose host extends no addresses
        settings.MAIL_REPLY_TO = ""
    row = arrives(mail(sender="<>"), to=(to,))
    letter.refresh_from_db()
    assert (row.state, row.about, letter.state) == ("taken_in", letter, MessageState.BOUNCED)
    assert letter.error == "5.1.1 no such user"
    (open_one,) = inbox(limit=9)
    assert (open_one.unreached, open_one.attention) == (letter, "waiting")
    # Only who had the letter can say that the address is no more.
    assert (Handle.objects.get(kind="email").undeliverable_at is not None) == (found_by != "recipient")
    close_case(case_id=open_one.pk, by=worlds.HELPER, now=clock.now(), although_they_wait=True)
    assert inbox(limit=9) == []


def test_a_bounce_or_complaint_of_nothing_of_ours_is_refused(ada, monkeypatch):
    for kind in (MailKind.BOUNCE, MailKind.ABUSE_REPORT, MailKind.RECEIPT):
        read_as(monkeypatch, kind=kind)
        assert arrives(mail()).state == "refused"
    assert UnmatchedMessage.objects.count() == 0


def test_a_complaint_is_shown_to_a_helper(letter, monkeypatch):
    read_as(monkeypatch, kind=MailKind.ABUSE_REPORT, original_message_id=letter.message_id)
    row = arrives(mail())
    assert (row.state, row.about, "spam" in row.reason) == ("alarmed", letter, True)


@pytest.mark.parametrize(
    "ours",
    [
        lambda letter: mail(Message_ID=letter.message_id),
        lambda _: mail(X_Loop="help@northlight.example"),
    ],
)
def test_our_own_mail_is_refused(letter, ours):
    row = arrives(ours(letter), to=(answer_to(letter),))
    assert (row.state, bool(row.reason), incoming().count()) == ("refused", True, 0)


def test_what_says_that_we_wrote_it_and_names_nobody_is_refused(letter):
    row = arrives(mail(sender="Shop <HELP@northlight.example>", Reply_To="help+x@northlight.example"))
    assert (row.state, row.reason) == ("refused", "it says that we wrote it, and names nobody else")


def test_an_address_that_writes_works(letter):
    Handle.objects.update(undeliverable_at=clock.now(), undeliverable_reason="550")
    arrives(mail(), to=(answer_to(letter),))
    assert Handle.objects.get(kind="email").undeliverable_at is None


REPORT = """Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

{words}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.marsh.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--b--
"""


def report(
    letter, *, action="failed", status="5.1.1", words="550 5.1.1 No such user", sender="MAILER-DAEMON@marsh.example"
):
    """A delivery status notification (RFC 3464) on a letter."""
    body = REPORT.format(address=letter.address, action=action, status=status, words=words)
    return (
        mail(sender=sender, subject="Delivery status", Content_Type="").partition(b"\r\n\r\n")[0]
        + b"\r\n"
        + body.encode()
    )


def is_undeliverable():
    return Handle.objects.get(kind="email").undeliverable_at is not None


def test_word_that_a_letter_is_delayed_is_no_bounce(letter):
    row = arrives(report(letter, action="delayed", status="4.4.1"), to=(bounce_address(message_id=letter.pk),))
    letter.refresh_from_db()
    assert (row.state, row.about, letter.state) == ("taken_in", letter, MessageState.SENT)
    arrives(report(letter), to=(bounce_address(message_id=letter.pk),))
    letter.refresh_from_db()
    assert (letter.state, is_undeliverable()) == (MessageState.BOUNCED, True)


def test_a_hard_failure_counts_after_a_soft_one(letter):
    to = (bounce_address(message_id=letter.pk),)
    arrives(report(letter, status="5.2.2", words="552 5.2.2 Mailbox full"), to=to)
    assert not is_undeliverable()
    arrives(report(letter), to=to)
    letter.refresh_from_db()
    assert (is_undeliverable(), letter.error) == (True, "5.1.1 550 5.1.1 No such user")


def test_what_proves_nothing_says_nothing_of_a_letter_whose_return_is_addressed(letter):
    row = arrives(report(letter))
    letter.refresh_from_db()
    assert (row.state, row.about, letter.state) == ("alarmed", letter, MessageState.SENT)
    assert "nothing proves it" in row.reason


def test_by_smtp_the_empty_sender_tells_a_bounce(letter):
    raw = mail("Ada is not here. User unknown.", sender="Marsh Gateway <gateway@marsh.example>", subject="Your mail")
    row = arrives(raw, to=(bounce_address(message_id=letter.pk),), envelope_from="<>")
    assert (row.kind, row.about) == ("bounce", letter)
