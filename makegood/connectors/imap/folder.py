"""One look through one folder: every mail that is new, or was missed, is written down, and only then marked or moved.

IMAP numbers a folder's mails upwards (RFC 9051 §2.3.1.1) until its UIDVALIDITY changes: then all are numbered anew.
What is there and not yet written down is fetched, whether it came last or shows up late: gaps fill by themselves.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import structlog
from imap_tools import AND, BaseMailBox

from makegood.channels.accounting import Arrival, account_for, account_for_unfetched, settle_folder
from makegood.channels.queries import folder_of, uids_known
from makegood.connectors.imap.account import Account

log = structlog.get_logger()

BATCH = 50
# Numbers so far below the newest show up late no more.
LATE = 1_000
# Hosts date mails by their own clocks and zones.
GRACE = timedelta(days=2)
UID, SIZE = re.compile(rb"\bUID (\d+)"), re.compile(rb"\bRFC822\.SIZE (\d+)")


class Unanswered(Exception):
    """The host did not do as it was asked; the next look tries again."""


class Withheld(Unanswered):
    """The host does not hand some mails over; the others were taken, and the next look asks for these again."""

    def __init__(self, uids: Sequence[int]) -> None:
        super().__init__(f"the host does not hand over {len(uids)} mails, the first under the number {uids[0]}")


def look_through(
    box: BaseMailBox, account: Account, folder: str, *, now: Callable[[], datetime], is_first: bool
) -> int:
    """Write down what a folder holds that we don't have yet, and mark or move it; how many mails that were.

    A folder that we see for the first time begins at its first unread mail: what people read before is theirs.
    `is_first`, of a connection: finish also what was written down and not yet marked when the last one broke off.

    Raises:
        Withheld: some mails; all others were taken.
        Unanswered, imaplib.IMAP4.error, OSError: the host failed.
        TooManyMails, django.db.Error: nothing can be written down now; what was, is marked.
    """
    box.folder.set(folder)
    source, validity = account.source(folder), _stated(box, "UIDVALIDITY")
    settled = _settled(box, source, validity, now=now())
    there = _found(box, f"UID {settled + 1}:*", above=settled)
    known = uids_known(source=source, uid_validity=validity, above=settled)
    if account.move_to or is_first:
        # What a host could only copy is marked as deleted, and done.
        unfinished = _found(box, "UNDELETED" if account.move_to else "UNSEEN", above=settled) & known
        _finish(box, account, sorted(unfinished))
    new = sorted(there - known)
    withheld: list[int] = []
    for batch in _batches(new):
        _finish(box, account, list(_written_down(box, account, source, validity, batch, withheld, now=now)))
    highest = min([max(there, default=settled) - LATE, *(uid - 1 for uid in withheld)])
    if highest > settled:
        settle_folder(source=source, uid_validity=validity, settled_uid=highest, now=now())
    if withheld:
        raise Withheld(withheld)
    return len(new)


def _settled(box: BaseMailBox, source: str, validity: int, *, now: datetime) -> int:
    """Up to which number everything is accounted for."""
    folder = folder_of(source)
    if folder is not None and folder.uid_validity == validity:
        return folder.settled_uid
    if folder is None:
        begin = _found(box, "UNSEEN", above=0)
    else:
        log.warning("folder was numbered anew", source=source, was=folder.uid_validity, uid_validity=validity)
        begin = _found(box, str(AND(date_gte=(folder.first_seen_at - GRACE).date())), above=0)
    settled = min(begin, default=_stated(box, "UIDNEXT")) - 1
    settle_folder(source=source, uid_validity=validity, settled_uid=settled, now=now)
    return settled


def _stated(box: BaseMailBox, what: str) -> int:
    """A number that the host stated when the folder was selected."""
    _, answers = box.client.response(what)
    if not answers or answers[0] is None:
        raise Unanswered(f"the host did not state {what}")
    return int(answers[0])


def _found(box: BaseMailBox, criteria: str, *, above: int) -> set[int]:
    """The numbers of mails that meet `criteria`; a host answers n:* with its last mail even where that is before n."""
    return {int(uid) for uid in box.uids(criteria, charset=None) if int(uid) > above}


def _written_down(
    box: BaseMailBox,
    account: Account,
    source: str,
    validity: int,
    uids: Sequence[int],
    withheld: list[int],
    *,
    now: Callable[[], datetime],
) -> Iterator[int]:
    """Write these mails down; the numbers of those that may be marked. What is too large stays as it is, and one that
    the host can't read (`withheld`) keeps none of the others from us.
    """
    for uid, size in _sizes(box, uids).items():
        if size > account.largest:
            reason = f"it has {size:,} bytes, and we take {account.largest:,}; read it in {source}"
            account_for_unfetched(source=source, uid=uid, uid_validity=validity, size=size, reason=reason, now=now())
            continue
        try:
            raw = _raw(box, uid)
        except Unanswered as refusal:
            log.warning("a mail is not handed over", source=source, uid=uid, error=str(refusal))
            withheld.append(uid)
            continue
        if raw is not None:  # else somebody has taken it away meanwhile
            account_for(Arrival(source=source, raw=raw, uid=uid, uid_validity=validity), now=now())
            yield uid


def _sizes(box: BaseMailBox, uids: Iterable[int]) -> dict[int, int]:
    found = {}
    for part in _fetched(box, ",".join(map(str, uids)), "(UID RFC822.SIZE)"):
        line = part[0] if isinstance(part, tuple) else part
        uid, size = UID.search(line or b""), SIZE.search(line or b"")
        if uid and size:
            found[int(uid[1])] = int(size[1])
    return dict(sorted(found.items()))


def _raw(box: BaseMailBox, uid: int) -> bytes | None:
    """A mail as it is, left unread."""
    for part in _fetched(box, str(uid), "(UID BODY.PEEK[])"):
        if isinstance(part, tuple):
            return bytes(part[1])
    return None


def _fetched(box: BaseMailBox, uids: str, what: str) -> list[bytes | tuple[bytes, bytes] | None]:
    status, parts = box.client.uid("FETCH", uids, what)
    if status != "OK":
        raise Unanswered(f"FETCH {uids}: {status} {parts}")
    return parts


def _finish(box: BaseMailBox, account: Account, uids: Sequence[int]) -> None:
    """Mark or move what is written down. By hand: imap-tools would also expunge what others deleted."""
    if not uids:
        return
    wanted = [str(uid) for uid in uids]
    if not account.move_to:
        _told(box, "STORE", wanted, "+FLAGS.SILENT", r"(\Seen)")
    elif "MOVE" in box.client.capabilities:
        box.move(wanted, account.move_to)
    else:
        box.copy(wanted, account.move_to)
        _told(box, "STORE", wanted, "+FLAGS.SILENT", r"(\Deleted)")
        # Without UIDPLUS (RFC 4315) nobody can expunge ours alone: they stay, marked, until their owner does it.
        if "UIDPLUS" in box.client.capabilities:
            _told(box, "EXPUNGE", wanted)


def _told(box: BaseMailBox, command: str, uids: Sequence[str], *words: str) -> None:
    status, _ = box.client.uid(command, ",".join(uids), *words)
    if status != "OK":
        raise Unanswered(f"{command}: {status}")


def _batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), BATCH):
        yield uids[start : start + BATCH]
