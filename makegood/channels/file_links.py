"""Links to what came by mail: each opens one thing, for an hour of system time, and is opened without any cookie.

Whoever has such a link can open that one thing; it says nothing about who they are.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.core import signing

SALT = "makegood.channels.files"
LIFE_SECONDS = 3600


class Leads(StrEnum):
    """What a link leads to: a file that came with a message, one in a mail that nobody's message is made of yet, a mail
    as it came, or its HTML, cleaned, without or with pictures from outside.
    """

    FILE = "file"
    FILE_IN_MAIL = "in-mail"
    RAW = "raw"
    HTML = "html"
    HTML_WITH_PICTURES = "pictures"


@dataclass(frozen=True, slots=True)
class Target:
    """`number` is an attachment's, or an incoming mail's; `place` says which of a mail's files, counted from nought."""

    leads: Leads
    number: int
    place: int = 0


class BadFileLink(Exception):
    """The link was changed, or is too old."""

    def __init__(self) -> None:
        super().__init__("this link is no longer good; load the page that it was on again")


def path_to(leads: Leads, number: int, *, place: int = 0) -> str:
    """Where this is found on the files' host, for an hour."""
    return f"/attachments/{signing.TimestampSigner(salt=SALT).sign_object([leads.value, number, place])}"


def link_for_programs(leads: Leads, number: int, *, place: int = 0) -> str:
    """An address for who keeps no cookies; without a host for files it is on the pages' own."""
    return f"{settings.FILES_URL or settings.BASE_URL}{path_to(leads, number, place=place)}"


def target_of(token: str) -> Target:
    """What a link was made for.

    Raises:
        BadFileLink
    """
    try:
        leads, number, place = signing.TimestampSigner(salt=SALT).unsign_object(token, max_age=LIFE_SECONDS)
        return Target(Leads(leads), int(number), int(place))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadFileLink from error
