"""What the codes of UPS's package exceptions mean (type X), all of them.

From the list Package Exceptions of UPS's Tracking API appendix (https://developer.ups.com/api/reference/tracking/
appendix). Decisions that the words don't make by themselves:
- Whatever waits for a government agency, a broker or papers for one is customs, and whatever else holds a parcel up
  (weather, machines, addresses, rescheduling) is a delay: nobody says that the box was seen.
- What somebody asked for or arranged, and every turn of a claim or an investigation, is a notice. So are the outcomes
  of pickups. A "lost package investigation" (UO) looks for a parcel: it is delayed until UPS gives it up.
- Sent to lost and found (S9, TJ), seized (IY, J0), destroyed, discarded or disposed of (1F, 8D, BZ, NI, YL), in postal
  recovery (YM): nothing will arrive, so lost to us. What UPS files under damage (24 to 27, 64 to 67, A1 to A4, AJ) is
  damaged, whatever becomes of the rest; that it also comes back is told again by the return's own scans.
- Refused because it looked damaged (KQ) is refused.
- A delivery that failed while the parcel goes on to an Access Point (2X, 5R, 6R, 89) is an attempt.
"""

from makegood.parcels.rules.codes import by_code
from makegood.parcels.rules.scans import ScanKind

_CODES = {
    ScanKind.LABEL: "9C 9D 9J 9K",
    ScanKind.NOTICE: (
        "14 1D 1M 1T 2G 2R 2U 30 33 37 3Q 3R 3U 3V 3W 3Z 4F 4L 4M 4N 4Q 56 59 5A 5B 5D 63 6G 6H 6I 6J 6W 6X 6Z 72 76 "
        "77 78 79 7C 7D 7Q 8C 8E 8F 8I 8M 92 93 95 99 9I AH BQ BR BT CG CH CJ D7 D9 DT E0 E7 EO EY F5 FW G1 G4 G5 GN "
        "GO GQ GR H6 HJ I3 I9 IB IJ J8 J9 JA JB JC JH JI JJ K5 K6 K8 KB KN KO KY L0 L8 LN LO LU LZ O1 O2 O3 O6 O7 O9 "
        "P7 R3 R8 RF RG RH RI RO RW S0 SO SU T3 T4 T5 T6 T7 T8 TA TB TK TL TO TR TS UD UL UT UW UX UZ V9 VA VD VF VG "
        "VH VM VU VV VW W8 X0 Y2 YS YU YV YW Z7 Z8 ZA ZB ZC ZD ZL ZU"
    ),
    ScanKind.DELAYED: (
        "1 2 3 4 6 7 8 11 15 16 17 18 19 1A 1B 1C 1E 1G 1H 1K 1L 1O 1P 1Q 1V 1X 22 23 2A 2E 2H 2Y 2Z 31 34 3A 3B 3C "
        "3D 3S 3T 46 47 4I 4K 4P 4Y 4Z 5S 5T 5U 5V 5W 60 68 6D 6E 6K 6L 6P 6T 73 7E 7F 7G 7N 7R 7S 7V 7W 7X 7Y 7Z 87 "
        "8A 8K 8L 8R 8Y 8Z 91 9F 9L 9M 9N 9O 9P 9Q 9R 9S 9T 9U 9V 9X 9Y 9Z A5 A6 A7 A8 A9 AA AB AC AD AE AF AG AK AL "
        "AT AV AW AX AZ B1 BF C5 C6 C7 C8 C9 CA CC CD CK CL CM CQ CV CW CY D1 D2 D4 DC DD DF DG DJ DP DQ DR DS DU DW "
        "E1 E3 ED EH EN EX F8 FA FG G6 G9 GC GH GI GV H1 H2 H3 H4 H5 H7 H9 HA HG HH HK I2 I8 K1 K2 LE LF LH LI MF MT "
        "NP NW OD OJ OL OM OR OS P6 PH PI PZ Q0 Q1 RY S6 S8 SX TC TF TH TI TN TX U0 U3 UG UI UK UN UO UP UR US VI VJ "
        "VL VZ Y3 Y7 YF YR"
    ),
    ScanKind.LOST: "1F 8D BZ IY J0 NI S9 TJ YL YM",
    ScanKind.ACCEPTED: "HF P4 Z5",
    ScanKind.MOVED: (
        "2O 2S 2V 3P 4B 4H 4J 8G F0 F3 F7 GD HL HM IP LX LY OA PG RB RC VX XD Y9 YG YI YT YX ZK ZN ZO ZV ZW ZX ZY ZZ"
    ),
    ScanKind.CUSTOMS: (
        "5 1U 1W 29 2B 2N 2T 40 43 4C 4T 71 7I 7M 7P 7T 7U AO B3 B4 B5 B6 B8 B9 BA BB BD BE BG BH BJ BK BP BV BW BX "
        "C3 CE CF CN CP CT CX CZ D0 D5 DA DB DE DN DY E4 E8 E9 ER ES EU EV EW FE FF GF GZ HW L2 L3 L5 LV MI OB OI OQ "
        "OT R1 R4 R5 R6 R7 RA RD RE RJ RM RP RR RS RU RX RZ S1 S2 S3 S4 S5 SF SI SJ SL SN SP SR SS SV SY T9 TE TG TT "
        "VK VP VQ VR X2 X3 X4 X5 X6 X7 X8 X9 XA XB XC XE XG XJ XK XL XN XO XV XW XY XZ Y1 Y4 Y5 YA Z1 Z3"
    ),
    ScanKind.OUT_FOR_DELIVERY: "RK RL ZS",
    ScanKind.ATTEMPTED: ("2X 3J 3L 48 49 51 52 55 5R 5Z 6R 7L 84 89 AY C4 FM G3 G7 G8 GB HQ IQ IR KX KZ L1 OH YD ZM"),
    ScanKind.HELD: "39 54 5G 6B E2 HO I5 O5 O8 S7 UE VB VE VN XS",
    ScanKind.DAMAGED: "13 24 25 26 27 45 64 65 66 67 A1 A2 A3 A4 AJ HD HE HN HR LQ TV",
    ScanKind.DELIVERED: "F4 FN FT K7 KM",
    ScanKind.DELIVERED_LOCKER: "ZP",
    ScanKind.REFUSED: "8H AM AN AP AQ AS KI KQ KR KS KT YE",
    ScanKind.RETURNING: "3N 4R 6C 7H 90 CS DL H8 I1 KP O0 O4 RV UF XU YJ YK",
    ScanKind.RETURNED: "4S PP TU UA",
}

EXCEPTIONS = by_code(_CODES)
