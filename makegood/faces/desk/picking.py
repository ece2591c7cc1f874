"""The pick list: what each place has to send, and how it says that it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from makegood.cases.news import CARRIERS
from makegood.catalog.models import Place
from makegood.faces.desk.frame import shown
from makegood.kit import clock
from makegood.parcels.dispatching import AnnouncedOtherwise, announce_parcel
from makegood.parcels.models import Dispatch
from makegood.parcels.queries import pick_list
from makegood.parcels.rules.numbers import BadTrackingNumber


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed for one dispatch, and what is wrong with it."""

    dispatch_id: int
    carrier: str
    number: str
    problem: str


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, *, typed: Typed | None = None, status: int = 200) -> HttpResponse:
    words = {
        "places": _by_place(pick_list()),
        "carriers": CARRIERS,
        "typed": typed,
        "sent": request.GET.get("sent", "")[:60],
    }
    return shown(request, "desk/pick_list.html", words, status=status)


def _by_place(dispatches: Sequence[Dispatch]) -> list[tuple[Place, list[Dispatch]]]:
    """Each place with its own list, the next to leave first."""
    ordered = sorted(dispatches, key=lambda each: (each.place.name, each.place_id, each.leaves_date, each.pk))
    return [(next(iter(those)).place, those) for those in _lists(ordered)]


def _lists(ordered: Sequence[Dispatch]) -> list[list[Dispatch]]:
    return [list(those) for _place, those in groupby(ordered, key=lambda each: each.place_id)]


@require_POST
def announce(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """The place says as which parcel it left; a number that can't be one is said at its field."""
    carrier, number = request.POST.get("carrier", ""), request.POST.get("number", "").strip()
    now = clock.now()
    try:
        parcel = announce_parcel(dispatch_id=dispatch_id, carrier=carrier, number=number, label_at=now, now=now)
    except Dispatch.DoesNotExist:
        raise Http404 from None
    except (BadTrackingNumber, AnnouncedOtherwise) as wrong:
        problem = str(wrong) if number else _("Type or scan the number on the label.")
        typed = Typed(dispatch_id, carrier, number, problem)
        return _page(request, typed=typed, status=422)
    return redirect(f"{reverse('desk:pick-list')}?sent={parcel.number}")
