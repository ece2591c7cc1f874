"""Putting right what we told, where a carrier's later news shows that it was not so when we wrote."""

from collections.abc import Sequence
from datetime import datetime

from makegood.cases.actions import open_case
from makegood.cases.grant_letters import instead_of
from makegood.cases.locks import lock_open_cases
from makegood.cases.models import Case, CaseSubject
from makegood.cases.news import head_of, matter_of
from makegood.cases.notifications import send_letter
from makegood.cases.rules import CaseType, SubjectKind
from makegood.cases.subjects import heard_of, not_heard, subjects
from makegood.kit import clock
from makegood.parcels.models import Parcel, Scan
from makegood.parcels.rules.scans import ScanKind
from makegood.remedies.perks import grant_perk_for_case
from makegood.remedies.queries import perk_of_case, was_to_be_stopped
from makegood.remedies.rules.trouble import DeliveryCondition
from makegood.replies.letters.corrected import Corrected
from makegood.replies.letters.turned_up import TurnedUp
from makegood.replies.rules.values import NewsKind


def told_wrongly(parcels: Sequence[Parcel], conditions: dict[int, DeliveryCondition]) -> list[Parcel]:
    """Those of these parcels of which we told trouble, although they were there or moving when we wrote.

    It was there: a delivery lies before our letter and reached us after it. It was moving: a movement does, and we
    told that it had stopped, had never begun, or was lost. It had left: we told that it had not, and heard only then of
    its label, or of any movement, from before. What was made good is told by what turned up.
    """
    calm = [
        each
        for each in parcels
        if not conditions[each.delivery_id].is_in_danger and not conditions[each.delivery_id].made_good
    ]
    told = _told_of(calm)
    if not told:
        return []
    fresh = set(not_heard(NewsKind.CORRECTED, SubjectKind.PARCEL, told))
    scans: dict[int, list[Scan]] = {}
    for scan in Scan.objects.filter(parcel__in=fresh):
        scans.setdefault(scan.parcel_id, []).append(scan)
    return [
        each
        for each in calm
        if each.pk in fresh and (told_here(each, told[each.pk]) or _was_wrong(told[each.pk], scans.get(each.pk, [])))
    ]


def _told_of(parcels: Sequence[Parcel]) -> dict[int, dict[NewsKind, datetime]]:
    """What was told of each parcel, by its id, and when; of one that was split off, with the whole as well."""
    wholes = {each.delivery.split_from_id for each in parcels if each.delivery.split_from_id is not None}
    heard = heard_of(SubjectKind.DELIVERY, {each.delivery_id for each in parcels} | wholes)
    told = {}
    for each in parcels:
        whole = heard.get(each.delivery.split_from_id or 0, {}) if not each.delivery.is_replacement else {}
        before = {kind: at for kind, at in whole.items() if at <= each.delivery.promise.made_at}
        if news := before | heard.get(each.delivery_id, {}):
            told[each.pk] = news
    return told


def told_here(parcel: Parcel, told: dict[NewsKind, datetime]) -> bool:
    """Whether a letter said that it had not left, since we knew of no parcel yet, and its label is older than that.

    Of what is sent again its customer hears anyway when it has left.
    """
    known_at = parcel.estimate.known_at
    if known_at is None or parcel.delivery.is_replacement:
        return False
    letters = (at for kind in (NewsKind.IN_DANGER, NewsKind.BROKEN) if (at := told.get(kind)))
    return any(parcel.label_at <= at < known_at for at in letters)


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
    told = _told_of(parcels)
    letter = Corrected(
        head=head_of(case.customer),
        matter=matter_of(case.customer, [each.delivery for each in parcels], perk=perk, now=now),
        was_said_here=all(each.pk in told and told_here(each, told[each.pk]) for each in parcels),
    )
    send_letter(case, letter, about=subjects(SubjectKind.PARCEL, [each.pk for each in parcels]), now=now)


def tell_turned_up(case: Case, parcel: Parcel, *, now: datetime) -> None:
    """Tell, once, of a parcel we made good already that arrives after all: nothing is charged; what to do with it.

    Where it was there before we wrote that it was in trouble, that was wrong, and is said to have been.
    """
    if not not_heard(NewsKind.TURNED_UP, SubjectKind.PARCEL, [parcel.pk]):
        return
    perk = grant_perk_for_case(case.pk, customer_id=case.customer_id, now=now)
    letter = TurnedUp(
        head=head_of(case.customer),
        matter=matter_of(case.customer, [parcel.delivery], perk=perk, now=now),
        instead=instead_of(parcel.delivery),
        was_stopped=was_to_be_stopped(parcel),
        was_there=_was_there(parcel),
    )
    send_letter(case, letter, about=subjects(SubjectKind.PARCEL, [parcel.pk]), now=now)


def _was_there(parcel: Parcel) -> bool:
    """Whether a delivery that reached us only after a letter of trouble lies before it."""
    told = heard_of(SubjectKind.DELIVERY, [parcel.delivery_id]).get(parcel.delivery_id, {})
    letters = [told[kind] for kind in (NewsKind.IN_DANGER, NewsKind.BROKEN) if kind in told]
    scans = [scan for scan in Scan.objects.filter(parcel=parcel) if ScanKind(scan.kind).is_delivery]
    return any(scan.happened_at <= at < scan.received_at for scan in scans for at in letters)


def last_cases(customer_id: int, parcels: Sequence[Parcel]) -> list[tuple[Case, list[Parcel]]]:
    """The last case of each of these parcels, be it closed or not, with those of them that are on it."""
    if not parcels:
        return []
    gathered = CaseSubject.objects.filter(delivery__in=[parcel.delivery_id for parcel in parcels]).order_by("id")
    last = dict(gathered.values_list("delivery_id", "case_id"))
    cases = {case.pk: case for case in lock_open_cases(customer_id, besides=last.values())}
    found: dict[int, tuple[Case, list[Parcel]]] = {}
    for parcel in parcels:
        case = cases.get(last.get(parcel.delivery_id, 0))
        case = case or open_case(customer_id=customer_id, case_type=CaseType.DELIVERY, now=clock.now())
        found.setdefault(case.pk, (case, []))[1].append(parcel)
    return list(found.values())
