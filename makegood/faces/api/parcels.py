"""Parcels: what carriers said, what we believe, how sure we are, and why."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from ninja import Query, Schema

from makegood.faces.api.callers import ACT_OWN, READ_OWN, Call
from makegood.faces.api.filters import Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.versions import edited_row
from makegood.kit import clock
from makegood.parcels.actions import say_not_received
from makegood.parcels.models import Parcel
from makegood.parcels.queries import parcels_told
from makegood.parcels.rules.clocks import clock_of
from makegood.parcels.rules.evidence import Evidence, EvidenceKey
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.rules.verdicts import IN_DANGER, Outcome, Verdict
from makegood.parcels.words import in_words
from makegood.promises.models import Promise
from makegood.promises.rules import PromiseState

TAGS = ["parcels"]


class UnitsOut(Schema):
    """So many of one line of the order."""

    line: str
    sku: str
    title: str
    quantity: int


class EvidenceOut(Schema):
    """One thing the verdict rests on; `words` say it in English, the rest says it to programs.

    In a contradiction `claimed_at` is when the one side's claim happened, and the rest is the other side's scan.
    """

    kind: EvidenceKey
    words: str
    at: datetime | None = None
    business_days: int | None = None
    scan: ScanKind | None = None
    place: str | None = None
    code: str | None = None
    carrier_words: str | None = None
    claimed_at: datetime | None = None


class ClaimWindowOut(Schema):
    """When the carrier takes a claim, and who says so."""

    opens_date: date | None
    closes_date: date
    source: str | None


class ScanOut(Schema):
    happened_at: datetime
    kind: ScanKind
    code: str
    place: str
    words: str
    received_at: datetime


class PromisedOut(Schema):
    """The promise of the delivery that a parcel carries."""

    id: int
    state: PromiseState
    due_at: datetime
    original_due_at: datetime
    at_risk_since: datetime | None


class ParcelOut(Schema):
    """`probability_percent` is that of `outcome`; `look_again_at`: when silence alone changes the verdict."""

    id: str
    customer: str
    order: str
    delivery: int
    is_replacement: bool
    carrier: str
    number: str
    label_at: datetime
    place: str | None
    service: str | None
    units: list[UnitsOut]
    verdict: Verdict
    outcome: Outcome
    probability_percent: int
    in_danger: bool
    is_contradicted: bool
    evidence: list[EvidenceOut]
    verdict_at: datetime
    look_again_at: datetime | None
    claim_window: ClaimWindowOut | None
    said_not_received_at: datetime | None
    scans: list[ScanOut]
    promise: PromisedOut


def promised_out(promise: Promise) -> PromisedOut:
    """What a delivery's promise comes to."""
    return PromisedOut(
        id=promise.pk,
        state=PromiseState(promise.state),
        due_at=promise.due_at,
        original_due_at=promise.original_due_at,
        at_risk_since=promise.at_risk_since,
    )


def parcels_out(parcels: Sequence[Parcel]) -> list[ParcelOut]:
    """As the API shows them; they come from `parcels_told`."""
    return [_out(parcel) for parcel in parcels]


def _out(parcel: Parcel) -> ParcelOut:
    delivery = parcel.delivery
    return ParcelOut(
        id=parcel.reference,
        customer=parcel.customer.reference,
        order=delivery.order.reference,
        delivery=delivery.pk,
        is_replacement=delivery.is_replacement,
        carrier=parcel.carrier,
        number=parcel.number,
        label_at=parcel.label_at,
        place=parcel.place.reference if parcel.place else None,
        service=parcel.service.reference if parcel.service else None,
        units=[units_out(row) for row in sorted(delivery.units.all(), key=lambda row: row.pk)],
        verdict=Verdict(parcel.estimate.verdict),
        outcome=Outcome(parcel.estimate.outcome),
        probability_percent=parcel.estimate.probability_percent,
        in_danger=Verdict(parcel.estimate.verdict) in IN_DANGER,
        is_contradicted=any(EvidenceKey(each["kind"]).is_contradiction for each in parcel.estimate.evidence),
        evidence=_evidence(parcel),
        verdict_at=parcel.estimate.verdict_at,
        look_again_at=parcel.estimate.look_at,
        claim_window=_claim_window(parcel),
        said_not_received_at=parcel.said_not_received_at,
        scans=_scans(parcel),
        promise=promised_out(delivery.promise),
    )


def units_out(row: Any) -> UnitsOut:
    """Units of a delivery or of a dispatch."""
    return UnitsOut(line=row.line.reference, sku=row.line.product.sku, title=row.line.title, quantity=row.quantity)


def _evidence(parcel: Parcel) -> list[EvidenceOut]:
    zone = ZoneInfo(parcel.place.zone if parcel.place else settings.SHOP_ZONE)
    found = []
    for plain in parcel.estimate.evidence:
        evidence = Evidence.from_plain(plain)
        found.append(EvidenceOut(**{**plain, "words": in_words(evidence, zone=zone)}))
    return found


def _claim_window(parcel: Parcel) -> ClaimWindowOut | None:
    if parcel.estimate.claim_closes_date is None:
        return None
    rule = clock_of(parcel.carrier).claim
    return ClaimWindowOut(
        opens_date=parcel.estimate.claim_opens_date,
        closes_date=parcel.estimate.claim_closes_date,
        source=rule.source if rule else None,
    )


def _scans(parcel: Parcel) -> list[ScanOut]:
    return [
        ScanOut(
            happened_at=scan.happened_at,
            kind=ScanKind(scan.kind),
            code=scan.code,
            place=scan.place,
            words=scan.words,
            received_at=scan.received_at,
        )
        for scan in sorted(parcel.scans.all(), key=lambda scan: (scan.happened_at, scan.code, scan.place))
    ]


class ParcelsWanted(Wanted):
    customer: str | None = None
    order: str | None = None
    verdict: Verdict | None = None
    number: str | None = None
    in_danger: bool | None = None


@router.get("/parcels", response=Page[ParcelOut], auth=READ_OWN, tags=TAGS)
def parcels(request: Call, wanted: Query[ParcelsWanted], paging: Query[Paging]) -> Any:
    """Parcels in the order their labels were made."""
    rows = wanted.narrow(
        request.auth.sees(parcels_told()),
        customer="customer__reference",
        order="delivery__order__reference",
        verdict="estimate__verdict",
        number="number",
    )
    states = [state.value for state in IN_DANGER]
    if wanted.in_danger is not None:
        rows = (
            rows.filter(estimate__verdict__in=states)
            if wanted.in_danger
            else rows.exclude(estimate__verdict__in=states)
        )
    # Both instants are the same; those in danger are found in this order by an index of their own.
    of_danger = wanted.in_danger or wanted.verdict in IN_DANGER
    return page_of(
        rows, keys=("estimate__label_at" if of_danger else "label_at", "id"), paging=paging, shape=parcels_out
    )


@router.get("/parcels/{reference}", response=ParcelOut, auth=READ_OWN, tags=TAGS)
@edited_row(Parcel, reference="reference")
def parcel(request: Call, reference: str) -> Any:
    """One parcel."""
    return parcels_out([request.auth.sees(parcels_told()).get(reference=reference)])[0]


@router.post("/parcels/{reference}/not-received", response={201: ParcelOut}, auth=ACT_OWN, tags=TAGS)
def not_received(request: Call, reference: str) -> Any:
    """The customer says that it never came. They are believed; saying it again changes nothing."""
    rows = request.auth.sees(parcels_told())
    say_not_received(parcel_id=rows.get(reference=reference).pk, now=clock.now())
    return parcels_out([rows.get(reference=reference)])[0]
