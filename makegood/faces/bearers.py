"""Who shows which token: the one reading of `Authorization: Bearer …` for all faces that programs use."""

from django.http import HttpRequest

from makegood.staff.models import ApiToken
from makegood.staff.queries import valid_token


def token_shown(request: HttpRequest) -> ApiToken | None:
    """The valid token that a request shows, if it shows one; looked up once a request."""
    if not hasattr(request, "_token_shown"):
        request._token_shown = _token_of(request)  # type: ignore[attr-defined]  # noqa: SLF001  kept with its request
    return request._token_shown  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001


def _token_of(request: HttpRequest) -> ApiToken | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        return None
    return valid_token(secret.strip())
