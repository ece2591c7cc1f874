"""Reads."""

from django.db.models import Q, QuerySet

from makegood.kit import clock
from makegood.staff.models import ApiToken, Helper
from makegood.staff.rules import digest_of


def valid_token(secret: str) -> ApiToken | None:
    """The token that `secret` belongs to, if it is neither expired nor revoked, by system time."""
    now = clock.system_now()
    return ApiToken.objects.filter(Q(revoked_at=None), digest=digest_of(secret), expires_at__gt=now).first()


def helpers() -> list[Helper]:
    return list(Helper.objects.filter(is_active=True).order_by("name"))


def all_helpers() -> QuerySet[Helper]:
    return Helper.objects.all()


def all_tokens() -> QuerySet[ApiToken]:
    return ApiToken.objects.all()
