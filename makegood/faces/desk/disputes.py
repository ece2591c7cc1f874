"""What banks ask back: until when an answer counts, what speaks for us as it would be sent, and answering, once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from makegood.cases.dispute_evidence import LONGEST_SUMMARY, evidence_pdf, sections_of
from makegood.cases.disputing import answer_with_evidence
from makegood.cases.models import Case
from makegood.cases.queries import dispute_cases_of
from makegood.faces.desk.frame import actor_of, helper_of, shown
from makegood.faces.desk.people import names_of
from makegood.faces.desk.time_left import TimeLeft, time_left
from makegood.faces.words import day
from makegood.kit import clock
from makegood.kit.errors import AlreadyResolved, InvalidField
from makegood.orders.models import Order
from makegood.orders.queries import orders_of_receipts
from makegood.payments.disputing import DisputeTakesNoAnswer, NoGateway, check_takes_answer
from makegood.payments.models import Dispute
from makegood.payments.queries import all_disputes, ended_disputes, open_disputes
from makegood.payments.rules.disputes import WAITS_FOR_US, DisputeAnswer
from makegood.payments.rules.values import DisputeStatus
from makegood.payments.words import dispute_reason_words
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.disputing import grant_dispute
from makegood.remedies.gate import granting_now
from makegood.remedies.rules.authority import NotYoursToGrant, may_alone
from makegood.staff.models import Helper
from makegood.staff.queries import helpers
from makegood.staff.rules import Actor, Standpoint

LIMIT = 100
LONGEST_REASON = 500
DONE = {"sent", "accepted"}
STATES = {
    DisputeStatus.INQUIRY_NEEDS_RESPONSE: gettext_lazy("The bank asks about it, and has taken nothing yet"),
    DisputeStatus.INQUIRY_UNDER_REVIEW: gettext_lazy("The bank reads our answer, and has taken nothing"),
    DisputeStatus.INQUIRY_CLOSED: gettext_lazy("The bank asked, and left it at that"),
    DisputeStatus.NEEDS_RESPONSE: gettext_lazy("The bank has taken the money, and waits for our answer"),
    DisputeStatus.UNDER_REVIEW: gettext_lazy("The bank has the money, and reads our answer"),
    DisputeStatus.WON: gettext_lazy("Won: the money is here again"),
    DisputeStatus.LOST: gettext_lazy("Lost: the money stays with them"),
    DisputeStatus.PREVENTED: gettext_lazy("Called off before the bank took anything"),
}
# What was said, while the gateway has not taken it yet, and since it has.
ON_ITS_WAY = {
    DisputeAnswer.EVIDENCE: gettext_lazy("%(who)s answered with what speaks for us"),
    DisputeAnswer.ACCEPTANCE: gettext_lazy("%(who)s lets them have it"),
}
SAID = {
    DisputeAnswer.EVIDENCE: gettext_lazy("%(who)s sent what speaks for us on %(day)s"),
    DisputeAnswer.ACCEPTANCE: gettext_lazy("%(who)s let them have it on %(day)s"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeShown:
    """A dispute in words, with what it is about. `left`: until when an answer counts, while one is owed."""

    dispute: Dispute
    orders: Sequence[Order]
    case: Case | None
    reason: str
    state: str | Lazy
    answer: str
    left: TimeLeft | None

    @property
    def has_evidence(self) -> bool:
        """Whether what speaks for us was sent, or is on its way."""
        return self.dispute.answer == DisputeAnswer.EVIDENCE


def show(request: HttpRequest) -> HttpResponse:
    """Those to answer, the earliest due first; those that the bank has to decide; then those that have ended."""
    now, helper = clock.now(), helper_of(request)
    going_on, ended = open_disputes(limit=LIMIT), ended_disputes(limit=LIMIT)
    rows = _shown((*going_on, *ended), helper=helper, now=now)
    asked, decided = rows[: len(going_on)], rows[len(going_on) :]
    context = {
        "to_answer": [row for row in asked if row.dispute.waits_for_us],
        "answered": [row for row in asked if not row.dispute.waits_for_us],
        "ended": decided,
        "is_cut": len(ended) == LIMIT,
    }
    return shown(request, "desk/disputes.html", context)


@require_safe
def one(request: HttpRequest, dispute_id: int) -> HttpResponse:
    return _tell(request, _dispute(dispute_id))


def _tell(request: HttpRequest, dispute: Dispute, *, problem: str = "", status: int = 200) -> HttpResponse:
    now, helper = clock.now(), helper_of(request)
    (row,) = _shown([dispute], helper=helper, now=now)
    obstacle = "" if dispute.answer else _obstacle(dispute, now=now)
    takes_answer = not (dispute.answer or obstacle)
    asked = dispute.money
    may_accept = may_alone(
        granting_now(
            customer_id=dispute.customer_id,
            remedy=RemedyKind.REFUND,
            cost=asked,
            refund=asked,
            by=actor_of(helper),
            now=now,
        )
    )
    done = request.GET.get("done", "")
    context = {
        "row": row,
        "dispute": dispute,
        "obstacle": obstacle,
        "takes_answer": takes_answer,
        # Of what was sent the PDF holds what was known then.
        "sections": sections_of(dispute) if takes_answer else (),
        "is_yours": all(each in may_accept for each in actor_of(helper).standpoints),
        "is_a_leads": Standpoint.LEAD in may_accept,
        "longest": LONGEST_SUMMARY,
        "longest_reason": LONGEST_REASON,
        "done": done if done in DONE else "",
        "problem": problem,
        "typed": request.POST,
    }
    return shown(request, "desk/dispute.html", context, status=status)


def _dispute(dispute_id: int) -> Dispute:
    dispute = all_disputes().filter(pk=dispute_id).first()
    if dispute is None:
        raise Http404("no bank asks that")
    return dispute


def _shown(disputes: Sequence[Dispute], *, helper: Helper, now: datetime) -> list[DisputeShown]:
    orders = orders_of_receipts({each.receipt_id for each in disputes})
    cases = dispute_cases_of({each.customer_id for each in disputes})
    people = _people(each.answer_asked_by for each in disputes)
    return [
        DisputeShown(
            dispute=each,
            orders=orders.get(each.receipt_id, ()),
            case=cases.get(each.customer_id),
            reason=dispute_reason_words(each.reason),
            state=_state(each),
            answer=_answer(each, who=people.get(each.answer_asked_by, _("Somebody")), zone=helper.zone),
            left=time_left(each.evidence_due_at, now=now, zone=helper.zone) if each.waits_for_us else None,
        )
        for each in disputes
    ]


def _state(dispute: Dispute) -> str | Lazy:
    """How it stands, as the gateway says it; what it still calls unanswered may be answered here."""
    status = DisputeStatus(dispute.status)
    return _("Our answer is on its way to the bank") if dispute.answer and status in WAITS_FOR_US else STATES[status]


def _people(acted: Iterable[str]) -> dict[str, str]:
    known = set(acted)
    return dict(names_of(helpers(), acted=known))


def _answer(dispute: Dispute, *, who: str, zone: str) -> str:
    """What was sent, by whom and when."""
    if not dispute.answer:
        return ""
    sentences = SAID if dispute.answer_sent_at else ON_ITS_WAY
    return str(sentences[DisputeAnswer(dispute.answer)]) % {"who": who, "day": day(dispute.answer_sent_at, zone)}


def _obstacle(dispute: Dispute, *, now: datetime) -> str:
    """Why it takes no answer now, with what to do; nothing where it does."""
    try:
        check_takes_answer(dispute, now=now)
    except DisputeTakesNoAnswer:
        return _("It takes no answer any more. If they owe the money, it stands on their account.")
    except NoGateway:
        return _("No gateway is set up that could be told: answer where the payment was made, or ask your operator.")
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, dispute_id: int) -> HttpResponse:
    """The pages as they were sent; before that, as they would be sent with the words in the form. Nothing is done."""
    made = evidence_pdf(_dispute(dispute_id), summary=request.POST.get("summary", "")[:LONGEST_SUMMARY])
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="dispute-{dispute_id}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
def send(request: HttpRequest, dispute_id: int) -> HttpResponse:
    """Let what speaks for us be sent, with the helper's words in front."""
    summary = request.POST.get("summary", "").strip()
    if not summary or len(summary) > LONGEST_SUMMARY:
        problem = _("Nothing was sent: say first, in a few sentences, why the money is ours.")
        return _tell(request, _dispute(dispute_id), problem=problem, status=422)

    def answer(by: Actor, now: datetime) -> None:
        answer_with_evidence(dispute_id=dispute_id, summary=summary, by=by, now=now)

    return _answered(request, dispute_id, answer, done="sent")


