"""What should have happened and kept failing: each waits for a person to try it again or to let it go with a reason."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.cases.models import Case
from makegood.cases.queries import open_cases_of
from makegood.customers.models import Customer
from makegood.faces.desk.frame import actor_of, helper_of, shown
from makegood.faces.desk.resolving import resolves
from makegood.journal.actions import ReactionGone, dismiss_dead_letter, retry_dead_letter
from makegood.journal.models import DeadLetter
from makegood.journal.queries import dead_letters

LIMIT = 100
# What stands still, by the reaction that does it.
STANDS_STILL = {
    "cases.look_after_parcels": gettext_lazy("A parcel’s trouble is not looked after"),
    "cases.answer_for_broken_promises": gettext_lazy("Nobody is told that a promise was broken"),
    "remedies.note_left_all_the_same": gettext_lazy("That something left which was to be stopped is not noted"),
    "parcels.watch_for_new_day": gettext_lazy("A new day is not watched"),
    "cases.look_after_unsent": gettext_lazy("An order that has not left is not looked after"),
    "cases.look_after_short": gettext_lazy("What was not there to pack is not looked after"),
    "cases.confirm_remedy": gettext_lazy("What was granted is not confirmed to the customer"),
    "cases.tell_replacement_left": gettext_lazy("The customer is not told that a parcel has left"),
    "cases.tell_number_corrected": gettext_lazy("The customer is not told the right number of a parcel"),
    "cases.reconsider_cases": gettext_lazy("A case does not follow what changed for its customer"),
    "cases.look_again": gettext_lazy("A new case is not looked at again"),
    "cases.tell_orders_cancelled": gettext_lazy("A customer does not hear that their order is cancelled"),
    "cases.tell_what_came": gettext_lazy("A customer does not hear that more or less money came than was due"),
    "orders.look_after_decided": gettext_lazy("An order counts as paid with money that a bank took back for good"),
    "cases.note_refund_done": gettext_lazy("A case does not know that money was paid back"),
    "cases.look_after_refunds": gettext_lazy("Money that did not arrive is on nobody’s list"),
    "remedies.follow_refund": gettext_lazy("A remedy does not know how far its money is"),
    "remedies.say_refund_done": gettext_lazy("Nobody hears that money which was granted is back"),
    "cases.take_in_arrived": gettext_lazy("A mail is not taken in"),
    "cases.look_after_bounced": gettext_lazy("A letter that came back is not looked after"),
    "cases.look_after_failed": gettext_lazy("A letter that nobody took is not looked after"),
    "cases.send_to_new_address": gettext_lazy("A letter does not go to the address that was put right"),
    "channels.deliver_requested": gettext_lazy("A letter is not sent"),
    "channels.let_helper_in": gettext_lazy("A helper who asked for a link to sign in has none"),
    "payments.send_refund": gettext_lazy("The gateway is not asked to send money back"),
    "payments.answer_dispute": gettext_lazy("A bank is not told what we say to a dispute"),
    "cases.look_after_dispute": gettext_lazy("What a bank asks is on nobody’s list"),
    "parcels.forget_dispatches": gettext_lazy("What a cancelled order had to send is not called off"),
    "remedies.forget_stops": gettext_lazy("What was to be stopped of a cancelled order stays on the pick list"),
    "parcels.readdress": gettext_lazy("What is still to send does not follow the order’s new address"),
    "parcels.notify_warehouse": gettext_lazy("A place is not told what to send"),
    "remedies.note_dispatch_left": gettext_lazy("A remedy does not know that its parcel has left"),
    "remedies.note_dispatch_accepted": gettext_lazy("A remedy does not know that the place will send it"),
    "remedies.note_dispatch_refused": gettext_lazy("A remedy does not know that the place will not send it"),
    "remedies.note_dispatch_cancelled": gettext_lazy("A remedy does not know that its parcel was called off"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that stands still, and for whom; some mails are nobody's yet."""

    letter: DeadLetter
    stands_still: str
    customer: Customer | None
    case: Case | None


def show(request: HttpRequest, *, problem: str = "", at: int = 0, status: int = 200) -> HttpResponse:
    letters = dead_letters(limit=LIMIT)
    ids = {each.customer_id for each in letters}
    customers, cases = Customer.objects.in_bulk(ids), open_cases_of(ids)
    rows = [
        Row(
            letter=each,
            stands_still=str(STANDS_STILL.get(each.reaction, _("Something that should have followed did not"))),
            customer=customers.get(each.customer_id),
            case=cases.get(each.customer_id),
        )
        for each in letters
    ]
    words = {"rows": rows, "problem": problem, "problem_at": at}
    return shown(request, "desk/stuck_work.html", words, status=status)


@resolves(show)
def retry(request: HttpRequest, parked_id: int) -> HttpResponse:
    try:
        retry_dead_letter(parked_id=parked_id, by=str(actor_of(helper_of(request))))
    except ReactionGone:
        problem = _("This version has no such work any more. Let it go, and say why.")
        return show(request, problem=problem, at=parked_id, status=409)
    return redirect("desk:stuck-work")


@resolves(show, empty=gettext_lazy("Say why this need not happen any more: the reason is kept."))
def dismiss(request: HttpRequest, parked_id: int) -> HttpResponse:
    by, reason = str(actor_of(helper_of(request))), request.POST.get("reason", "")
    dismiss_dead_letter(parked_id=parked_id, by=by, reason=reason)
    return redirect("desk:stuck-work")
