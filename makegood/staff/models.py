"""Helpers and API tokens."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from makegood.kit.choices import choices_of, one_of
from makegood.staff.rules import Role


class HelperQueries(BaseUserManager["Helper"]):
    """How Django's sign-in finds a helper: by e-mail, in any case."""

    def get_by_natural_key(self, username: str | None) -> "Helper":
        return self.get(email__iexact=username)


class Helper(AbstractBaseUser):
    """A person who helps. `reference` is what the API and stories call them."""

    reference = models.TextField(unique=True)
    email = models.EmailField(unique=True)
    name = models.TextField()
    role = models.CharField(max_length=16, choices=choices_of(Role), default=Role.HELPER)
    zone = models.TextField(default="UTC")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = HelperQueries()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="helper_email_in_any_case"),
            models.CheckConstraint(name="helper_role_is_known", condition=Q(**one_of("role", Role))),
        ]

    def __str__(self) -> str:
        return self.name

    def has_perm(self, _perm: str, _obj: Any = None) -> bool:
        return False


class ApiToken(models.Model):
    """What a program shows to be let in. Only the hash is kept; expiry is in system time."""

    name = models.TextField()
    prefix = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=models.functions.Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
