"""The pick list: what each place has to send, and how it says that it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

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
from makegood.kit.errors import InvalidField
from makegood.kit.json_lines import UnreadableFile
from makegood.kit.tables import rows_of
from makegood.orders.queries import all_orders
from makegood.parcels.dispatching import AnnouncedOtherwise, UnknownCarrier, announce_each, announce_parcel
from makegood.parcels.models import Dispatch
from makegood.parcels.numbering import NumberOfEarlierParcel
from makegood.parcels.queries import left_lately, notices_given_up, pick_list, shortages_open
from makegood.parcels.records import AnnouncementRecord
from makegood.parcels.rules.numbers import BadTrackingNumber
from makegood.parcels.shortages import (
    FewerSaid,
    NotThatManyToPack,
    SomethingFollowed,
    say_short,
    take_back_shortage,
)
from makegood.parcels.warehouse_notices import retry_notice
from makegood.remedies.actions import finish_stop
from makegood.remedies.queries import open_stops

LIMIT = 50
# A file of some thousand announcements; a larger one goes by `makegood import announcements`.
LARGEST_FILE = 1024 * 1024
# Each is announced by itself while somebody waits for the page; the head comes on top.
MOST_LINES = 2_000
MOST_UNITS = 10**8


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
    short_problem: str = "",
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
        "short_problem": short_problem,
        "is_short": request.GET.get("short", "")[:60],
        "short": shortages_open(limit=LIMIT),
        "all_places": all_places().order_by("name"),
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


@require_POST
def short(request: HttpRequest) -> HttpResponse:
    """Who packs says what is not there; what can be done is on a case at once."""
    typed = {name: request.POST.get(name, "").strip() for name in ("order", "line", "quantity", "place")}
    order = all_orders().filter(reference=typed["order"]).first()
    if order is None:
        return show(request, short_problem=_("There is no order of that number."), status=422)
    count = int(typed["quantity"]) if typed["quantity"].isascii() and typed["quantity"].isdigit() else 0
    if not 1 <= count < MOST_UNITS:
        return show(request, short_problem=_("Say how many are not there, in digits."), status=422)
    by, now = str(actor_of(helper_of(request))), clock.now()
    try:
        say_short(order_id=order.pk, line=typed["line"], quantity=count, place=typed["place"] or None, by=by, now=now)
    except (InvalidField, FewerSaid, NotThatManyToPack) as bad:
        return show(request, short_problem=str(bad), status=422)
    return redirect(f"{reverse('desk:pick-list')}?short={quote(order.reference)}")


@resolves(show)
def not_short(request: HttpRequest, shortage_id: int) -> HttpResponse:
    """It is there after all."""
    try:
        take_back_shortage(shortage_id=shortage_id, by=str(actor_of(helper_of(request))), now=clock.now())
    except SomethingFollowed:
        return show(request, problem=_("Something was done about it already, so it can’t be taken back."), status=409)
    return redirect("desk:pick-list")


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
