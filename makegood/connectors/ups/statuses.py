"""What the statuses of UPS mean: by their type, and by the code within that type.

The types, the codes and their meanings are those of UPS's Tracking API appendix (https://developer.ups.com/api/reference/
tracking/appendix: Package Activity Types, Movement Scans, Delivery Codes, Manifest Codes, Updates, Status/Description
Codes; Package Exceptions are in `exceptions`), and of its Track Alert API (https://github.com/UPS-API/api-documentation/
blob/main/UPSTrackAlert.yaml: FS, and type U; Tracking.yaml: SR). The types P, O and RS are older ones that answers
still carry. The lists of freight and of Mail Innovations are left out: their shipments bear no parcel number of UPS.

Decisions that the words don't make by themselves:
- **One code means different things under different types**: DP under I has departed a building, under X it "contains a
  commodity that cannot be shipped internationally". A code is therefore looked for in the list of its type first, and
  in the other lists only where its own doesn't hold it (UPS sends exceptions of its network as type I).
- OC and PL ("Shipper created a label, UPS has not received the package yet") stand among the movement scans, and are
  labels. But "We have your package" comes under OC as well, with status code 005 (in transit) for 003 (label made): so
  the status code decides, and without one the words. SP, VP, CA, CD and CL are plans and corrections of scans, not
  scans.
- KB is in no list. UPS's samples use it for "UPS INTERNAL ACTIVITY CODE" (a notice), and with type D for "DELIVERED".
- "Delivered to a UPS Access Point" and "to a locker" are told apart from "ready for pickup" and from "picked up".
- A type or a code that stands nowhere here is unknown, kept and shown, and never movement, whatever else is said.
"""

from types import MappingProxyType

from makegood.connectors.ups.exceptions import EXCEPTIONS
from makegood.parcels.rules.codes import by_code, said
from makegood.parcels.rules.scans import ScanKind

_MANIFEST = {ScanKind.LABEL: "DP MP RD", ScanKind.NOTICE: "VP"}
_MOVEMENT = {
    ScanKind.LABEL: "OC PL",
    ScanKind.NOTICE: "SP VP CA CD CL KB",
    ScanKind.ACCEPTED: "OR PC PU PT XD",
    ScanKind.MOVED: "AG AR AT DL DP DS EP HU IP LC LM OD UA UD UL WH XA XR YH YM YN YP",
    ScanKind.OUT_FOR_DELIVERY: "OF OT YF YI",
}
_DELIVERY = {
    ScanKind.NOTICE: "1Z 2C 38 8N 8Q BI BO CI CO DI DO EA EB EC EE FD FI FO FV FZ GW L6 MY NS NX SB SE TW UJ ZE",
    ScanKind.DELAYED: (
        "0 9 12 32 41 42 44 50 57 61 62 74 7A 7B 98 BL BM BS CB CR CU DZ EF EG EI EJ EK EL EM EQ F1 F2 FB FC KU LM MV "
        "OE"
    ),
    ScanKind.ACCEPTED: "VS",
    ScanKind.MOVED: "2D 2J 4X 85 F0 F3 F7 YH",
    ScanKind.CUSTOMS: "70 83 86 B2 BN DK ET EZ L4 RN RQ SG ST",
    ScanKind.OUT_FOR_DELIVERY: "2K 7K",
    ScanKind.HELD: "5F AU EP HI ZQ",
    ScanKind.DAMAGED: "28 GK",
    ScanKind.DELIVERED: (
        "2W 3F 3G 8O 9E A0 AI FS KB KM M1 M2 M3 M4 M5 M6 M7 M8 M9 MA MB MC MD ME MG MH MJ MK ML MM MN MP MQ MR MS MU "
        "MW MX NL NT OO OZ PF UC YC ZF ZG ZH"
    ),
    ScanKind.DELIVERED_NEIGHBOUR: "3H",
    ScanKind.DELIVERED_LOCKER: "1N 2Q P5 ZI",
    ScanKind.REFUSED: "53",
    ScanKind.RETURNED: "B0",
}
_UPDATES = {ScanKind.NOTICE: "PX UP UT"}
_DESCRIBED = {
    ScanKind.LABEL: "3 79 80 157 166",
    ScanKind.NOTICE: (
        "0 7 18 20 27 28 33 41 42 43 44 45 54 56 63 65 75 77 78 82 88 93 94 95 96 97 98 99 100 101 102 103 104 105 "
        "106 107 108 109 110 111 112 113 114 115 116 117 118 119 120 121 122 127 128 129 130 131 133 135 140 141 142 "
        "148 153 154 155 163"
    ),
    ScanKind.DELAYED: "13 29 30 32 46 48 49 50 51 52 53 55 69 70 76 86 90 132 136 138 139",
    ScanKind.LOST: "68 147 149",
    ScanKind.ACCEPTED: "38 160 167 168 169",
    ScanKind.MOVED: "5 10 16 25 39 47 57 71 72 73 74 87 137 143 158 159 164 165",
    ScanKind.CUSTOMS: "12 14 58 84 92 123 124 125 126 134",
    ScanKind.OUT_FOR_DELIVERY: "6 21 37 89 91 146 162",
    ScanKind.ATTEMPTED: "22 23 24 60 61 62 66 145",
    ScanKind.HELD: "17 19 40 83 85 144",
    ScanKind.DAMAGED: "59 81",
    ScanKind.DELIVERED: "11 26 156",
    ScanKind.DELIVERED_LOCKER: "161",
    ScanKind.REFUSED: "64",
    ScanKind.RETURNING: "35 36",
    ScanKind.RETURNED: "34 67",
}

