"""A parcel in the reader's language: what carriers are called, what we believe, and what that rests on.

Each by its key in the rules, in one table: for the API and the command, which speak English, as for every page.
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from makegood.catalog.carriers import NAMES, OTHER
from makegood.kit.localise import format_instant
from makegood.parcels.rules.evidence import Evidence, EvidenceKey
from makegood.parcels.rules.numbers import Doubt
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.rules.verdicts import Outcome, Verdict


def carrier_name(code: str) -> str:
    """A carrier as customers know it; one of which nobody tells us the name is just that, within a sentence."""
    return carrier_brand(code) or _("the carrier")


def carrier_brand(code: str) -> str:
    """What a carrier is called in every language; empty where nobody tells us."""
    return "" if code == OTHER else NAMES.get(code, code)


def verdict_words(state: str) -> str:
    """A parcel's state, as a label."""
    words = {
        Verdict.LABEL_MADE: _("label made"),
        Verdict.NEVER_SCANNED: _("never scanned"),
        Verdict.MOVING: _("on its way"),
        Verdict.DELAYED: _("delayed"),
        Verdict.OUT_FOR_DELIVERY: _("out for delivery"),
        Verdict.ATTEMPTED: _("delivery attempted"),
        Verdict.HELD: _("waiting to be picked up"),
        Verdict.STALLED: _("stopped on its way"),
        Verdict.LOST: _("lost"),
        Verdict.DELIVERED: _("delivered"),
        Verdict.NOT_RECEIVED: _("not received"),
        Verdict.RETURNING: _("on its way back"),
        Verdict.RETURNED: _("back with us"),
        Verdict.DAMAGED: _("damaged"),
    }
    return words[Verdict(state)]


def outcome_words(outcome: str) -> str:
    """What the probability is the probability of; a number follows."""
    words = {
        Outcome.LOST: _("lost"),
        Outcome.ARRIVING: _("arriving"),
        Outcome.DELIVERED: _("delivered"),
        Outcome.RETURNING: _("coming back"),
        Outcome.DAMAGED: _("damaged"),
    }
    return words[Outcome(outcome)]


def number_doubt_words(doubt: Doubt) -> str:
    """Why a tracking number may be wrong."""
    words = {
        Doubt.ON_ANOTHERS_PARCEL: _(
            "Another customer’s parcel to another address has this number too: one of the two is mistyped, and what is "
            "scanned of it is not counted here."
        ),
        Doubt.UNKNOWN_FORMAT: _("We know no number of this carrier that looks like it: it may be mistyped."),
        Doubt.LOOKS_LIKE_ANOTHERS: _("It looks like another carrier’s number: the carrier or the number may be wrong."),
    }
    return words[doubt]


def scan_words(kind: str) -> str:
    """What a scan means, whichever carrier made it."""
    words = {
        ScanKind.LABEL: _("the carrier knows of the label only"),
        ScanKind.NOTICE: _("a notice, without the parcel being seen"),
        ScanKind.DELAYED: _("delayed"),
        ScanKind.LOST: _("lost"),
        ScanKind.ACCEPTED: _("taken over by the carrier"),
        ScanKind.MOVED: _("on its way"),
        ScanKind.CUSTOMS: _("in customs"),
        ScanKind.OUT_FOR_DELIVERY: _("out for delivery"),
        ScanKind.ATTEMPTED: _("delivery attempted"),
        ScanKind.HELD: _("waiting to be picked up"),
        ScanKind.DAMAGED: _("damaged"),
        ScanKind.DELIVERED: _("delivered"),
        ScanKind.DELIVERED_NEIGHBOUR: _("delivered to a neighbour"),
        ScanKind.DELIVERED_LOCKER: _("delivered to a locker"),
        ScanKind.REFUSED: _("refused by the recipient"),
        ScanKind.RETURNING: _("on its way back"),
        ScanKind.RETURNED: _("back with us"),
        ScanKind.UNKNOWN: _("something we don’t know"),
    }
    return words[ScanKind(kind or ScanKind.UNKNOWN)]


