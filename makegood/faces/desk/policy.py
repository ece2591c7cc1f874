"""The shop's policy as a text: tried over what was granted, as a difference, and adopted by a lead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import unified_diff

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from makegood.customers.queries import references_of
from makegood.faces.desk.frame import actor_of, helper_of, shown
from makegood.faces.desk.people import names_of
from makegood.faces.desk.remedy_words import GRANTABLE_NAMES
from makegood.faces.words import money
from makegood.kit import clock
from makegood.kit.errors import InvalidField
from makegood.kit.instants import zone_named
from makegood.kit.records import number_of
from makegood.policies.actions import PolicyAmiss, PolicyChangedMeanwhile, tried
from makegood.policies.queries import adopted_now, policy_text
from makegood.remedies.adopting import MAY_ADOPT, adopt
from makegood.remedies.replaying import Replay, Replayed, replay
from makegood.staff.queries import helpers
from makegood.staff.rules import OnlyALead, Standpoint

A_QUARTER = timedelta(days=90)
MOST = 50
WHO: dict[Standpoint, str | Lazy] = {
    Standpoint.CUSTOMER: gettext_lazy("Customers alone"),
    Standpoint.HELPER: gettext_lazy("Helpers"),
    Standpoint.LEAD: gettext_lazy("Leads"),
    Standpoint.TOKEN: gettext_lazy("Programs"),
    Standpoint.POLICY: gettext_lazy("Makegood itself"),
}
# How a line of the difference begins, and what it is.
MARKS = {"+": "added", "-": "removed", "@": "place"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """One grant that would be another's."""

    customer: str
    customer_id: int
    what: str
    costs: str
    granted_at: datetime
    granted_by: str
    fewer: str
    more: str
    is_withheld: bool


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return _page(request, text=policy_text())


@require_POST
def try_out(request: HttpRequest) -> HttpResponse:
    """Show what a text changes, and what would have been otherwise; nothing is changed."""
    text, now = _typed(request), clock.now()
    since = _since(request, now=now)
    if since is None:
        return _page(request, text=text, problems=[_("That is no day: write it as in 2026-12-24.")], status=422)
    try:
        policies = tried(text)
    except PolicyAmiss as error:
        return _page(request, text=text, problems=error.problems, status=422)
    return _page(request, text=text, found=replay(policies, since=since, now=now), since=since)


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Let it count from now on."""
    text = "" if "back" in request.POST else _typed(request)
    try:
        adopt(
            text=text,
            reason=request.POST.get("reason", ""),
            seen=number_of(request.POST.get("seen", "")) or 0,
            by=actor_of(helper_of(request)),
            now=clock.now(),
        )
    except OnlyALead:
        return _page(request, text=text, problems=[_("Only a lead may change the policy.")], status=403)
    except PolicyAmiss as error:
        return _page(request, text=text, problems=error.problems, status=422)
    except InvalidField:
        return _page(request, text=text, problems=[_("Say why it is changed: the reason is kept with it.")], status=422)
    except PolicyChangedMeanwhile:
        problem = _("Somebody else changed the policy meanwhile: the difference below is to theirs. Look again.")
        return _page(request, text=text, problems=[problem], status=409)
    return redirect(f"{reverse('desk:policy')}?done=adopted")


def _typed(request: HttpRequest) -> str:
    """Lines as files end them, and not as browsers do."""
    return "\n".join(request.POST.get("text", "").splitlines()) + "\n"


def _since(request: HttpRequest, *, now: datetime) -> datetime | None:
    """Since when what was granted is asked about; None where what was typed is no day."""
    typed = request.POST.get("since", "")
    if not typed:
        return now - A_QUARTER
    try:
        return datetime.combine(date.fromisoformat(typed), time(), tzinfo=zone_named(helper_of(request).zone))
    except ValueError:
        return None


def _page(
    request: HttpRequest,
    *,
    text: str,
    problems: Sequence[str] = (),
    found: Replay | None = None,
    since: datetime | None = None,
    status: int = 200,
) -> HttpResponse:
    now, adopted = clock.now(), adopted_now()
    counts = policy_text()
    since = since or now - A_QUARTER
    people = names_of(helpers(), acted={adopted.adopted_by} if adopted else set())
    context = {
        "text": text,
        "problems": problems,
        "adopted": adopted if adopted and adopted.text else None,
        "who": people.get(adopted.adopted_by, adopted.adopted_by) if adopted else "",
        "seen": adopted.pk if adopted else 0,
        "may_adopt": actor_of(helper_of(request)).standpoint in MAY_ADOPT,
        "difference": list(_difference(counts, text)),
        "found": found,
        "differing": list(_otherwise(found)) if found else [],
        "fewer": _counted(found, more=False) if found else [],
        "more": _counted(found, more=True) if found else [],
        "since_date": since.astimezone(zone_named(helper_of(request).zone)).date(),
        "reason": request.POST.get("reason", ""),
        "is_done": request.GET.get("done") == "adopted",
    }
    return shown(request, "desk/policy.html", context, status=status)


def _difference(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Each line that differs, and those around it, with what it is."""
    lines = list(unified_diff(before.splitlines(), after.splitlines(), lineterm=""))
    for line in lines[2:]:
        yield MARKS.get(line[:1], ""), line


def _counted(found: Replay, *, more: bool) -> list[tuple[str | Lazy, int]]:
    counts = found.more if more else found.fewer
    return [(WHO[each], counts[each]) for each in Standpoint if counts[each]]


def _otherwise(found: Replay) -> Iterator[Otherwise]:
    those = found.differing[:MOST]
    references = references_of({each.customer_id for each in those})
    people = names_of(helpers(), acted={each.used_by for each in those})
    for each in those:
        yield Otherwise(
            customer=references[each.customer_id],
            customer_id=each.customer_id,
            what=str(GRANTABLE_NAMES[each.remedy]),
            costs=" + ".join(money(minor, currency) for currency, minor in each.costs),
            granted_at=each.used_at,
            granted_by=people.get(each.used_by) or _role(each),
            fewer=_listed(set(each.may_now) - set(each.may_then)),
            more=_listed(set(each.may_then) - set(each.may_now)),
            is_withheld=bool(each.rule),
        )


def _role(replayed: Replayed) -> str:
    return str(WHO[Standpoint(replayed.used_by.partition(":")[0])])


def _listed(standpoints: set[Standpoint]) -> str:
    return ", ".join(str(WHO[each]) for each in Standpoint if each in standpoints)
