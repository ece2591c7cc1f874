"""How Stripe says no (https://docs.stripe.com/api/errors)."""

from typing import Any


class Refusal(Exception):
    """An answer that says no. What is refused before its endpoint begins is not kept under its idempotency key."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        status: int = 400,
        kind: str = "invalid_request_error",
        param: str = "",
        decline_code: str = "",
        more: dict[str, Any] | None = None,
        is_kept: bool = True,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.is_kept, self.headers = status, is_kept, headers or {}
        said = {"message": message, "type": kind, "code": code, "param": param, "decline_code": decline_code}
        self.body = {"error": {**{name: text for name, text in said.items() if text}, **(more or {})}}


def missing(what: str, reference: str) -> Refusal:
    return Refusal(f"No such {what}: '{reference}'", code="resource_missing", status=404, param="id", is_kept=False)


def invalid(message: str, param: str, code: str = "") -> Refusal:
    return Refusal(message, code=code, param=param, is_kept=False)
