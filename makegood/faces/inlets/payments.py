"""What gateways push: proven by their own signature, and each event taken in once, however often it comes."""

from typing import Any

from django.http import HttpRequest

from makegood.faces.bodies import raw_body
from makegood.faces.inlets.pushes import pushed
from makegood.faces.problems import Problem
from makegood.journal.receiving import take_once
from makegood.payments.gateway import PORT, BadSignature, UnreadableAnswer
from makegood.payments.rules.events import GatewayEvent

# An event holds one object; Stripe's largest are some tens of kilobytes.
LARGEST = 1024 * 1024
NO_SIGNATURE = (401, "No valid signature")
NO_GATEWAY = (401, "No such gateway is set up")
NOT_SET_UP = "no gateway of that name is set up here, so that nothing proves a push; a demo shop has none"
NOT_PROVEN = "not signed with this gateway's secret, or more than five minutes ago"


@pushed
def payments(request: HttpRequest, source: str) -> dict[str, Any]:
    """Take in one event of the gateway `source`.

    What is not taken in is not acknowledged, so that the gateway sends it again. A delivery that is repeated is written
    anew by the gateway (it counts its tries), so an event is known by its id, not by its bytes.
    """
    raw = raw_body(request, most=LARGEST)
    event = _proven(request, source, raw)
    if PORT.receive is None:
        raise Problem("not-found", "nothing here takes in what gateways tell")
    receive = PORT.receive

    def take() -> dict[str, Any]:
        receive(event)
        return {"event": event.event_id}

    return take_once(inlet=source, key=event.event_id, body=event.event_id.encode(), take=take)


def _proven(request: HttpRequest, source: str, raw: bytes) -> GatewayEvent:
    """The event, if it is this gateway's.

    Raises:
        Problem: it is not.
    """
    gateway = PORT.gateway
    if gateway is None or gateway.code != source:
        raise Problem("not-let-in", NOT_SET_UP, kind=NO_GATEWAY)
    try:
        return gateway.read_event(headers=request.headers, raw=raw)
    except BadSignature as error:
        raise Problem("not-let-in", NOT_PROVEN, kind=NO_SIGNATURE) from error
    except UnreadableAnswer as error:
        raise Problem("unreadable", str(error)) from error
