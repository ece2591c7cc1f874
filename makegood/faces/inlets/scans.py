"""Carriers' pushes: proven by their own signature, taken in once, whatever order they come in."""

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest

from makegood.faces.bearers import token_shown
from makegood.faces.bodies import raw_body
from makegood.faces.inlets.pushes import pushed
from makegood.faces.problems import Problem
from makegood.kit import clock
from makegood.kit.limits import RateLimit, neighbourhood, take
from makegood.parcels.carrier import CARRIERS, Carrier, UnreadableScan
from makegood.parcels.scanning import take_in_scans
from makegood.staff.rules import Scope

# A carrier's push holds one parcel's events, or a few hundred; a poller may send more through the API.
LARGEST = 2 * 1024 * 1024
# Wrong proofs from one machine: enough for a secret being changed, too few for guessing one.
WRONG = RateLimit(name="inlet-door", quota=60, window=timedelta(minutes=15))
log = structlog.get_logger()


@pushed
def scans(request: HttpRequest, source: str) -> dict[str, Any]:
    """Take in what a carrier pushes. Events that can't be read are refused one by one, and the others are taken."""
    carrier = CARRIERS.get(source)
    if carrier is None:
        raise Problem("not-found", "we read no carrier of this name")
    raw = raw_body(request, most=LARGEST)
    _let_in(request, carrier, raw)
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Problem("unreadable-scan", "the body is not JSON", kind=(422, UnreadableScan.title)) from error
    parsed = carrier.parse(body)
    taken = take_in_scans(parsed.scans, now=clock.now())
    if parsed.refused:
        log.warning("scans refused", carrier=carrier.code, refused=len(parsed.refused))
    return {**asdict(taken), "refused": [asdict(each) for each in parsed.refused]}


def _let_in(request: HttpRequest, carrier: Carrier, raw: bytes) -> None:
    """A token with the scope for scans, or the carrier's own proof."""
    token = token_shown(request)
    if token is not None and Scope.SCANS in token.scopes:
        return
    secret = settings.SCAN_SECRETS.get(carrier.code, "")
    if secret and carrier.verify(headers=dict(request.headers), raw_body=raw, secret=secret):
        return
    left = take(limit=WRONG, whose=neighbourhood(request.META.get("REMOTE_ADDR", "")))
    if not left.was_let:
        seconds = left.retry_after_seconds
        detail = f"too many without a valid proof came from here; call again in {seconds} s"
        raise Problem("too-often", detail, headers={"Retry-After": str(seconds)})
    raise Problem("not-let-in", f"neither signed by {carrier.code} nor sent with a token that has the scope scans")
