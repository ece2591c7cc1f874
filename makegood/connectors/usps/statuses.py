"""What the event codes of USPS mean.

The codes and their meanings are those of USPS Publication 97, appendix I (https://about.usps.com/publications/pub97/
pub97_appi.htm) and Publication 199, appendix G-4 (https://postalpro.usps.com/impbimplementationguide); those of its
network (A1, AD, L1, OA, T1, TL, TM, U1 and the like) as USPS's own answers word them, and as the list of Pitney Bowes
has them (https://docs.shippingapi.pitneybowes.com/reference/tracking-codes.html).

Decisions that the words don't make by themselves:
- TM, "Shipment Received, Package Acceptance Pending", is a scan of the truck's manifest: the box itself has not been
  seen, so it counts as a label.
- NT, "In Transit to Next Facility", and DX, "Delivery Status Not Updated", are written by a computer when nothing was
  scanned: a notice, not movement.
- 80 to 82 are scans by the partner who brings the box to USPS: somebody has it, so it moves.
- 11, "Dead Letter", is the Mail Recovery Center: neither delivered nor sent back, so lost to us.
- 60, "Delivered to Agent for Final Delivery", is where USPS hands over and stops looking: a delivery, to whomever.
- 17 is "picked up by agent" in one list and "tendered to returns agent" in another, so its words decide, and where they
  say neither it is unknown.
- 01 is every delivery, and by its words also what was taken out of a full parcel locker again to be held.
- A code that stands nowhere here is unknown, kept and shown, and never movement, whatever its words say: the steps of
  customs abroad ("Inbound Into Customs") come under codes that USPS does not publish.
"""

from makegood.parcels.rules.codes import by_code, said
from makegood.parcels.rules.scans import ScanKind

_CODES = {
    ScanKind.LABEL: "MA GX TM 83 89",
    ScanKind.NOTICE: "NT DX GC",
    ScanKind.DELAYED: "71",
    ScanKind.LOST: "11",
    ScanKind.ACCEPTED: "03 OA UA AD PA 43 80",
    ScanKind.MOVED: "06 07 08 10 15 19 41 42 81 82 A1 EF L1 PC SF T1 TL U1",
    ScanKind.OUT_FOR_DELIVERY: "OF",
    ScanKind.ATTEMPTED: "02 30 51 52 53 54 55 56",
    ScanKind.HELD: "14 16",
    ScanKind.DELIVERED: "01 60",
    ScanKind.REFUSED: "04",
    ScanKind.RETURNING: "05 09 21 22 23 24 25 26 27 28 29 31 44",
}

KINDS = by_code(_CODES)

_DELIVERED_WHERE = (
    ("to original sender", ScanKind.RETURNED),
    ("return to sender processed", ScanKind.RETURNING),
    ("held at post office", ScanKind.HELD),
    ("individual picked up", ScanKind.DELIVERED),
    ("neighbor", ScanKind.DELIVERED_NEIGHBOUR),
    ("locker", ScanKind.DELIVERED_LOCKER),
)
"""USPS has one code for every delivery and tells where only in words ("Delivered, Parcel Locker")."""


_WITH_AN_AGENT = (("picked up by agent", ScanKind.DELIVERED), ("returns agent", ScanKind.RETURNING))


def kind_of(*, code: str, words: str) -> ScanKind:
    """What an event means by its code; only for a delivery do its words say to whom, for 17 to which agent."""
    code = code.strip().upper()
    kind = KINDS.get(code, ScanKind.UNKNOWN)
    if code == "17":
        return said(_WITH_AN_AGENT, words.lower()) or kind
    if kind is not ScanKind.DELIVERED:
        return kind
    return said(_DELIVERED_WHERE, words.lower()) or kind
