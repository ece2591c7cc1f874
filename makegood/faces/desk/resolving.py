"""What waits for a person on a list is dealt with once, by whoever comes first; the list says why it could not be."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from makegood.cases.actions import NothingSaid
from makegood.kit.errors import AlreadyResolved, DismissalWithoutReason

View = Callable[..., HttpResponse]


def resolves(page: View, *, empty: str | Lazy = "") -> Callable[[View], View]:
    """A form that deals with the one thing its address names, and the list it is on, which is shown again in trouble.

    The list takes `problem` with its status, and `at`: the thing beside which it is said. `empty` is what is wrong
    where words are missing.
    """

    def decorate(view: View) -> View:
        @require_POST
        @wraps(view)
        def guarded(request: HttpRequest, **ids: int) -> HttpResponse:
            try:
                return view(request, **ids)
            except ObjectDoesNotExist:
                raise Http404 from None
            except AlreadyResolved:
                return page(request, problem=_("Somebody has dealt with it already."), status=409)
            except (DismissalWithoutReason, NothingSaid):
                return page(request, problem=str(empty), at=next(iter(ids.values())), status=422)

        return guarded

    return decorate
