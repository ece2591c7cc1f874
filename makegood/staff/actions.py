"""Taking helpers in; issuing and revoking tokens."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from makegood.journal.actions import announce
from makegood.kit import clock
from makegood.kit.rows import BadRows, RowError, UpsertResult
from makegood.staff.facts import HelperAskedToEnter
from makegood.staff.models import ApiToken, Helper
from makegood.staff.records import HelperRecord
from makegood.staff.rules import Scope, digest_of

FIELDS = ("name", "email", "role", "zone")
TOKEN_LIFE = timedelta(days=365)
USE_NOTED_EVERY = timedelta(minutes=1)


def put_helpers(records: Sequence[HelperRecord]) -> UpsertResult:
    """Make each helper what the record says; a password is set once, and never taken from a record again.

    Raises:
        BadRows: the e-mail belongs to another helper, or the password is easily guessed.
    """
    taken = UpsertResult()
    with transaction.atomic():
        for index, record in enumerate(records):
            if Helper.objects.filter(email__iexact=record.email).exclude(reference=record.id).exists():
                raise BadRows([RowError(index=index, field="email", reason="another helper has this address")])
            try:
                taken += _put_helper(record)
            except ValidationError as weak:
                raise BadRows([RowError(index=index, field="password", reason=" ".join(weak.messages))]) from weak
    return taken


def _put_helper(record: HelperRecord) -> UpsertResult:
    values = record.model_dump(include=set(FIELDS))
    helper = Helper.objects.filter(reference=record.id).first()
    if helper is None:
        helper = Helper(reference=record.id, **values)
        if record.password is not None:
            validate_password(record.password, user=helper)
        helper.set_password(record.password)
        helper.save()
        return UpsertResult.of(1, new=[record.id])
    if all(getattr(helper, field) == values[field] for field in FIELDS):
        return UpsertResult(same=1)
    for field in FIELDS:
        setattr(helper, field, values[field])
    helper.save(update_fields=FIELDS)
    return UpsertResult.of(1, changed=[record.id])


def ask_to_enter(*, email: str) -> None:
    """Have a link sent to the helper who has this address, if there is one; whoever asks learns nothing of it."""
    helper = Helper.objects.filter(email__iexact=email, is_active=True).first()
    if helper is None:
        return
    with transaction.atomic():
        asked = HelperAskedToEnter(customer_id=0, helper_id=helper.pk, asked_at=clock.system_now())
        announce([asked], now=clock.now())


def issue_token(*, name: str, scopes: Iterable[Scope], expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """A new token and its secret, which is shown once and kept only as a hash."""
    secret = f"mg_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        name=name,
        prefix=secret[:8],
        digest=digest_of(secret),
        scopes=sorted(scope.value for scope in scopes),
        expires_at=expires_at or clock.system_now() + TOKEN_LIFE,
    )
    return token, secret


def revoke_token(*, token_id: int) -> None:
    """Let a token in no longer, from now on. Twice is once."""
    ApiToken.objects.filter(id=token_id, revoked_at=None).update(revoked_at=clock.system_now())


def note_use(*, token: ApiToken) -> None:
    """Keep when a token was last used, to the minute; so that most calls write nothing."""
    now = clock.system_now()
    if token.last_used_at is None or now - token.last_used_at > USE_NOTED_EVERY:
        ApiToken.objects.filter(id=token.pk).update(last_used_at=now)
