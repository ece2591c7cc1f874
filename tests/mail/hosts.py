"""Debian's own Postfix and Dovecot on loopback, each a private instance in a folder of its own.

Postfix takes mail for anybody: for `shop.example` it hands it to our receiver by SMTP, for `box.example` it puts it
into a mailbox that Dovecot shows by IMAP. What our receiver does not take now is tried again every second.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port
from tests.sockets import answers
from tests.waiting import until

POSTFIX, DOVECOT = shutil.which("postfix", path="/usr/sbin"), shutil.which("dovecot", path="/usr/sbin")
USER, PASSWORD = "help", "sesame"
# qmgr wakes each second and not every five minutes: a mail whose next try falls into the end of its last ("skipped,
# still being delivered") lies in `incoming` until then.
MASTER = """
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
mail_owner = postfix
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
recipient_delimiter = +
transport_maps = inline:{{ {{ shop.example = smtp:[127.0.0.1]:{receiver} }} }}
virtual_mailbox_domains = box.example
virtual_mailbox_maps = static:help/
virtual_mailbox_base = {folder}/boxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
smtp_connect_timeout = 2s
smtp_connection_cache_on_demand = no
default_destination_concurrency_failed_cohort_limit = 1000
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
"""
DOVECOTS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/boxes/help
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 1
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/boxes/help
}}
"""


def _run(folder: Path, words: list[str]) -> None:
    """Run a command that leaves others running: they would hold a pipe open for good."""
    with (folder / "said").open("a") as said:
        code = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False).returncode
    assert code == 0, (folder / "said").read_text()


def missing() -> str:
    """Why these hosts can't run here; empty where they can."""
    if POSTFIX is None or DOVECOT is None:
        return "Postfix or Dovecot is not installed: sudo apt-get install postfix dovecot-imapd"
    return "" if os.geteuid() == 0 else "Postfix runs only as root, which CI is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """Where they listen: `smtp` takes mail, `imap` shows the mailbox; `receiver` is where our own has to listen."""

    folder: Path
    smtp: int
    imap: int
    receiver: int

    def queued(self) -> int:
        """How many mails Postfix still holds."""
        return sum(1 for part in ("incoming", "active", "deferred", "maildrop", "hold") for _ in self._files(part))

    def flush(self) -> None:
        """Have it try again at once what it holds."""
        subprocess.run(["/usr/sbin/postqueue", "-c", self.folder / "etc", "-f"], check=True)

    def _files(self, part: str) -> Iterator[Path]:
        return (path for path in (self.folder / "queue" / part).rglob("*") if path.is_file())


@contextmanager
def hosts(folder: Path) -> Iterator[Hosts]:
    """Both hosts, until the end of the block."""
    nobody = pwd.getpwnam("nobody")
    smtp, receiver = free_port(), free_port()
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir(mode=0o755)
    shutil.chown(folder / "data", "postfix")
    words = {"folder": folder, "receiver": receiver, "uid": nobody.pw_uid, "gid": nobody.pw_gid}
    (folder / "etc" / "main.cf").write_text(MAIN.format(**words))
    (folder / "etc" / "master.cf").write_text(MASTER.format(port=smtp))
    postfix = [str(POSTFIX), "-c", str(folder / "etc")]
    with dovecot(folder) as imap:
        _run(folder, [*postfix, "start"])
        try:
            until(lambda: answers(smtp), what="Postfix")
            yield Hosts(folder=folder, smtp=smtp, imap=imap, receiver=receiver)
        finally:
            _run(folder, [*postfix, "stop"])


@contextmanager
def dovecot(folder: Path) -> Iterator[int]:
    """Dovecot alone, until the end of the block: the port at which it shows the mailbox."""
    port, nobody = free_port(), pwd.getpwnam("nobody")
    for name in ("boxes", "run", "state"):
        (folder / name).mkdir(mode=0o755)
    shutil.chown(folder / "boxes", "nobody", "nogroup")
    words = {"folder": folder, "port": port, "uid": nobody.pw_uid, "gid": nobody.pw_gid, "password": PASSWORD}
    (folder / "dovecot.conf").write_text(DOVECOTS.format(**words, user="dovenull", group="dovecot"))
    command = [str(DOVECOT), "-c", str(folder / "dovecot.conf")]
    _run(folder, command)
    try:
        until(lambda: answers(port), what="Dovecot")
        yield port
    finally:
        _run(folder, [*command, "stop"])
