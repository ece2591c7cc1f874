"""Links by which a helper comes in without a password, once and soon. In system time, as all links are."""

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from makegood.kit import clock
from makegood.staff.models import Helper


class _Tokens(PasswordResetTokenGenerator):
    """Django's, which end with `PASSWORD_RESET_TIMEOUT`, and with the next sign-in, password or address; ours for this
    purpose alone.
    """

    key_salt = "makegood.staff.sign-in"


_TOKENS = _Tokens()


def sign_in_link(helper: Helper) -> str:
    """An address that lets its reader in as `helper`, once, within a quarter of an hour."""
    return f"{settings.BASE_URL}/desk/enter/{helper.pk}/{_TOKENS.make_token(helper)}"


def is_good(helper_id: int, token: str) -> bool:
    """Whether a link would let somebody in; asking uses nothing up."""
    return _TOKENS.check_token(Helper.objects.filter(id=helper_id, is_active=True).first(), token)


def let_in(helper_id: int, token: str) -> Helper | None:
    """The helper whom a link lets in, who has used it up by then; None where it is no longer good.

    Of two who use it at once one is let in: whoever changes the sign-in that the link was made after.
    """
    helper = Helper.objects.filter(id=helper_id, is_active=True).first()
    if helper is None or not _TOKENS.check_token(helper, token):
        return None
    same = Helper.objects.filter(id=helper_id, last_login=helper.last_login)
    return helper if same.update(last_login=clock.system_now()) else None
