"""Sentences in which a few words stand out."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from makegood.kit import localise


def rich(sentence: str, **words: str | int) -> SafeString:
    """A translated sentence of ours, whose only marks are `<b>`, with `words` put in; those are escaped."""
    return mark_safe(sentence % {name: escape(word) for name, word in words.items()})  # noqa: S308


def day(when: date | datetime, zone: ZoneInfo | None = None) -> str:
    """Friday 16 October."""
    return localise.format_day(_date(when, zone), get_language() or "en")


def day_plain(when: date | datetime, zone: ZoneInfo | None = None) -> str:
    """16 October."""
    return localise.format_day(_date(when, zone), get_language() or "en", with_weekday=False)


def instant(when: datetime, zone: ZoneInfo) -> str:
    """Friday 16 October at 20:00."""
    return localise.format_instant(when, zone, get_language() or "en")


def money(amount_minor: int, currency: str) -> str:
    """38.40 USD."""
    return localise.format_money(amount_minor, currency, get_language() or "en")


def _date(when: date | datetime, zone: ZoneInfo | None) -> date:
    return when.astimezone(zone).date() if isinstance(when, datetime) else when
