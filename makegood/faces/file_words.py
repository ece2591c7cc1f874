"""What a file is, in words: by what its bytes are, whatever its sender called it."""

import mimetypes
import re
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class File(Protocol):
    """What a file is called, and what its bytes are, wherever they are."""

    name: str
    content_type: str


KINDS = {
    "application/pdf": gettext_lazy("PDF"),
    "application/rtf": gettext_lazy("text document"),
    "application/x-ole-storage": gettext_lazy("Office document"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": gettext_lazy("text document"),
    "application/vnd.oasis.opendocument.text": gettext_lazy("text document"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": gettext_lazy("spreadsheet"),
    "application/vnd.oasis.opendocument.spreadsheet": gettext_lazy("spreadsheet"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": gettext_lazy("presentation"),
    "application/zip": gettext_lazy("archive"),
    "application/gzip": gettext_lazy("archive"),
    "application/x-7z-compressed": gettext_lazy("archive"),
    "application/vnd.rar": gettext_lazy("archive"),
    "application/vnd.microsoft.portable-executable": gettext_lazy("program"),
    "application/x-elf": gettext_lazy("program"),
    "application/vnd.android.package-archive": gettext_lazy("program"),
    "image/svg+xml": gettext_lazy("drawing that can run code"),
    "text/html": gettext_lazy("web page"),
    "text/calendar": gettext_lazy("calendar entry"),
    "text/vcard": gettext_lazy("contact"),
    "message/rfc822": gettext_lazy("mail"),
}
GROUPS = {
    "audio": gettext_lazy("sound"),
    "image": gettext_lazy("picture"),
    "message": gettext_lazy("mail report"),
    "text": gettext_lazy("plain text"),
    "video": gettext_lazy("film"),
}
# What runs when it is opened: by its bytes, or by its name on somebody's machine.
RUNS = {
    "application/vnd.android.package-archive",
    "application/vnd.microsoft.portable-executable",
    "application/x-elf",
    "image/svg+xml",
    "text/html",
}
RUNS_BY_NAME = re.compile(
    r"\.(?:apk|app|bat|chm|cmd|com|cpl|desktop|dll|dmg|docm|exe|hta|html?|img|iso|jar|jse?|lnk|mht(?:ml)?|msi|pif|ps1|reg"
    r"|scr|sh|svg|url|vbe|vbs|wsf|wsh|xhtml|xlsm|xml|xll)$",
    re.IGNORECASE,
)
KNOWN_BY_NAME = {"image", "application/pdf"}


def file_kind(content_type: str) -> str:
    """JPEG picture, PDF, spreadsheet, program; a kind that nobody knows is a file."""
    if content_type in KINDS:
        return str(KINDS[content_type])
    group, _slash, kind = content_type.partition("/")
    if group == "image":
        return _("%(kind)s picture") % {"kind": kind.removeprefix("x-").upper()}
    return str(GROUPS[group]) if group in GROUPS else _("file of no known kind")


def file_warning(name: str, content_type: str) -> str:
    """Why a helper should not simply open it; empty where there is no reason that we can see."""
    if content_type in RUNS or RUNS_BY_NAME.search(name):
        return _("Opening it can run somebody else’s code.")
    claimed = mimetypes.guess_type(name)[0] or ""
    if _group(claimed) in KNOWN_BY_NAME and _group(claimed) != _group(content_type):
        return _("It is not what its name says.")
    return ""


def _group(content_type: str) -> str:
    return "image" if content_type.startswith("image/") else content_type
