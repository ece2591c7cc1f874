"""The one Django app."""

from django.apps import AppConfig


class MakegoodConfig(AppConfig):
    name = "makegood"
    default_auto_field = "django.db.models.BigAutoField"
