"""What every template can say: days, sums, icons, and what we believe of a parcel, in the reader's own language.

The language is the one that is active; where days and hours matter, a filter takes the zone whose clocks count:
`{{ scan.happened_at|instant:delivery.zone }}`, `{{ delivery.by_date|day }}`,
`{{ order.total_minor|money:order.currency }}`, `{{ parcel|estimate }}`, `{{ parcel.number|tracking }}`,
`{% icon "truck" %}`.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from makegood.faces import file_words, files_host
from makegood.kit import clock, localise
from makegood.kit.instants import local_time, zone_named
from makegood.kit.redaction import hide_keys
from makegood.parcels import words as parcels
from makegood.parcels.models import Parcel
from makegood.parcels.rules.evidence import Evidence
from makegood.payments import words as payments
from makegood.promises import words as promises

Zone = str | ZoneInfo

register = template.Library()
ICONS = settings.HERE / "static" / "makegood" / "icons"
OWN_CLASS = re.compile(r'class="[^"]*" ')
DOOR = re.compile(re.escape(settings.BASE_URL) + r"/enter/[^\s?]+\?to=(?P<path>\S+)")
SHOWN_AT_THE_END = 4
SHOWN_AT_THE_START = 8


def rich(sentence: str, **values: str | int) -> SafeString:
    """A translated sentence of ours, whose only marks are `<b>`, with `values` put in; those are escaped."""
    said = sentence % {name: escape(word) for name, word in values.items()}
    # A value may begin it that would stand small elsewhere: "the carrier".
    return mark_safe(said[:1].upper() + said[1:])  # noqa: S308


@contextmanager
def reading(language: str | None) -> Iterator[None]:
    """Speak `language`, to somebody who reads now; a page is put together within this."""
    with override(language), localise.written_at(clock.now()):
        yield


def _language() -> str:
    return get_language() or "en"


def _clocks(zone: Zone) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else zone_named(zone)


def local_date(when: date | datetime, zone: Zone) -> date:
    """The day that an instant is in `zone`."""
    return local_time(when, _clocks(zone)).date() if isinstance(when, datetime) else when


@register.filter
def day(when: date | datetime | None, zone: Zone = "") -> str:
    """Friday 16 October; an instant's day is the one in `zone`."""
    return localise.format_day(local_date(when, zone), _language()) if when else ""


@register.filter
def day_plain(when: date | datetime | None, zone: Zone = "") -> str:
    """16 October, without its weekday."""
    return localise.format_day(local_date(when, zone), _language(), with_weekday=False) if when else ""


@register.filter
def day_with_year(when: date | datetime | None, zone: Zone = "") -> str:
    """16 October 2026, this year too."""
    if not when:
        return ""
    return localise.format_day(local_date(when, zone), _language(), with_weekday=False, with_year=True)


@register.filter
def day_short(when: date | datetime | None, zone: Zone = "") -> str:
    """16 Oct."""
    return localise.format_short_day(local_date(when, zone), _language()) if when else ""


@register.filter
def instant(when: datetime | None, zone: Zone) -> str:
    """Friday 16 October at 20:00 EDT, by the clocks of `zone`."""
    return localise.format_instant(when, _clocks(zone), _language()) if when else ""


def deadline(when: datetime | None, zone: Zone) -> str:
    """The same of an instant until which something holds."""
    return localise.format_deadline(when, _clocks(zone), _language()) if when else ""


@register.filter
def hour(when: datetime | None, zone: Zone) -> str:
    """20:00 EDT, by the clocks of `zone`."""
    return localise.format_hour(when, _clocks(zone)) if when else ""


@register.filter
def iso(when: date | datetime | None, zone: Zone = "") -> str:
    """For `<time datetime>`."""
    if when is None:
        return ""
    return (local_time(when, _clocks(zone)) if isinstance(when, datetime) else when).isoformat()


@register.filter
def money(amount_minor: int, currency: str) -> str:
    """38.40 USD."""
    return localise.format_money(amount_minor, currency, _language())


@register.filter
def amount(amount_minor: int, currency: str) -> str:
    """38.40, where what stands around it says the currency."""
    return localise.format_amount(amount_minor, currency, _language())


@register.filter
def percent(share: int) -> str:
    """93 %."""
    return localise.format_percent(share, _language())


@register.filter
def evidence(each: Mapping[str, str | int], zone: Zone = "") -> str:
    """One thing a verdict rests on, in a sentence; `each` is a row of `StatusEstimate.evidence`."""
    return parcels.evidence_sentence(Evidence.from_plain(each), zone=_clocks(zone))


@register.filter
def estimate(parcel: Parcel) -> str:
    """Lost 93 %: what we believe of a parcel, and how sure we are; of one that we have not heard of, nothing."""
    if parcel.estimate.is_unheard:
        return _("not heard of, so we can’t say")
    return f"{parcels.outcome_words(parcel.estimate.outcome)} {percent(parcel.estimate.probability_percent)}"


@register.filter
def number_doubt(parcel: Parcel) -> str:
    """Why a parcel's tracking number may be wrong; "" where nothing speaks against it."""
    return parcels.number_doubt_words(parcel.number_doubt) if parcel.number_doubt else ""


register.filter("carrier_name", parcels.carrier_name)
register.filter("verdict", parcels.verdict_words)
register.filter("promise_kind", promises.promise_words)
register.filter("promise_state", promises.promise_state_words)
register.filter("tender_kind", payments.tender_words)


@register.filter
def tracking(number: str) -> str:
    """9400 1000 … 7731: enough of a long number to know it by."""
    plain = number.replace(" ", "")
    if len(plain) <= SHOWN_AT_THE_START + 2 * SHOWN_AT_THE_END:
        return tracking_whole(plain)
    return f"{tracking_whole(plain[:SHOWN_AT_THE_START])} … {plain[-SHOWN_AT_THE_END:]}"


@register.filter
def tracking_whole(number: str) -> str:
    """9400 1000 0000 0000 0077 31: the whole number in fours."""
    plain = number.replace(" ", "")
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


@register.filter
def strip_sign_in_links(body: str) -> str:
    """A letter's words with its links as plain addresses: a sign-in link is for its reader's mail alone."""
    return hide_keys(DOOR.sub(lambda match: settings.BASE_URL + unquote(match["path"]), body))


@register.filter
def without_keys(letter: str) -> str:
    """A letter as helpers may read it: the links in it would sign them in as the customer."""
    return hide_keys(letter)


@register.simple_tag
def icon(name: str, classes: str = "size-4") -> SafeString:
    """An icon that carries no meaning of its own: the words beside it do."""
    return format_html('<svg class="{} shrink-0" aria-hidden="true" focusable="false" {}', classes, _drawing(name))


register.filter("file_kind", file_words.file_kind)


@register.filter
def file_warning(attachment: file_words.File) -> str:
    """Opening it can run somebody else's code: why not simply to open a file."""
    return file_words.file_warning(attachment.name, attachment.content_type)


@register.simple_tag(takes_context=True)
def has_files_host(context: Mapping[str, Any]) -> bool:
    """Whether files from outside can be shown to this reader."""
    return bool(files_host.files_origin(context["request"]))


@register.simple_tag
def shop_name() -> str:
    return settings.SHOP_NAME


@cache
def _drawing(name: str) -> SafeString:
    """The icon's drawing after its opening `<svg`, from our own files and nobody else's; without a class of its own."""
    text = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    drawing = text[text.index("<svg") + len("<svg") :].strip()
    return mark_safe(OWN_CLASS.sub("", " ".join(drawing.split())))  # noqa: S308  (a file of ours)
