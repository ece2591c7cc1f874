"""Messages, and the mails that reach us."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from makegood.channels.rules import STATES_WITH_REASON, Direction, MailState, MessageState, Via
from makegood.customers.models import Customer
from makegood.kit.choices import choices_of, one_of


class Message(models.Model):
    """Words to or from one customer. `key` says why it was sent, so that one piece of news is told once."""

    key = models.TextField(unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    direction = models.CharField(max_length=4, choices=choices_of(Direction))
    via = models.CharField(max_length=8, choices=choices_of(Via))
    news = models.CharField(max_length=24, default="")
    subject = models.TextField()
    body = models.TextField()
    language = models.CharField(max_length=8)
    address = models.TextField(default="")
    # Ours are unique; what a stranger's mail calls itself is theirs to choose.
    message_id = models.TextField()
    in_reply_to = models.TextField(default="")
    state = models.CharField(max_length=16, choices=choices_of(MessageState))
    written_by = models.TextField(default="")
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    hand_overs = models.PositiveSmallIntegerField(default=0)
    was_in_doubt = models.BooleanField(default=False)
    error = models.TextField(default="")
    bounced_at = models.DateTimeField(null=True)
    # The number of the case that the words belong to, for the address that answers come back to.
    case_number = models.BigIntegerField(null=True)
    # Of mail: what stood around the words, and whether a program wrote them.
    quoted_text = models.TextField(default="")
    signature = models.TextField(default="")
    # Where whoever wrote wants to be answered, where that is not the address they wrote from.
    reply_to = models.TextField(default="")
    is_automatic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="message_state_is_known", condition=Q(**one_of("state", MessageState))),
            models.CheckConstraint(
                name="message_sent_has_its_instant",
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"),
            ),
            models.CheckConstraint(
                name="message_bounced_has_its_instant",
                condition=Q(state="bounced", bounced_at__isnull=False) | ~Q(state="bounced") & Q(bounced_at=None),
            ),
            models.UniqueConstraint(
                name="message_id_of_ours_once", fields=["message_id"], condition=Q(direction=Direction.OUT)
            ),
        ]
        indexes = [
            models.Index(name="message_by_customer", fields=["customer", "-id"]),
            models.Index(name="message_by_message_id", fields=["message_id"]),
            models.Index(Lower("address"), name="message_by_address"),
        ]

    @property
    def has_no_address(self) -> bool:
        """Whether it was for somebody whom we can't write to."""
        return self.direction == Direction.OUT and not self.address


class MessageAttachment(models.Model):
    """A file that came with a message. `content_type` is what the bytes are, whatever the sender called them."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    name = models.TextField()
    content_type = models.TextField()
    content_id = models.TextField(default="", blank=True)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(name="attachment_has_its_place", fields=["message", "place"])]


class MailFolder(models.Model):
    """How far a folder that is polled has been accounted for: every mail up to `settled_uid` of this `uid_validity`."""

    source = models.TextField(unique=True)
    uid_validity = models.BigIntegerField()
    settled_uid = models.BigIntegerField()
    first_seen_at = models.DateTimeField()


class IncomingMail(models.Model):
    """One arrival of a mail at one of our receivers, written down before its sender is told that we have it.

    `source` is `smtp`, or `imap:user@host/folder` with the mail's own number there. `sha256` is of the raw bytes,
    `fingerprint` of what stays the same whichever way a mail comes; a second arrival names the first in `same_as` and
    keeps no bytes. `message` is what it became, `about` what of ours it is about (a bounce, a complaint).
    """

    source = models.TextField()
    uid = models.BigIntegerField(null=True)
    uid_validity = models.BigIntegerField(null=True)
    envelope_from = models.TextField(default="", blank=True)
    envelope_to = models.JSONField(default=list)
    # As the mail calls itself; ours to trust in nothing.
    header_id = models.TextField(default="", blank=True)
    fingerprint = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    raw = models.BinaryField(null=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=choices_of(MailState), default=MailState.WAITING)
    reason = models.TextField(default="", blank=True)
    kind = models.CharField(max_length=16, default="", blank=True)
    # Who wrote it, about what, and the beginning of what they say: what a helper sees of a mail that nobody took in.
    writer_address = models.TextField(default="", blank=True)
    subject = models.TextField(default="", blank=True)
    excerpt = models.TextField(default="", blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False)
    # Whether it has an HTML body that can be shown on demand, known without reading its bytes again.
    is_formatted = models.BooleanField(default=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False)
    about = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False)
    same_as = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    resolved_by = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="mail_state_is_known", condition=Q(**one_of("state", MailState))),
            models.UniqueConstraint(
                name="mail_once_a_folder", fields=["source", "uid_validity", "uid"], condition=Q(uid__isnull=False)
            ),
            models.UniqueConstraint(name="mail_taken_once", fields=["fingerprint"], condition=Q(same_as=None)),
            models.CheckConstraint(
                name="mail_repeated_names_the_first",
                condition=Q(state="repeated", same_as__isnull=False) | ~Q(state="repeated") & Q(same_as=None),
            ),
            models.CheckConstraint(
                name="mail_not_taken_says_why",
                condition=~Q(state__in=[state.value for state in STATES_WITH_REASON]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="mail_waiting_has_its_bytes", condition=~Q(state="waiting") | Q(raw__isnull=False)
            ),
        ]
        indexes = [
            models.Index(name="mail_in_trouble", fields=["id"], condition=Q(state__in=["alarmed", "waiting"])),
            models.Index(name="mail_refused", fields=["id"], condition=Q(state="refused")),
            models.Index(name="mail_by_message", fields=["message"], condition=Q(message__isnull=False)),
        ]
