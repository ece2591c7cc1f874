"""A mailbox looked through: what it holds is written down before it is marked, and what was missed is found again."""

import imaplib
import tempfile
import threading
from pathlib import Path

import pytest

from makegood import receiving
from makegood.channels.accounting import TooManyMails
from makegood.channels.models import IncomingMail, MailFolder
from makegood.channels.queries import raw_of
from makegood.connectors.imap import account as accounts
from makegood.connectors.imap import folder as folders
from makegood.connectors.imap.account import Account, NotInTheClear, opened
from makegood.connectors.imap.folder import look_through
from makegood.kit import clock
from tests.mail.hosts import PASSWORD, USER, dovecot, missing
from tests.mails import mail

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(bool(missing()), reason=missing() or "they are there")]


@pytest.fixture(scope="module")
def port():
    with tempfile.TemporaryDirectory(prefix="makegood-imap-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with dovecot(folder) as port:
            yield port


class Box:
    """A folder of its own in the mailbox, as its owner sees it."""

    def __init__(self, port, name):
        self.name = name
        self.line = imaplib.IMAP4("127.0.0.1", port)
        self.line.login(USER, PASSWORD)
        self.line.create(name)

    def put(self, *raws, flags=""):
        for raw in raws:
            assert self.line.append(self.name, flags, None, raw)[0] == "OK"

    def flags(self):
        self.line.select(self.name)
        _, parts = self.line.uid("FETCH", "1:*", "(FLAGS)")
        return [b"\\Seen" in part for part in parts if part]

    def anew(self):
        self.line.close()
        self.line.delete(self.name)
        self.line.create(self.name)


@pytest.fixture
def box(port, request):
    box = Box(port, f"f{abs(hash(request.node.name))}")
    yield box
    box.line.logout()


@pytest.fixture
def look(port, box):
    def look(*, is_first=False, **more):
        words = {"user": USER, "password": PASSWORD, "security": "plain", "move_to": "", "largest": 10_000}
        account = Account(host="127.0.0.1", port=port, folders=(box.name,), **(words | more))
        with opened(account) as line:
            return look_through(line, account, box.name, now=clock.now, is_first=is_first)

    return look


def states():
    return list(IncomingMail.objects.order_by("id").values_list("state", flat=True))


def test_a_folder_begins_at_its_first_unread_mail_and_is_marked_afterwards(box, look):
    raw = mail("one")
    box.put(mail("read"), flags=r"(\Seen)")
    box.put(raw, mail("two"))
    assert (look(), look()) == (2, 0)
    row = IncomingMail.objects.order_by("id").first()
    assert (raw_of(row.pk), row.uid, row.uid_validity > 0) == (raw, 2, True)
    assert row.source == f"imap:{USER}@127.0.0.1/{box.name}"
    assert box.flags() == [True, True, True]
    box.put(mail("three"))
    assert look() == 1


def test_a_folder_all_of_which_was_read_begins_at_its_end(box, look):
    box.put(mail(), flags=r"(\Seen)")
    assert look() == 0
    box.put(mail(), flags=r"(\Seen)")
    assert look() == 1


def test_what_could_not_be_written_down_stays_unread_and_is_taken_next_time(box, look, monkeypatch):
    box.put(mail(), mail(), mail())

    def full(arrival, *, now):
        if arrival.uid == 2:
            raise TooManyMails
        return account_for(arrival, now=now)

    account_for = folders.account_for
    with monkeypatch.context() as broken:
        broken.setattr(folders, "account_for", full)
        with pytest.raises(TooManyMails):
            look()
    assert (box.flags(), states()) == ([False, False, False], ["waiting"])
    # The first was written down and not marked: a new connection finishes that.
    assert look(is_first=True) == 2
    assert (box.flags(), states()) == ([True] * 3, ["waiting"] * 3)


def test_a_gap_is_filled(box, look):
    box.put(mail(), mail(), mail())
    look()
    IncomingMail.objects.filter(uid=2).delete()
    assert look() == 1
    assert sorted(IncomingMail.objects.values_list("uid", flat=True)) == [1, 2, 3]


def test_a_folder_numbered_anew_is_looked_through_again_and_nothing_comes_twice(box, look):
    raws = [mail(), mail()]
    box.put(*raws)
    look()
    was = MailFolder.objects.get().uid_validity
    box.flags()
    box.anew()
    box.put(*raws, mail(), flags=r"(\Seen)")
    assert look() == 3
    assert MailFolder.objects.get().uid_validity != was
    assert states() == ["waiting", "waiting", "repeated", "repeated", "waiting"]


def test_what_is_written_down_is_moved_where_that_is_wanted(box, look, port):
    done = Box(port, f"{box.name}-done")
    box.put(mail(), mail())
    assert look(move_to=done.name) == 2
    assert (box.flags(), done.flags()) == ([], [False, False])
    done.line.logout()


@pytest.mark.parametrize(
    ("lacks", "left"), [({"MOVE"}, 1), ({"MOVE", "UIDPLUS"}, 3)], ids=["without MOVE", "without UIDPLUS too"]
)
def test_moving_expunges_nothing_of_others(box, look, port, monkeypatch, lacks, left):
    """Somebody marked a mail as deleted and may want it back; ours are moved one by one, and once."""
    real = accounts._capabilities
    monkeypatch.setattr(accounts, "_capabilities", lambda line: tuple(each for each in real(line) if each not in lacks))
    done = Box(port, f"{box.name}-done")
    box.put(mail("theirs"), flags=r"(\Seen \Deleted)")
    box.put(mail(), mail())
    assert (look(move_to=done.name), look(move_to=done.name, is_first=True)) == (2, 0)
    assert (len(box.flags()), len(done.flags())) == (left, 2)
    done.line.logout()


def test_what_a_host_can_do_is_asked_after_signing_in(box, look, port):
    words = {"user": USER, "password": PASSWORD, "security": "plain", "move_to": "", "largest": 10_000}
    with opened(Account(host="127.0.0.1", port=port, folders=(box.name,), **words)) as line:
        assert {"MOVE", "UIDPLUS"} <= set(line.client.capabilities)


def test_what_is_too_large_stays_and_a_helper_hears_of_it(box, look):
    box.put(mail("x\r\n" * 5_000), mail())
    assert (look(), look()) == (2, 0)
    assert (states(), box.flags()) == (["alarmed", "waiting"], [False, True])
    assert "bytes" in IncomingMail.objects.order_by("id").first().reason


def test_numbers_far_below_the_newest_are_settled(box, look, monkeypatch):
    monkeypatch.setattr(folders, "LATE", 2)
    box.put(*(mail() for _ in range(5)))
    look()
    assert MailFolder.objects.get().settled_uid == 3


def test_a_password_crosses_no_network_in_the_clear():
    account = Account(
        host="mail.example", port=143, user="a", password="b", security="plain", folders=(), move_to="", largest=1
    )
    with pytest.raises(NotInTheClear, match="MAKEGOOD_IMAP_SECURITY"), opened(account):
        pass
    assert "b" not in repr(account).replace("imap", "").split("password")[-1]


def test_a_mail_that_the_host_can_not_read_keeps_no_other_back(box, port, look):
    box.put(mail("one"), mail("two"), mail("three"))
    words = {"user": USER, "password": PASSWORD, "security": "plain", "move_to": "", "largest": 10_000}
    account = Account(host="127.0.0.1", port=port, folders=(box.name,), **words)
    with opened(account) as line:
        asked = line.client.uid

        def uid(command, *words):
            is_second = command == "FETCH" and words == ("2", "(UID BODY.PEEK[])")
            return ("NO", [b"[SERVERBUG] Internal error"]) if is_second else asked(command, *words)

        line.client.uid = uid
        with pytest.raises(folders.Withheld, match="the first under the number 2"):
            look_through(line, account, box.name, now=clock.now, is_first=True)
    assert list(IncomingMail.objects.order_by("uid").values_list("uid", flat=True)) == [1, 3]
    assert look() == 1
    assert box.flags() == [True, True, True]


class Ended(threading.Event):
    """Sleeps never: does what its script has for each wait instead, and is told to stop at the script's end."""

    def __init__(self, script):
        super().__init__()
        self.script, self.waited = list(script), []

    def wait(self, timeout=None):
        self.waited.append(timeout)
        self.script.pop(0)()
        if not self.script:
            self.set()
        return self.is_set()


@pytest.mark.django_db(transaction=True)
def test_after_a_good_look_the_next_failure_is_tried_again_at_once(port, settings):
    box = Box(port, "comes-and-goes")
    box.line.delete(box.name)
    stop = Ended([int, lambda: box.line.create(box.name), lambda: box.line.delete(box.name), int])
    words = {"user": USER, "password": PASSWORD, "security": "plain", "move_to": "", "largest": 10_000}
    receiving.look_until(stop, Account(host="127.0.0.1", port=port, folders=(box.name,), **words))
    assert stop.waited == [1, 2, settings.IMAP_POLL_SECONDS, 1]
    box.line.logout()
