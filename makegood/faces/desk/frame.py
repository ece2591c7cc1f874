"""What every page of the desk has around it, and who stands before it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy

from makegood.cases.queries import count_unmatched, inbox_counts, quiet_start
from makegood.channels.mailer import sends_mail
from makegood.channels.queries import count_mails_to_look_at
from makegood.faces.files_host import files_origin
from makegood.journal.queries import count_dead_letters
from makegood.kit import clock
from makegood.parcels.waiting import count_failing, silent_carriers
from makegood.payments.queries import count_disputes_to_answer, count_unmatched_receipts
from makegood.staff.models import Helper
from makegood.staff.rules import Actor, Role, Standpoint

# What a page of the desk may run and load: its own, and mail in its frame; so that words that got through a mistake of
# ours would still do nothing.
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-src 'self' {files}; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

# The places of the desk by the beginning of their address, which is their address's name too; those that a phone has
# no room for stand behind one button there.
FIRST_PLACES = {
    "inbox": gettext_lazy("Inbox"),
    "promises": gettext_lazy("Promises"),
    "parcels": gettext_lazy("Parcels"),
}
MORE_PLACES = {
    "pick-list": gettext_lazy("Pick list"),
    "refunds": gettext_lazy("Refunds"),
    "disputes": gettext_lazy("Disputes"),
    "unmatched": gettext_lazy("Unmatched"),
    "unmatched-money": gettext_lazy("Unmatched money"),
    "messages": gettext_lazy("Messages"),
    "mails": gettext_lazy("Incoming mail"),
    "carriers": gettext_lazy("Carriers"),
    "quiet-start": gettext_lazy("Quiet start"),
    "stuck-work": gettext_lazy("Stuck work"),
    "authority": gettext_lazy("Authority"),
    "mailbox": gettext_lazy("Demo mailbox"),
    "demo": gettext_lazy("Clock"),
    "story": gettext_lazy("Story"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place to go to, and how many things there want to be looked at."""

    address: str
    name: str
    alarms: int
    is_here: bool


def helper_of(request: HttpRequest) -> Helper:
    """The helper who asks; the doors see to it that there is one."""
    assert isinstance(request.user, Helper), "the desk is behind its sign-in"  # noqa: S101
    return request.user


def actor_of(helper: Helper) -> Actor:
    """From where a helper acts: authority is looked up by it."""
    standpoint = Standpoint.LEAD if helper.role == Role.LEAD else Standpoint.HELPER
    return Actor(standpoint=standpoint, id=helper.pk, name=helper.name)


def form_key() -> str:
    """A form is sent once: its key comes back with it, and the same key twice is one message."""
    return uuid.uuid4().hex


def shown(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A page with the desk's frame around it."""
    helper = helper_of(request)
    counts, unmatched, start = inbox_counts(), count_unmatched(), quiet_start()
    silent = silent_carriers(now=clock.now())
    frame = {
        "helper": helper,
        "zone": helper.zone,
        "in_danger": counts["danger"],
        "in_inbox": sum(counts.values()) + unmatched,
        "is_demo": settings.DEMO,
        "sends_mail": sends_mail(),
        "learning": start if start and start.begun_at is None else None,
        "silent_carriers": silent,
        **_places(request, unmatched=unmatched, silent=len(silent), has_quiet_start=start is not None),
    }
    response = render(request, template, {**frame, **context}, status=status)
    response["Content-Security-Policy"] = POLICY.format(files=files_origin(request))
    return response


def _places(request: HttpRequest, *, unmatched: int, silent: int, has_quiet_start: bool) -> dict[str, object]:
    _, _, beginning = request.path.partition(reverse("desk:inbox"))
    here = beginning.partition("/")[0]
    alarms = {
        "disputes": count_disputes_to_answer(),
        "unmatched": unmatched,
        "unmatched-money": count_unmatched_receipts(),
        "mails": count_mails_to_look_at(),
        "carriers": count_failing() + silent,
        "stuck-work": count_dead_letters(),
    }

    def places(named: Mapping[str, str | Lazy]) -> list[Place]:
        return [
            Place(
                address=f"desk:{each}",
                name=str(name),
                alarms=alarms.get(each, 0),
                is_here=here == each or (each == "inbox" and here in {"", "cases"}),
            )
            for each, name in named.items()
        ]

    is_open = {"mailbox": settings.DEMO, "demo": settings.DEMO, "story": bool(settings.STORY)}
    is_open["quiet-start"] = has_quiet_start
    more = places({each: name for each, name in MORE_PLACES.items() if is_open.get(each, True)})
    here_in_more = next((place for place in more if place.is_here), None)
    return {
        "first_places": places(FIRST_PLACES),
        "more_places": more,
        "here_in_more": here_in_more,
        # Beside the name of where they are stands what is to be looked at there, and nowhere else.
        "more_alarms": here_in_more.alarms if here_in_more else sum(place.alarms for place in more),
    }


def part(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A piece of a page, without the frame."""
    helper = helper_of(request)
    return render(request, template, {"helper": helper, "zone": helper.zone, **context}, status=status)
