"""Who shows which token: the one reading of `Authorization: Bearer …` for all faces that programs use."""

from django.http import HttpRequest

from makegood.staff.models import ApiToken
from makegood.staff.queries import valid_token


def token_shown(request: HttpRequest) -> ApiToken | None:
    """The valid token that a request shows, if it shows one."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        return None
    return valid_token(secret.strip())