def evidence_sentence(evidence: Evidence, *, zone: ZoneInfo) -> str:
    """One thing a verdict rests on, in a sentence of the language that is active, by the clocks of `zone`."""
    language = get_language() or "en"
    return _filled(evidence, written=lambda at: format_instant(at, zone, language))


def in_words(evidence: Evidence, *, zone: ZoneInfo) -> str:
    """The same in English, for programs: instants with their year, whenever they are read."""
    with override("en"):
        return _filled(evidence, written=lambda at: format_instant(at, zone, "en", with_weekday=False, with_year=True))


def _filled(evidence: Evidence, *, written: Callable[[datetime], str]) -> str:
    when = written(evidence.at) if evidence.at else ""
    if evidence.place:
        when = _("%(when)s in %(place)s") % {"when": when, "place": evidence.place}
    quoted = evidence.carrier_words.rstrip(".")
    return _sentence(evidence) % {
        "when": when,
        "said": _quoting(scan_words(evidence.scan or ScanKind.UNKNOWN), quoted),
        "count": evidence.business_days,
        "code": _quoting(evidence.code or _("without a name"), quoted),
        "claimed": written(evidence.claimed_at) if evidence.claimed_at else "",
    }


def _sentence(evidence: Evidence) -> str:
    if evidence.key is EvidenceKey.NO_SCAN_SINCE:
        return _not_scanned(evidence)
    if evidence.key is EvidenceKey.NOT_HEARD:
        never = _("We have not heard from the carrier yet.")
        return _("We last heard of it on %(when)s, and can’t know what has happened since.") if evidence.at else never
    sentences = {
        EvidenceKey.LABEL_MADE: _("Label made on %(when)s."),
        EvidenceKey.LAST_SCAN: _("Last scan on %(when)s: %(said)s."),
        EvidenceKey.CARRIER_SAYS: _("The carrier wrote on %(when)s: %(said)s."),
        EvidenceKey.DATE_PASSED: _("The promised date passed on %(when)s."),
        EvidenceKey.UNKNOWN_CODE: _("The carrier’s code %(code)s on %(when)s is not one we know."),
        EvidenceKey.SAID_NOT_RECEIVED: _("The recipient says that it was not received."),
        EvidenceKey.SHOP_SAYS_SHIPPED: _("The shop says that it left on %(claimed)s; the carrier has no scan of it."),
        EvidenceKey.SHOP_SAYS_DELIVERED: _(
            "The shop says delivered on %(claimed)s; the carrier scanned it after that, on %(when)s: %(said)s."
        ),
        EvidenceKey.SEEN_AFTER_DELIVERY: _(
            "The carrier says delivered on %(claimed)s, and scanned it after that, on %(when)s: %(said)s."
        ),
        EvidenceKey.DELIVERY_UNDONE: _(
            "The carrier said delivered on %(claimed)s, and went on with it after that, on %(when)s: %(said)s. So it"
            " was not delivered then."
        ),
        EvidenceKey.EARLIER_BOX: _(
            "This number was on an earlier parcel until %(when)s: %(said)s. That is not counted."
        ),
        EvidenceKey.BEFORE_LABEL: _(
            "The label was made on %(claimed)s; the carrier scanned it before that, on %(when)s: %(said)s."
        ),
    }
    return sentences[evidence.key]


def _not_scanned(evidence: Evidence) -> str:
    if not evidence.business_days:
        return _("Not scanned since %(when)s.")
    return ngettext(
        "Not scanned since %(when)s, for at least %(count)s business day.",
        "Not scanned since %(when)s, for at least %(count)s business days.",
        evidence.business_days,
    )


def _quoting(meaning: str, quoted: str) -> str:
    """What it means, with the carrier's own words behind."""
    return _("%(meaning)s (“%(words)s”)") % {"meaning": meaning, "words": quoted} if quoted else meaning
