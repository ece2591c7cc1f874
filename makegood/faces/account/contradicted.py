"""Where we and the carrier, or the carrier and itself, disagree: both sides for the customer, and whom we go by."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from makegood.faces.words import day, rich
from makegood.parcels.models import Parcel
from makegood.parcels.rules.evidence import Evidence, EvidenceKey
from makegood.parcels.words import carrier_name


def contradiction_of(parcel: Parcel) -> Evidence | None:
    """The weightiest contradiction in what a parcel's verdict rests on, if there is one."""
    found = (Evidence.from_plain(each) for each in parcel.estimate.evidence)
    return next((each for each in found if each.key.is_contradiction), None)


def contradiction_told(parcel: Parcel, *, zone: str) -> SafeString | None:
    """Both sides of it in a sentence or two, if there is one."""
    evidence = contradiction_of(parcel)
    if evidence is None or evidence.claimed_at is None:
        return None
    sentences = {
        EvidenceKey.SHOP_SAYS_SHIPPED: _(
            "We noted that it left us, but %(carrier)s has never scanned it, so we don’t count it as on its way."
        ),
        EvidenceKey.SHOP_SAYS_DELIVERED: _(
            "Our records said that it was delivered on <b>%(claimed)s</b>, and %(carrier)s still had it on"
            " <b>%(seen)s</b>. Both can’t be right: we go by %(carrier)s."
        ),
        EvidenceKey.SEEN_AFTER_DELIVERY: _(
            "%(carrier)s also scanned it on <b>%(seen)s</b>, after saying that it was delivered. Both can’t be right:"
            " tell us if it isn’t with you."
        ),
        EvidenceKey.DELIVERY_UNDONE: _(
            "%(carrier)s said that it was delivered on <b>%(claimed)s</b>, and still had it on <b>%(seen)s</b>. So we"
            " don’t count it as delivered then."
        ),
        EvidenceKey.BEFORE_LABEL: _(
            "%(carrier)s scanned this number on <b>%(seen)s</b> already, before we made the label on"
            " <b>%(claimed)s</b>. That scan may be of another parcel."
        ),
    }
    words = {"carrier": carrier_name(parcel.carrier), "claimed": day(evidence.claimed_at, zone)}
    return rich(sentences[evidence.key], **words, seen=day(evidence.at, zone))
