"""The pick list: what each place has to send, and how it says that it did."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from pydantic import ValidationError

from makegood.catalog.carriers import NAMES
from makegood.catalog.models import Place
from makegood.catalog.queries import all_places
from makegood.faces.desk.auth import safe_address
from makegood.faces.desk.frame import actor_of, helper_of, shown
from makegood.faces.desk.resolving import resolves
from makegood.faces.pick_csv import pick_csv
from makegood.faces.problems import field_errors
from makegood.kit import clock
from makegood.kit.json_lines import UnreadableFile
from makegood.kit.tables import rows_of
from makegood.parcels.dispatching import AnnouncedOtherwise, UnknownCarrier, announce_each, announce_parcel
from makegood.parcels.models import Dispatch
from makegood.parcels.numbering import NumberOfEarlierParcel
from makegood.parcels.queries import left_lately, notices_given_up, pick_list
from makegood.parcels.records import AnnouncementRecord
from makegood.parcels.rules.numbers import BadTrackingNumber
from makegood.parcels.warehouse_notices import retry_notice
from makegood.remedies.actions import finish_stop
from makegood.remedies.queries import open_stops

LIMIT = 50
# A file of some thousand announcements; a larger one goes by `makegood import announcements`.
LARGEST_FILE = 1024 * 1024
# Each is announced by itself while somebody waits for the page; the head comes on top.
MOST_LINES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """What came of a file: how many announcements were news, how many known, and which lines can't be taken."""

    new: int = 0
    same: int = 0
    wrong: Sequence[tuple[int, str]] = ()


def show(
    request: HttpRequest,
    *,
    problem: str = "",
    at: int = 0,
    uploaded: Uploaded | None = None,
    status: int = 200,
) -> HttpResponse:
    words = {
        "problem": problem,
        "problem_at": at,
        "places": _by_place(pick_list()),
        "left": left_lately(now=clock.now(), limit=LIMIT),
        "carriers": NAMES,
        "typed": request.POST,
        "given_up": notices_given_up(limit=LIMIT),
        "stops": open_stops(limit=LIMIT),
        "uploaded": uploaded,
        "sent": request.GET.get("sent", "")[:60],
        "has_moved": "moved" in request.GET,
    }
    return shown(request, "desk/pick_list.html", words, status=status)


def _by_place(dispatches: Sequence[Dispatch]) -> dict[Place, list[Dispatch]]:
    """Each place with its own list, the next to leave first."""
    lists: dict[Place, list[Dispatch]] = {}
    for each in sorted(dispatches, key=lambda each: (each.place.name, each.place_id, each.leaves_date, each.pk)):
        lists.setdefault(each.place, []).append(each)
    return lists


@resolves(show)
def announce(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """The place says as which parcel it left; a number that can't be one is said at its field."""
    carrier, number = request.POST.get("carrier", ""), request.POST.get("number", "").strip()
    now = clock.now()
    try:
        parcel = announce_parcel(dispatch_id=dispatch_id, carrier=carrier, number=number, label_at=now, now=now)
    except (BadTrackingNumber, UnknownCarrier, AnnouncedOtherwise, NumberOfEarlierParcel) as wrong:
        problem = str(wrong) if number else _("Type or scan the number on the label.")
        return show(request, problem=problem, at=dispatch_id, status=422)
    return redirect(f"{reverse('desk:pick-list')}?sent={parcel.number}")


@require_safe
def download(request: HttpRequest, place_id: int) -> HttpResponse:
    """One place's list as CSV."""
    place = all_places().filter(id=place_id).first()
    if place is None:
        raise Http404
    return pick_csv(place)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """A file of what left: rows that can be taken are, and each of the others is told with its line."""
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > LARGEST_FILE:
        problem = _("Choose a CSV file of at most 1 MB; a larger one goes by the command.")
        return show(request, uploaded=Uploaded(wrong=[(0, problem)]), status=422)
    lines, wrong = _lines_of(file.read())
    announced = announce_each([record for _number, record in lines], now=clock.now())
    wrong += [(lines[bad.index][0], f"{bad.field}: {bad.reason}") for bad in announced.refused]
    uploaded = Uploaded(new=announced.new, same=announced.same, wrong=sorted(wrong))
    return show(request, uploaded=uploaded, status=422 if wrong else 200)


def _lines_of(raw: bytes) -> tuple[list[tuple[int, AnnouncementRecord]], list[tuple[int, str]]]:
    """Each sound announcement with its line, and what is wrong with the others."""
    sound: list[tuple[int, AnnouncementRecord]] = []
    wrong: list[tuple[int, str]] = []
    try:
        for line in rows_of(_few(raw.decode("utf-8-sig").splitlines(keepends=True))):
            try:
                sound.append((line.number, AnnouncementRecord.model_validate(line.plain)))
            except ValidationError as bad:
                found = [(line.number, line.wrong)] if line.wrong else _reasons(line.number, bad)
                wrong += found
    except (UnicodeDecodeError, UnreadableFile) as bad:
        reason = str(bad) if isinstance(bad, UnreadableFile) else _("It is not UTF-8; save the file as UTF-8.")
        wrong.append((0, reason))
    return sound, wrong


def _few(lines: list[str]) -> list[str]:
    """Raises:
    UnreadableFile: they are too many.
    """
    if len(lines) > MOST_LINES + 1:
        raise UnreadableFile(_("It has more than 2,000 lines; a larger file goes by the command."))
    return lines


def _reasons(number: int, bad: ValidationError) -> list[tuple[int, str]]:
    found = field_errors(bad.errors(include_url=False, include_context=False, include_input=False))
    return [(number, f"{each['field']}: {each['reason']}") for each in found]


@resolves(show)
def tell_again(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Tell a place's system again what it would not take; somebody else's click is as good as this one."""
    retry_notice(notice_id=notice_id)
    return redirect("desk:pick-list")


@resolves(show)
def stopped(request: HttpRequest, task_id: int) -> HttpResponse:
    """Whoever packs it knows that it is not to leave any more."""
    finish_stop(task_id=task_id, by=actor_of(helper_of(request)), now=clock.now())
    return redirect(safe_address(request, request.POST.get("back", ""), otherwise=reverse("desk:pick-list")))