MANIFEST, MOVEMENT, DELIVERY, UPDATES, DESCRIBED = map(by_code, (_MANIFEST, _MOVEMENT, _DELIVERY, _UPDATES, _DESCRIBED))

_ON_THE_WAY = (MOVEMENT, EXCEPTIONS, DELIVERY)
LISTS = MappingProxyType(
    {
        "M": (MANIFEST,),
        "MV": (MANIFEST,),
        "P": _ON_THE_WAY,
        "I": _ON_THE_WAY,
        "O": _ON_THE_WAY,
        "W": _ON_THE_WAY,
        "X": (EXCEPTIONS, DELIVERY, MOVEMENT),
        "D": (DELIVERY, EXCEPTIONS, MOVEMENT),
        "RS": (DELIVERY, EXCEPTIONS, MOVEMENT),
        "U": (UPDATES,),
    }
)
"""Where the codes of a type are looked for, in this order."""

_DELIVERED_WHERE = (
    ("picked up", ScanKind.DELIVERED),
    ("neighbor", ScanKind.DELIVERED_NEIGHBOUR),
    ("neighbour", ScanKind.DELIVERED_NEIGHBOUR),
    ("access point", ScanKind.DELIVERED_LOCKER),
    ("locker", ScanKind.DELIVERED_LOCKER),
    ("retail location", ScanKind.DELIVERED_LOCKER),
)
"""What UPS says in words of where it left a parcel: the delivery's location, or the description itself."""


_UNDER_WAY = frozenset({ScanKind.ACCEPTED, ScanKind.MOVED})
_HAS_IT = (("have your package", ScanKind.ACCEPTED), ("received your package", ScanKind.ACCEPTED))


def kind_of(*, type_code: str, code: str, described: str, words: str, left_at: str) -> ScanKind:
    """What a status means by its type and code; without a code, by its status code (`described`, such as "011").

    Only for a delivery do `words` and the place where it was left (`left_at`, such as "Front Door") say to whom.
    """
    type_code, code = type_code.strip().upper(), _plain(code)
    lists = LISTS.get(type_code, ())
    if not code and lists:
        lists, code = (DESCRIBED,), _plain(described)
    kind = next((codes[code] for codes in lists if code in codes), ScanKind.UNKNOWN)
    if kind is ScanKind.LABEL and lists is _ON_THE_WAY:
        return _label_or_box(_plain(described), words)
    if kind.is_delivery and type_code == "RS":
        return ScanKind.RETURNED
    if kind is not ScanKind.DELIVERED:
        return kind
    return said(_DELIVERED_WHERE, f"{left_at} {words}".lower()) or kind


def _label_or_box(described: str, words: str) -> ScanKind:
    """What OC and PL mean: a label, unless UPS says by the status code, or in words, that it has the box."""
    if "not received" in words.lower() or DESCRIBED.get(described) is ScanKind.LABEL:
        return ScanKind.LABEL
    has_it = DESCRIBED.get(described) in _UNDER_WAY or said(_HAS_IT, words.lower())
    return ScanKind.ACCEPTED if has_it else ScanKind.LABEL


def _plain(code: str) -> str:
    """A code in capitals; a number without the zeros that UPS sometimes puts before it."""
    code = code.strip().upper()
    return (code.lstrip("0") or "0") if code.isascii() and code.isdigit() else code
