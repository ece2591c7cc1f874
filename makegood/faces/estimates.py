"""What we believe of a parcel, and what was promised, in the reader's language: each by its key in the rules."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from makegood.kit.localise import format_instant
from makegood.parcels.rules.evidence import Evidence, EvidenceKey
from makegood.parcels.rules.scans import ScanKind


def verdict_words(state: str) -> str:
    """A parcel's state, as a label."""
    words = {
        "label_made": _("label made"),
        "never_scanned": _("never scanned"),
        "moving": _("on its way"),
        "delayed": _("delayed"),
        "out_for_delivery": _("out for delivery"),
        "attempted": _("delivery attempted"),
        "held": _("waiting to be picked up"),
        "stalled": _("stopped on its way"),
        "lost": _("lost"),
        "delivered": _("delivered"),
        "not_received": _("marked delivered, not received"),
        "returning": _("on its way back"),
        "returned": _("back with us"),
        "damaged": _("damaged"),
    }
    return words.get(state, state)


def outcome_words(outcome: str) -> str:
    """What the probability is the probability of; a number follows."""
    words = {
        "lost": _("lost"),
        "arriving": _("arriving"),
        "delivered": _("delivered"),
        "returning": _("coming back"),
        "damaged": _("damaged"),
    }
    return words.get(outcome, outcome)


def scan_words(kind: str) -> str:
    """What a scan means, whichever carrier made it."""
    words = {
        "label": _("the carrier knows of the label only"),
        "notice": _("a notice, without the parcel being seen"),
        "delayed": _("delayed"),
        "lost": _("lost"),
        "accepted": _("taken over by the carrier"),
        "moved": _("on its way"),
        "customs": _("in customs"),
        "out_for_delivery": _("out for delivery"),
        "attempted": _("delivery attempted"),
        "held": _("waiting to be picked up"),
        "damaged": _("damaged"),
        "delivered": _("delivered"),
        "delivered_neighbour": _("delivered to a neighbour"),
        "delivered_locker": _("delivered to a locker"),
        "refused": _("refused by the recipient"),
        "returning": _("on its way back"),
        "returned": _("back with us"),
    }
    return words.get(kind, _("something we don’t know"))


def promise_words(kind: str) -> str:
    """What was promised, as a label."""
    words = {
        "ship": _("to send it"),
        "deliver": _("to be at your door"),
        "reply": _("to answer you"),
        "call": _("to call you"),
        "refund": _("your money back"),
        "check_back": _("to look again"),
        "match_price": _("to match a price"),
    }
    return words.get(kind, kind)


def promise_state_words(state: str) -> str:
    words = {"open": _("open"), "kept": _("kept"), "broken": _("broken"), "withdrawn": _("withdrawn")}
    return words.get(state, state)


def evidence_sentence(plain: Mapping[str, str | int], *, zone: ZoneInfo) -> str:
    """One thing a verdict rests on, in a sentence; instants are shown by the clocks of `zone`."""
    evidence = Evidence.from_plain(plain)
    words = {
        "when": format_instant(evidence.at, zone, get_language() or "en") if evidence.at else "",
        "place": evidence.place,
        "said": _said(evidence),
        "count": evidence.business_days,
        "code": evidence.code or _("without a name"),
        "claimed": format_instant(evidence.claimed_at, zone, get_language() or "en") if evidence.claimed_at else "",
    }
    return _sentence(evidence) % words


def _sentence(evidence: Evidence) -> str:
    if evidence.key is EvidenceKey.NO_SCAN_SINCE:
        return _not_scanned(evidence)
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
        EvidenceKey.BEFORE_LABEL: _(
            "The label was made on %(claimed)s; the carrier scanned it before that, on %(when)s: %(said)s."
        ),
    }
    somewhere = {
        EvidenceKey.LAST_SCAN: _("Last scan on %(when)s in %(place)s: %(said)s."),
        EvidenceKey.CARRIER_SAYS: _("The carrier wrote on %(when)s in %(place)s: %(said)s."),
    }
    return somewhere.get(evidence.key, sentences[evidence.key]) if evidence.place else sentences[evidence.key]


def _not_scanned(evidence: Evidence) -> str:
    if not evidence.business_days:
        return _("Not scanned since %(when)s.")
    return ngettext(
        "Not scanned since %(when)s, for at least %(count)s business day.",
        "Not scanned since %(when)s, for at least %(count)s business days.",
        evidence.business_days,
    )


def _said(evidence: Evidence) -> str:
    meaning = scan_words(evidence.scan or ScanKind.UNKNOWN)
    quoted = evidence.carrier_words.rstrip(".")
    return _("%(meaning)s (“%(words)s”)") % {"meaning": meaning, "words": quoted} if quoted else meaning
