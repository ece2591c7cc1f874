"""What has not left is promised for a later day."""

from django.utils import translation
from django.utils.translation import gettext as _

from makegood.orders.delivering import deliver_later
from makegood.orders.models import Delivery
from makegood.parcels.dispatching import dispatch_later
from makegood.remedies.handlers.handler import Doing
from makegood.remedies.progress import write_step
from makegood.remedies.rules.steps.new_day import NewDay
from makegood.remedies.rules.steps.states import StepState


class LetsComeLater:
    def carry_out(self, step: NewDay, doing: Doing) -> None:
        """The promise moves, and what a place was asked for with it."""
        day, now = step.day, doing.now
        delivery = Delivery.objects.select_related("promise", "customer").get(pk=day.delivery_id)
        with translation.override(delivery.customer.language):
            reason = _("you accepted a later day.")
        by = str(doing.by)
        later = deliver_later(delivery, by_date=day.by_date, due_at=day.due_at, reason=reason, by=by, now=now)
        dispatch_later(delivery, later=later)
        write_step(doing.grant, later.promise, key=doing.key, state=StepState.DONE, now=now)
