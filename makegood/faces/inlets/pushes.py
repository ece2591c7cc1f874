"""What all pushes have in common: they are posted, answered in JSON, and told what went wrong as a problem."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from makegood.faces.problems import Problem, problem_for


def pushed(view: Callable[[HttpRequest, str], dict[str, Any]]) -> Callable[..., HttpResponse]:
    """`view`, asked only by POST, with whatever goes wrong told as a problem."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, source: str) -> HttpResponse:
        if request.method != "POST":
            return Problem("method", "it takes POST", headers={"Allow": "POST"}).response()
        try:
            return JsonResponse(view(request, source))
        except Exception as error:  # noqa: BLE001  told as a problem, like all that goes wrong inside
            return problem_for(error, request=request).response()

    return answer
