"""Parcels: what carriers said, what we believe, how sure we are, and why."""

from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import Q
from ninja import FilterLookup, Query, Schema
from pydantic import BeforeValidator, Field

from makegood.faces.api.callers import ACT_OWN, READ_OWN, Call
from makegood.faces.api.filters import OfCustomer, Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import BY_ID, Ref, of
from makegood.faces.api.versions import edited_row
from makegood.kit import clock
from makegood.parcels.actions import say_not_received
from makegood.parcels.models import WORRYING, Parcel, Scan
from makegood.parcels.queries import parcels_told, zone_of
from makegood.parcels.rules.clocks import clock_of
from makegood.parcels.rules.evidence import Evidence, EvidenceKey
from makegood.parcels.rules.numbers import numbers_in
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.rules.verdicts import IN_DANGER, Outcome, Verdict
from makegood.parcels.words import in_words, number_doubt_words
from makegood.promises.rules import PromiseState


class UnitsOut(Schema):
    """So many of one line of the order: what is sent, and what was ordered, which may be something else."""

    line: Ref
    sku: str = of("sends.sku")
    title: str
    ordered_sku: str = of("line.product.sku")
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

    opens_date: date | None = of("estimate.claim_opens_date")
    closes_date: date = of("estimate.claim_closes_date")
    source: str | None

    @staticmethod
    def resolve_source(parcel: Parcel) -> str | None:
        rule = clock_of(parcel.carrier).claim
        return rule.source if rule else None


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
    """`probability_percent` is that of `outcome`; `look_again_at`: when silence alone changes the verdict.

    `awaits_news`: we have not heard from its carrier, so that it may have come without our knowing. Nothing is
    concluded from silence then: it is in no danger, and its promise is not called broken.
    `in_one_box_with` are the customer's other parcels under this number: one box, and each hears what is scanned.
    `number_doubt` says why the number may be wrong: its format is none that we know of the carrier, or a parcel of
    another customer to another address had it first; then what is scanned of it is not believed to be of this one.
    """

    id: str = of("reference")
    customer: Ref
    order: Ref = of("delivery.order")
    delivery: int = of("delivery_id")
    is_replacement: bool = of("delivery.is_replacement")
    carrier: str
    number: str
    number_doubt: str | None
    in_one_box_with: list[str]
    label_at: datetime
    place: Ref | None
    service: Ref | None
    units: Annotated[list[UnitsOut], BY_ID] = of("delivery.units")
    verdict: Verdict = of("estimate.verdict")
    outcome: Outcome = of("estimate.outcome")
    probability_percent: int = of("estimate.probability_percent")
    in_danger: bool
    awaits_news: bool = of("delivery.promise.awaits_news")
    is_contradicted: bool
    evidence: list[EvidenceOut]
    verdict_at: datetime = of("estimate.verdict_at")
    look_again_at: datetime | None = of("estimate.look_at")
    claim_window: ClaimWindowOut | None
    said_not_received_at: datetime | None
    scans: Annotated[list[ScanOut], BeforeValidator(lambda scans: sorted(scans, key=_turn))]
    promise: PromisedOut = of("delivery.promise")

    @staticmethod
    def resolve_in_one_box_with(parcel: Parcel) -> list[str]:
        return list(getattr(parcel, "with_it_in_the_box", ()))

    @staticmethod
    def resolve_number_doubt(parcel: Parcel) -> str | None:
        return number_doubt_words(parcel.number_doubt) if parcel.number_doubt else None

    @staticmethod
    def resolve_in_danger(parcel: Parcel) -> bool:
        return Verdict(parcel.estimate.verdict) in IN_DANGER and parcel.delivery.promise.is_at_stake

    @staticmethod
    def resolve_is_contradicted(parcel: Parcel) -> bool:
        return any(EvidenceKey(each["kind"]).is_contradiction for each in parcel.estimate.evidence)

    @staticmethod
    def resolve_evidence(parcel: Parcel) -> list[dict[str, Any]]:
        zone = zone_of(parcel)
        return [
            {**plain, "words": in_words(Evidence.from_plain(plain), zone=zone)} for plain in parcel.estimate.evidence
        ]

    @staticmethod
    def resolve_claim_window(parcel: Parcel) -> Parcel | None:
        return None if parcel.estimate.claim_closes_date is None else parcel


def _turn(scan: Scan) -> tuple[datetime, str, str]:
    return scan.happened_at, scan.code, scan.place


class ParcelsWanted(Wanted):
    customer: OfCustomer = None
    order: Annotated[str | None, FilterLookup("delivery__order__reference")] = None
    verdict: Annotated[Verdict | None, FilterLookup("estimate__verdict")] = None
    number: Annotated[str | None, Field(description="As it is stored, or as its barcode reads.")] = None
    in_danger: bool | None = None

    def filter_number(self, number: str | None) -> Q:
        return Q(number__in=numbers_in(number)) if number else Q()

    def filter_in_danger(self, in_danger: bool | None) -> Q:
        return WORRYING if in_danger else ~WORRYING


@router.get("/parcels", response=Page[ParcelOut], auth=READ_OWN)
def parcels(request: Call, wanted: Query[ParcelsWanted], paging: Query[Paging]) -> Any:
    """Parcels in the order their labels were made."""
    # Both instants are the same; those in danger are found in this order by an index of their own.
    of_danger = wanted.in_danger or wanted.verdict in IN_DANGER
    rows = wanted.filter(request.auth.sees(parcels_told()))
    return page_of(rows, paging, keys=("estimate__label_at" if of_danger else "label_at", "id"))


@router.get("/parcels/{reference}", response=ParcelOut, auth=READ_OWN)
@edited_row(Parcel, reference="reference")
def parcel(request: Call, reference: str) -> Any:
    """One parcel."""
    return request.auth.sees(parcels_told()).get(reference=reference)


@router.post("/parcels/{reference}/not-received", response={201: ParcelOut}, auth=ACT_OWN)
def not_received(request: Call, reference: str) -> Any:
    """The customer says that it never came. They are believed; saying it again changes nothing."""
    rows = request.auth.sees(parcels_told())
    say_not_received(parcel_id=rows.get(reference=reference).pk, now=clock.now())
    return rows.get(reference=reference)
