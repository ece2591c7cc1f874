"""A form that is sent twice says its words once."""

import re
import secrets

from django.http import HttpRequest

_ONCE = re.compile(r"[A-Za-z0-9_-]{10,40}")


def once(request: HttpRequest) -> str:
    """What a form carries so that its second copy is known: the one it was sent with, if any, else a new one."""
    given = request.POST.get("once", "")
    return given if _ONCE.fullmatch(given) else secrets.token_urlsafe(12)
