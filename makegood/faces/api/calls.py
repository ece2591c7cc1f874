"""What every call goes through, whatever it calls: its limit, its key, and the version that it read or changes."""

from collections.abc import Callable
from functools import partial, wraps
from types import MethodType
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja.operation import Operation

from makegood.faces.api import limits, repeats, versions
from makegood.faces.bearers import token_shown

Run = Callable[..., HttpResponseBase]


def guarded(run: Run) -> Run:
    """An operation's `run` as the router binds it, counted, kept and compared."""
    operation = cast("Operation", cast("MethodType", run).__self__)
    versions.remember(operation)

    @wraps(run)
    def call(request: HttpRequest, **named: Any) -> HttpResponseBase:
        left = None
        try:
            left = limits.taken_for(request, token_shown(request))
            response = _answer(operation, run, request, named) if left.was_let else limits.refusal(left).response()
        except Exception as error:  # noqa: BLE001  told as a problem, like all that goes wrong inside
            response = operation.api.on_exception(request, error)
        if left is not None:
            limits.tell(left, response)
        return response

    return call


def _answer(operation: Operation, run: Run, request: HttpRequest, named: dict[str, Any]) -> HttpResponseBase:
    def answer() -> HttpResponseBase:
        return versions.with_version(operation, request, run(request, **named))

    token, key = token_shown(request), repeats.key_of(request)
    is_conditional = request.method in repeats.WRITES and versions.is_conditional(operation, request)
    if token is None or (key is None and not is_conditional):
        return answer()
    if is_conditional:
        request.as_seen = partial(versions.check, operation, request, named)  # type: ignore[attr-defined]
    with transaction.atomic():
        response = repeats.once(request, key=key, token=token, call=answer) if key else answer()
        if response.status_code >= 400:
            # What was refused leaves nothing behind, so that its key is as good as new.
            transaction.set_rollback(True)
    return response


def compared(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that looks first, where the caller said what they saw; whoever calls has been let in by then."""

    @wraps(view)
    def look_first(request: HttpRequest, *args: Any, **named: Any) -> Any:
        # Taken off, since looking means calling the view that reads.
        check = request.__dict__.pop("as_seen", None)
        if check is not None:
            check()
        return view(request, *args, **named)

    return look_first
