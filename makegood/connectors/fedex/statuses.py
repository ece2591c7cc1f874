"""What the scan events of FedEx mean.

The event types are those of FedEx's Tracking Status Codes (https://developer.fedex.com/api/en-us/guides/api-reference.html
#trackingstatuscodes) and of the table Event Type of its webhook (https://developer.fedex.com/api/en-us/catalog/
shipment-visibility-webhook/docs/aiv-reason-codes.html). The two-digit exception codes are those of FedEx Express, which
ANSI X12 has as status reasons A01 to A65 (https://www.stedi.com/edi/x12-002040/element/641); 007, 060G and A47 stand in
FedEx's own sample answers.

Decisions that the words don't make by themselves:
- AO, AE and US ("arriving on time", "early", "updated delivery") are forecasts; what somebody asked for or arranged
  (RR, RM, RC, RT, RA, PR, AS, HA, CA, CH) is a notice; so is a courier who has not got the box yet (AP, EP, DR, DS).
- OC is a label; so is OX, which tells USPS of a parcel.
- EA is "enroute to airport", and for customs "export approved": the words decide.
- DE and SE are exceptions of any kind. Their exception code decides, and where it is none of these, what FedEx says
  of it; where neither is known they are a delay: nobody says that the box was seen. The same digits mean something
  else at FedEx Ground, which has three (007 is not 07, refused), so codes are compared as they are written.
- A return begins with RS; its end is told under the number of the return itself.
- A type that stands nowhere here is unknown, kept and shown, and never movement, whatever its words or its derived
  status say: FedEx asks that its lists be taken for open ones.
"""

from makegood.parcels.rules.codes import by_code, said
from makegood.parcels.rules.scans import ScanKind

_TYPES = {
    ScanKind.LABEL: "OC OX",
    ScanKind.NOTICE: "AE AO AP AS CA CH DR DS EP HA IN LP MD PM PR RA RC RD RG RM RP RR RT SP US",
    ScanKind.DELAYED: "DD DE DY PD SE",
    ScanKind.ACCEPTED: "DO IP OF PU PX",
    ScanKind.MOVED: "AA AC AD AF AR AX DP EA EO FD IT IX LO OW PF PL SF TR",
    ScanKind.CUSTOMS: "CC CD CP",
    ScanKind.OUT_FOR_DELIVERY: "ED OD",
    ScanKind.HELD: "HL HP",
    ScanKind.DELIVERED: "DL",
    ScanKind.RETURNING: "RS",
}
_EXCEPTIONS = {
    ScanKind.DELAYED: "01 02 03 05 06 12 15 17 18 21 22 23 28 31 32 38 42 50",
    ScanKind.LOST: "36",
    ScanKind.MOVED: "34",
    ScanKind.CUSTOMS: "55 58 63 64 65 A25",
    ScanKind.ATTEMPTED: "007 08 11",
    ScanKind.HELD: "59 A47",
    ScanKind.DAMAGED: "09 10 37",
    ScanKind.REFUSED: "07",
    ScanKind.RETURNING: "060G 14",
}
TYPES, EXCEPTIONS = by_code(_TYPES), by_code(_EXCEPTIONS)
EXCEPTIONAL = frozenset({"DE", "SE"})

_EXCEPTION_SAYS = (
    ("refused", ScanKind.REFUSED),
    ("returning to shipper", ScanKind.RETURNING),
    ("returning package to shipper", ScanKind.RETURNING),
    ("return to shipper", ScanKind.RETURNING),
    ("damage", ScanKind.DAMAGED),
    ("clearance", ScanKind.CUSTOMS),
    ("customs", ScanKind.CUSTOMS),
    ("customer not available", ScanKind.ATTEMPTED),
    ("recipient not available", ScanKind.ATTEMPTED),
    ("business closed", ScanKind.ATTEMPTED),
    ("delivery attempted", ScanKind.ATTEMPTED),
    ("nearby fedex location", ScanKind.HELD),
    ("held at", ScanKind.HELD),
    ("hold at location", ScanKind.HELD),
    ("available for pickup", ScanKind.HELD),
    ("ready for pickup", ScanKind.HELD),
)
"""What FedEx says of an exception whose code is not among ours."""

_DELIVERED_SAYS = (
    ("neighbor", ScanKind.DELIVERED_NEIGHBOUR),
    ("neighbour", ScanKind.DELIVERED_NEIGHBOUR),
    ("indirect delivery", ScanKind.DELIVERED_NEIGHBOUR),
    ("locker", ScanKind.DELIVERED_LOCKER),
    ("returned to shipper", ScanKind.RETURNED),
    ("to original shipper", ScanKind.RETURNED),
    ("damage", ScanKind.DAMAGED),
)
AT_FEDEX = frozenset(
    {"FEDEX_LOCATION", "FEDEX_AUTHORIZED_SHIP_CENTER", "FEDEX_OFFICE", "FEDEX_ONSITE", "FEDEX_SHIPSITE"}
)
"""Where a parcel is handed over that is not at home yet: `deliveryDetails.locationType`, types of the Locations API."""


def kind_of(
    *, event_type: str, exception: str, words: str, delivered_at: str = "", delivered_words: str = ""
) -> ScanKind:
    """What a scan event means by its type, for exceptions by their code, for a delivery by where it went.

    `words` is what FedEx says of the event and of its exception; `delivered_at` is the location type of the delivery,
    such as "RESIDENCE", `delivered_words` its description.
    """
    event_type, exception, words = event_type.strip().upper(), exception.strip().upper(), words.lower()
    kind = TYPES.get(event_type, ScanKind.UNKNOWN)
    if event_type in EXCEPTIONAL:
        return EXCEPTIONS.get(exception) or said(_EXCEPTION_SAYS, words) or kind
    if event_type == "EA" and "export" in words:
        return ScanKind.CUSTOMS
    if kind is not ScanKind.DELIVERED:
        return kind
    if exception == "04":
        return ScanKind.DELIVERED_NEIGHBOUR
    where = said(_DELIVERED_SAYS, f"{words} {delivered_words.lower()}")
    return where or (ScanKind.DELIVERED_LOCKER if delivered_at.strip().upper() in AT_FEDEX else kind)