@require_POST
def accept(request: HttpRequest, dispute_id: int) -> HttpResponse:
    """Let the customer have the money."""
    reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]

    def answer(by: Actor, now: datetime) -> None:
        grant_dispute(dispute_id=dispute_id, reason=reason, by=by, now=now)

    return _answered(request, dispute_id, answer, done="accepted")


def _answered(
    request: HttpRequest, dispute_id: int, answer: Callable[[Actor, datetime], None], *, done: str
) -> HttpResponse:
    """Answer once, and say why it could not be."""
    dispute = _dispute(dispute_id)
    try:
        answer(actor_of(helper_of(request)), clock.now())
    except AlreadyResolved:
        problem, status = _("Nothing was done: somebody has answered it already."), 409
    except (DisputeTakesNoAnswer, NoGateway):
        # What is in the way stands on the page.
        problem, status = _("Nothing was done."), 409
    except NotYoursToGrant:
        problem, status = _("It was not accepted: so much is beyond what you may pay back alone. Ask a lead."), 403
    except InvalidField:
        problem, status = _("It was not accepted: say why, for whoever reads it later."), 422
    else:
        return redirect(f"{reverse('desk:dispute', args=[dispute_id])}?done={done}")
    return _tell(request, _dispute(dispute.pk), problem=problem, status=status)
