"""Putting right what we told, where a carrier's later news shows that it was not so when we wrote."""

from collections.abc import Sequence
from datetime import datetime

from makegood.cases.models import Case
from makegood.cases.news import head_of, matter_of
from makegood.cases.notifications import send_letter
from makegood.cases.rules import SubjectKind
from makegood.cases.subjects import heard_of, not_heard, subjects
from makegood.parcels.models import Parcel, Scan
from makegood.parcels.rules.scans import ScanKind
from makegood.remedies.queries import perk_of_case
from makegood.remedies.rules.trouble import DeliveryCondition
from makegood.replies.letters.corrected import Corrected
from makegood.replies.rules.values import NewsKind


def told_wrongly(parcels: Sequence[Parcel], conditions: dict[int, DeliveryCondition]) -> list[Parcel]:
    """Those of these parcels of which we told trouble, although they were there or moving when we wrote.

    It was there: a delivery lies before our letter and reached us after it. It was moving: a movement does, and we
    told that it had stopped, had never begun, or was lost. What was made good is told by what turned up.
    """
    calm = [
        each
        for each in parcels
        if not conditions[each.delivery_id].is_in_danger and not conditions[each.delivery_id].made_good
    ]
    heard = heard_of(SubjectKind.DELIVERY, [each.delivery_id for each in calm])
    told = {each.pk: news for each in calm if (news := heard.get(each.delivery_id))}
    if not told:
        return []
    fresh = set(not_heard(NewsKind.CORRECTED, SubjectKind.PARCEL, told))
    scans: dict[int, list[Scan]] = {}
    for scan in Scan.objects.filter(parcel__in=fresh):
        scans.setdefault(scan.parcel_id, []).append(scan)
    return [each for each in calm if each.pk in fresh and _was_wrong(told[each.pk], scans.get(each.pk, []))]


def _was_wrong(told: dict[NewsKind, datetime], scans: Sequence[Scan]) -> bool:
    """Whether a scan that reached us after a letter lies before it, and says otherwise than the letter."""
    of_danger, of_lateness = told.get(NewsKind.IN_DANGER), told.get(NewsKind.BROKEN)
    for scan in scans:
        kind = ScanKind(scan.kind)
        for at in (of_danger, of_lateness if kind.is_delivery else None):
            if at is not None and kind.is_movement and scan.happened_at <= at < scan.received_at:
                return True
    return False


def tell_corrected(case: Case, parcels: Sequence[Parcel], *, now: datetime) -> None:
    """Tell, once, that what we wrote of these was wrong, and what is so. What we gave stays; nothing more is given."""
    perk = perk_of_case(case.pk, customer_id=case.customer_id)
    letter = Corrected(
        head=head_of(case.customer),
        matter=matter_of(case.customer, [each.delivery for each in parcels], perk=perk, now=now),
    )
    send_letter(case, letter, about=subjects(SubjectKind.PARCEL, [each.pk for each in parcels]), now=now)
