"""The words of mail to helpers; what customers are told stands in `replies`."""

from django.utils.translation import gettext as _
from django.utils.translation import override


def helper_sign_in(*, name: str, shop: str, link: str, minutes: int) -> tuple[str, str]:
    """Subject and text of the letter that lets a helper in. The desk speaks English to everybody."""
    with override("en"):
        subject = _("Your link to the desk of %(shop)s") % {"shop": shop}
        text = _(
            "Hello %(name)s,\n\n"
            "this link lets you in at the desk, once, within %(minutes)s minutes:\n\n%(link)s\n\n"
            "If you did not ask for it, do nothing: nobody comes in without it.\n"
        ) % {"name": name, "link": link, "minutes": minutes}
    return subject, text
