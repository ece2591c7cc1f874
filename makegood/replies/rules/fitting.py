"""Which records a claim may rest on, by the words beside it: a delivery where they say delivered, a promise where they
say will be.
"""

import re
from collections.abc import Sequence

from makegood.replies.rules.claims import ClaimKind, Count, Evidence, Found, Tense, Topic
from makegood.replies.rules.cues import Cue, CueKind

_LEFT = frozenset({Topic.DEPARTURE, Topic.REPLACEMENT})
# What is on record as done where the words say that it is done.
_DONE = {
    CueKind.REFUNDED: frozenset({Topic.REFUND}),
    CueKind.SENT: _LEFT | {Topic.SCAN},
    CueKind.SENT_INSTEAD: frozenset({Topic.REPLACEMENT}),
    CueKind.ARRIVED: frozenset({Topic.ARRIVAL}),
    CueKind.ARRIVED_INSTEAD: frozenset({Topic.REPLACEMENT_ARRIVAL}),
    CueKind.CANCELLED: frozenset({Topic.CANCELLATION}),
    CueKind.CREDITED: frozenset({Topic.CREDIT}),
    CueKind.CORRECTED: frozenset({Topic.ADDRESS}),
    CueKind.SCANNED: frozenset({Topic.SCAN, Topic.ARRIVAL}),
    CueKind.WROTE: frozenset({Topic.MESSAGE}),
}
_TO_BE_PAID_BACK = frozenset({CueKind.MONEY, CueKind.ARRANGED})
_GOODS = _LEFT | {Topic.ARRIVAL, Topic.OTHER}


# What is on record is how long ago things were, and not how long they take.
_ELAPSED = re.compile(
    r"(?<!\w)(?:late|overdue|behind|past|ago|since|after|without|already|(?:has|have|been|not|no)\b.*\bfor|n't\b.*\bfor"
    r"|retard|depuis|apres|sans|pendant|il y a|desde|tarde|retraso|sin|hace|lleva|tras|despues|durante)(?!\w)",
    re.IGNORECASE,
)


def tells_elapsed(sentence: str) -> bool:
    """Whether the days and weeks that folded words count have passed."""
    return _ELAPSED.search(sentence) is not None


def cue_beside(found: Found, cues: Sequence[Cue]) -> Cue | None:
    """The cue that a claim is said with: the last before it in its sentence, else the first after it."""
    if found.kind is ClaimKind.DEED:
        return next(cue for cue in cues if cue.claims and cue.start == found.start)
    before = [cue for cue in cues if cue.start < found.end]
    if before:
        return before[-1]
    return cues[0] if cues else None


def fits(evidence: Evidence, found: Found, cue: Cue | None, before: CueKind | None) -> bool:
    """Whether a record says what the words beside the claim say of it. `before`: what was spoken of last."""
    if cue is None or found.kind in {ClaimKind.TIME, ClaimKind.NUMBER} or isinstance(evidence.value, Count):
        return True
    if found.kind is ClaimKind.DEED:
        return evidence.tense is Tense.DONE
    if found.kind is ClaimKind.SUM:
        is_price = evidence.topic is Topic.CATALOGUE
        return cue.kind not in {CueKind.REFUNDED, *_TO_BE_PAID_BACK} if is_price else _sum_fits(evidence, cue.kind)
    return _date_fits(evidence, cue.kind, before)


def _sum_fits(evidence: Evidence, cue: CueKind) -> bool:
    if cue is CueKind.REFUNDED:
        return evidence.topic is Topic.REFUND and evidence.tense is Tense.DONE
    if cue in _TO_BE_PAID_BACK:
        return evidence.topic is Topic.REFUND
    return True


def _date_fits(evidence: Evidence, cue: CueKind, before: CueKind | None) -> bool:
    if cue in _DONE:
        return evidence.tense is Tense.DONE and evidence.topic in _DONE[cue]
    if evidence.tense is Tense.OVER and CueKind.PROMISED not in {cue, before}:
        return False
    if cue in _TO_BE_PAID_BACK:
        return evidence.topic is Topic.REFUND
    if cue is CueKind.PRICE:
        return True
    if cue is CueKind.PROMISED:
        return evidence.tense in {Tense.TO_COME, Tense.OVER}
    is_money = cue is CueKind.WITH_YOU and before in {CueKind.REFUNDED, *_TO_BE_PAID_BACK}
    topics = frozenset({Topic.REFUND}) if is_money else _GOODS
    return evidence.tense is Tense.TO_COME and evidence.topic in topics
