"""What the event codes of DHL's divisions mean, by the service that a shipment belongs to.

From the list of event codes by service that DHL publishes with its Shipment Tracking - Unified API
(https://developer.dhl.com/api-reference/shipment-tracking, Status codes); those of express are also the checkpoints of
the MyDHL API (https://developer.dhl.com/api-reference/dhl-express-mydhl-api, `typeCode`). The divisions parcel-nl,
parcel-pl, dgf, svb and freight send names or sentences; those are read by `statuses`.

Decisions that the words don't make by themselves:
- express: RT (returned to consignor) and CS (closed shipment) don't say that it arrived back: RT is returning, CS a
  notice. SS (shipment stopped), OH (on hold), BA (bad address) and HP (held for payment) are delays; CC (awaiting
  consignee collection) is held. FD and TP go on with a partner. RR, SC, SM and PY are notices.
- parcel-de: BV is any exception, "damaged parcel or delay", so a delay. ZF is a delivery to an agency, a post office or
  a Packstation. LA, waiting there for its receiver, is held.
- ecommerce: a dead letter (650), a package reported missing (690) and what was abandoned or destroyed (636, 780, 825)
  are lost. Duties owed (240 to 242) and the steps of customs are customs.
"""

from types import MappingProxyType

from makegood.parcels.rules.codes import by_code
from makegood.parcels.rules.scans import ScanKind

_EXPRESS = {
    ScanKind.LABEL: "SD 104",
    ScanKind.NOTICE: "AD BN CS PY RR SC SM",
    ScanKind.DELAYED: "BA CM HP MC MD MS ND OH SS 103",
    ScanKind.LOST: "DS",
    ScanKind.ACCEPTED: "PU SA",
    ScanKind.MOVED: "AF AR DF FD PL TP TR 102",
    ScanKind.CUSTOMS: "BR CD CR IC UD",
    ScanKind.OUT_FOR_DELIVERY: "WC",
    ScanKind.ATTEMPTED: "CA NH",
    ScanKind.HELD: "CC",
    ScanKind.DAMAGED: "DD",
    ScanKind.DELIVERED: "OK PD 101",
    ScanKind.REFUSED: "RD",
    ScanKind.RETURNING: "RT",
}
_PARCEL_DE = {
    ScanKind.LABEL: "VA",
    ScanKind.NOTICE: "AN DD GT",
    ScanKind.DELAYED: "BV",
    ScanKind.ACCEPTED: "AE ES",
    ScanKind.MOVED: "AA EE NB",
    ScanKind.CUSTOMS: "ZO",
    ScanKind.OUT_FOR_DELIVERY: "PO",
    ScanKind.ATTEMPTED: "ZN",
    ScanKind.HELD: "LA",
    ScanKind.DELIVERED: "ZU",
    ScanKind.DELIVERED_LOCKER: "ZF",
}
_ECOMMERCE = {
    ScanKind.LABEL: "235 238 445",
    ScanKind.NOTICE: (
        "99 101 109 128 129 134 135 161 162 163 164 300 313 350 400 401 451 574 582 591 609 617 618 632 680 699 807 "
        "808 867 868 869 870 871 872"
    ),
    ScanKind.DELAYED: (
        "107 312 358 371 450 546 573 581 592 593 594 616 625 626 630 631 633 640 641 644 651 665 670 671 683 686 689 "
        "691 693 700 710 720 730 740 750 760 770 809 844"
    ),
    ScanKind.LOST: "636 650 690 780 825",
    ScanKind.ACCEPTED: "50 100 115 130 200 211 229 461 505 511 513",
    ScanKind.MOVED: (
        "51 104 106 110 113 114 116 120 125 132 150 155 156 220 359 360 361 365 399 402 431 454 456 462 468 470 472 "
        "473 477 478 479 480 481 482 483 494 499 510 515 517 518 520 521 523 524 525 526 528 529 530 531 532 533 534 "
        "535 536 537 538 539 540 541 542 543 545 547 548 549 557 558 560 561 562 565 566 567 568 575 576 577 579 637 "
        "642"
    ),
    ScanKind.CUSTOMS: "240 241 242 441 442 443 447 448 449 452 453 463 464 501 502 503 504 506 507 508 509 588",
    ScanKind.OUT_FOR_DELIVERY: "544 580 583 597 598",
    ScanKind.ATTEMPTED: ("550 551 552 553 554 555 556 563 564 571 595 596 605 612 613 614 615 627 629 638 639"),
    ScanKind.HELD: "469 522 570 585 599",
    ScanKind.DAMAGED: "620 623",
    ScanKind.DELIVERED: "572 589 590 600 607 621 652 653 654 655 656 658 659",
    ScanKind.DELIVERED_NEIGHBOUR: "606",
    ScanKind.DELIVERED_LOCKER: "601 657",
    ScanKind.REFUSED: "608 610 611 619",
    ScanKind.RETURNING: (
        "108 602 603 604 624 628 800 802 804 805 806 810 811 813 815 816 817 818 820 821 849 853 854 855 856 857 858 "
        "859 862 880 881 882 883 884 885 886 887"
    ),
    ScanKind.RETURNED: "860 863 864",
}
_ECOMMERCE_EUROPE = {
    ScanKind.LABEL: "1",
    ScanKind.NOTICE: "52 53 56 57 58 59 60 61 62 159 367 368 369 370",
    ScanKind.DELAYED: (
        "72 79 80 81 87 88 89 90 91 92 93 94 95 96 97 98 141 142 154 156 161 172 194 200 206 217 218 219 222 223 253 "
        "254 264 265 266 267 269 358 392 395"
    ),
    ScanKind.ACCEPTED: "2 3 4 5 6 7 8 9 226",
    ScanKind.MOVED: (
        "14 15 16 17 19 20 22 23 25 26 27 28 29 30 31 32 33 37 38 40 41 47 228 230 231 232 233 234 235 236 237 238 "
        "240 242 255 302 354 355 356 364 377 378 379 380"
    ),
    ScanKind.CUSTOMS: "86 130 133 214 215 258 268",
    ScanKind.OUT_FOR_DELIVERY: "42",
    ScanKind.ATTEMPTED: "73 74 75 77 78 82 85 330 372",
    ScanKind.DAMAGED: "83",
    ScanKind.DELIVERED: "63 64 65 66 67 68 69 70 71 306",
    ScanKind.DELIVERED_LOCKER: "43 44 45 46",
    ScanKind.REFUSED: "76 151 207 208 209 210 211",
    ScanKind.RETURNING: "99 100 101 102 149 152 155 157 160 248 249 259 363 365",
    ScanKind.RETURNED: "366",
}
_ECOMMERCE_PPL = {
    ScanKind.LABEL: "900",
    ScanKind.NOTICE: "999",
    ScanKind.DELAYED: "460",
    ScanKind.LOST: "997",
    ScanKind.ACCEPTED: "150",
    ScanKind.MOVED: "300 400 500",
    ScanKind.HELD: "343",
    ScanKind.DELIVERED: "450",
    ScanKind.REFUSED: "464",
}

EXPRESS = by_code(_EXPRESS)
SERVICES = MappingProxyType(
    {
        "express": EXPRESS,
        "parcel-de": by_code(_PARCEL_DE),
        "ecommerce": by_code(_ECOMMERCE),
        "ecommerce-europe": by_code(_ECOMMERCE_EUROPE),
        "ecommerce-ppl": by_code(_ECOMMERCE_PPL),
    }
)
"""Event codes by the `service` of a shipment."""
