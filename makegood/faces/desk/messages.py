"""Messages in trouble: nobody would take them, or whether they were taken is in doubt."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from makegood.cases.queries import open_cases_of
from makegood.channels.queries import messages_in_trouble
from makegood.faces.desk.failures import reason_words
from makegood.faces.desk.frame import shown
from makegood.faces.desk.letter_words import letter_state

LIMIT = 100


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    messages = messages_in_trouble(limit=LIMIT)
    cases = open_cases_of({message.customer_id for message in messages})
    rows = [
        (
            message,
            cases.get(message.customer_id),
            letter_state(message),
            reason_words(message) if message.bounced_at else "",
        )
        for message in messages
    ]
    return shown(request, "desk/messages.html", {"rows": rows})
