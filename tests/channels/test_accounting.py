"""Every mail that reaches us is written down once, whichever way and however often it comes."""

import pytest

from makegood.channels import accounting
from makegood.channels.accounting import (
    Arrival,
    TooManyMails,
    account_for,
    account_for_unfetched,
    dismiss_mail,
    retry_mail,
    settle_folder,
)
from makegood.channels.addresses import reply_address
from makegood.channels.facts import MailArrived
from makegood.channels.models import IncomingMail
from makegood.channels.queries import folder_of, raw_of, uids_known
from makegood.channels.rules import MailState, fingerprint
from makegood.kit import clock
from makegood.kit.errors import AlreadyResolved, DismissalWithoutReason
from tests import worlds
from tests.mails import mail

pytestmark = pytest.mark.django_db


def by_smtp(raw, *, to=("help@northlight.example",)):
    return account_for(Arrival(source="smtp", raw=raw, envelope_to=to), now=clock.now())


def by_imap(raw, uid, *, validity=1):
    return account_for(Arrival(source="imap:a@b/INBOX", raw=raw, uid=uid, uid_validity=validity), now=clock.now())


def test_a_mail_is_kept_whole_with_the_fact_that_it_came():
    raw = mail()
    row = by_smtp(raw)
    assert (row.state, row.size, raw_of(row.pk)) == (MailState.WAITING, len(raw), raw)
    assert row.header_id.endswith("@marsh.example>")
    assert worlds.facts(MailArrived) == [MailArrived(customer_id=0, mail_id=row.pk)]


def test_an_identifier_that_begins_on_the_next_line_is_known_too():
    """Outlook's are so long that they stand on a line of their own."""
    row = by_smtp(mail(Message_ID="\r\n <long@outlook.example>"))
    assert row.header_id == "<long@outlook.example>"


def test_the_envelope_says_with_whose_matters_it_is_ordered():
    ada = worlds.customer()
    row = by_smtp(mail(), to=(reply_address(customer_id=ada.pk, case_number=3),))
    assert worlds.facts(MailArrived) == [MailArrived(customer_id=ada.pk, mail_id=row.pk)]


def test_the_same_mail_by_another_way_is_the_one_we_have():
    raw = mail()
    first, other = by_smtp(raw), by_imap(b"Delivered-To: x\r\n" + raw, 7)
    again = by_imap(raw.replace(b"\r\n", b"\n"), 7, validity=2)
    assert [other.state, other.same_as, again.same_as] == [MailState.REPEATED, first, first]
    assert raw_of(other.pk) == raw
    assert len(worlds.facts(MailArrived)) == 1


@pytest.mark.parametrize("more", ["X-Loop: help@northlight.example", "Auto-Submitted: auto-replied", "Reply-To: a@b"])
def test_a_copy_that_we_would_treat_otherwise_swallows_nothing(more):
    raw = mail()
    by_smtp(more.encode() + b"\r\n" + raw)
    assert by_smtp(raw).state == MailState.WAITING


def test_the_same_number_in_a_folder_is_the_same_mail():
    raw = mail()
    assert by_imap(raw, 7) == by_imap(raw, 7)
    assert IncomingMail.objects.count() == 1


@pytest.mark.parametrize("change", [{"Message_ID": "<other@x>"}, {"subject": "Another"}, {"body": "Other words"}])
def test_other_mails_are_others(change):
    words = {"Message_ID": "<same@x>"}
    assert fingerprint(mail(**words)) != fingerprint(mail(**(words | change)))
    assert fingerprint(mail(**words)) == fingerprint(mail(**words, Received="by another", X_Spam="no"))


@pytest.mark.parametrize(
    "raw", [b"", b"\0\xff", b"Message-ID: \xff\0\r\n\r\n", b"\n\n\n", b"Message-ID:" + b"x" * 5000]
)
def test_whatever_it_is_it_is_written_down(raw):
    assert raw_of(by_smtp(raw, to=("\0\udcff",)).pk) == raw


def test_when_too_many_wait_the_sender_keeps_it(monkeypatch):
    monkeypatch.setattr(accounting, "KEEP_WAITING", 2)
    first = mail()
    by_smtp(first)
    by_smtp(mail())
    with pytest.raises(TooManyMails):
        by_smtp(mail())
    assert by_smtp(first).state == MailState.REPEATED


def test_what_was_not_fetched_alarms_once_and_can_only_be_let_go():
    words = {"source": "imap:a@b/INBOX", "uid": 9, "uid_validity": 1, "size": 10**9, "reason": "too large"}
    row = account_for_unfetched(**words, now=clock.now())
    assert account_for_unfetched(**words, now=clock.now()) == row
    assert (row.state, raw_of(row.pk), uids_known(source=row.source, uid_validity=1, above=8)) == ("alarmed", None, {9})
    with pytest.raises(AlreadyResolved):
        retry_mail(mail_id=row.pk, by="helper:1", now=clock.now())
    with pytest.raises(DismissalWithoutReason):
        dismiss_mail(mail_id=row.pk, reason=" ", by="helper:1")
    assert dismiss_mail(mail_id=row.pk, reason="spam", by="helper:1").state == MailState.DISMISSED
    with pytest.raises(AlreadyResolved):
        dismiss_mail(mail_id=row.pk, reason="spam", by="helper:1")


def test_a_folder_remembers_how_far_and_since_when():
    first = clock.now()
    for uid in (5, 9):
        settle_folder(source="imap:x", uid_validity=1, settled_uid=uid, now=clock.now())
    assert (folder_of("imap:x").settled_uid, folder_of("imap:x").first_seen_at < first) == (9, False)
    assert folder_of("imap:y") is None
