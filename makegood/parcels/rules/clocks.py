"""How long each carrier may be silent before we worry, and when it takes a claim: every figure, with its argument.

**Silence.** The percentages are stated estimates, not measurements: no carrier publishes how many boxes come back
after n silent days. They were set so that the verdict errs in the customer's favour (sending again costs us one
box; waiting costs him his trust), and from what is known:

- A box that was handed over is scanned the same evening or the next business day, because acceptance starts the
  carrier's own service clock. Two business days of nothing is therefore already more than a backlog. Labels that
  wait in the warehouse for a collection are the one common innocent cause, which is why it starts at only 35 %.
- USPS itself takes a search request for missing mail from the seventh day after mailing
  (USPS, Missing Mail and Lost Packages, https://www.usps.com/help/missing-mail.htm); at six silent business days,
  eight or more calendar days, we are as sure as we need to be to act: 93 %.
- UPS counts a package as lost once it is undelivered 24 hours after the expected delivery (UPS, Lost Package Claims
  Process, http://www.ups.com/content/us/en/resources/service/claims/hlp/lost_process.html). UPS and FedEx scan at
  every belt, so their silence means more, sooner; DHL's international legs and every carrier's customs mean less.
- Nothing is called lost before ten silent business days, however likely, unless its carrier says so.

They stand behind the type `CarrierClock`, so that learned arrival times can take their place carrier by carrier.

**Claims.** Each rule names its source. Where a carrier counts from a day that we don't know (its own scheduled
delivery), we count from the day of shipping, which closes the window earlier than the carrier would: never too late.
"""

from dataclasses import dataclass
from itertools import pairwise

LOST_FROM_PERCENT = 97
"""From this probability on, silence is called lost rather than never scanned or stalled."""


@dataclass(frozen=True, slots=True)
class Step:
    """After so many business days of silence, the parcel is lost with this probability, in per cent."""

    business_days: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRule:
    """When a carrier takes a claim for a loss, in calendar days after the day the box was shipped.

    `opens_days` is the first day, `closes_days` the last, both included. `damaged_opens_days` is the first day for
    damage. Where `days_after_promise` is given, the window for a loss opens that many days after the promised day
    instead, if one was promised. `source` names who says so, and where.
    """

    opens_days: int
    closes_days: int
    source: str
    damaged_opens_days: int = 0
    days_after_promise: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierClock:
    """One carrier's clocks: for each way to be silent, the steps of the probability that the box is lost.

    The first step of `unscanned` is when a label without a scan becomes "never scanned"; the first step of the
    others is when the box is called stalled. Steps rise strictly in days and in per cent.

    Raises:
        ValueError: steps that don't rise, or per cents outside 1..99.
    """

    carrier: str
    unscanned: tuple[Step, ...]
    moving: tuple[Step, ...]
    customs: tuple[Step, ...]
    out_for_delivery: tuple[Step, ...]
    attempted: tuple[Step, ...]
    held: tuple[Step, ...]
    claim: ClaimRule | None = None

    def __post_init__(self) -> None:
        for steps in (self.unscanned, self.moving, self.customs, self.out_for_delivery, self.attempted, self.held):
            _check(steps)
        if not self.unscanned:
            raise ValueError("a clock needs a step for labels that are never scanned")


def _check(steps: tuple[Step, ...]) -> None:
    for step in steps:
        if not 1 <= step.percent <= 99 or step.business_days < 0:
            raise ValueError(f"a step has 1 to 99 per cent and no negative days, not {step}")
    for earlier, later in pairwise(steps):
        if earlier.business_days >= later.business_days or earlier.percent >= later.percent:
            raise ValueError(f"steps rise in days and per cent: {earlier}, {later}")


def _steps(*pairs: tuple[int, int]) -> tuple[Step, ...]:
    return tuple(Step(business_days, percent) for business_days, percent in pairs)


NEVER_SCANNED = _steps((2, 35), (3, 55), (4, 72), (5, 86), (6, 93), (8, 95), (10, 97), (15, 98), (20, 99))
ON_THE_VAN = _steps((1, 10), (2, 25), (3, 45), (5, 70), (7, 88), (10, 97), (15, 99))
AFTER_AN_ATTEMPT = _steps((5, 20), (8, 35), (12, 55), (18, 75))
WAITING_TO_BE_FETCHED = _steps((12, 25), (20, 50), (30, 75))
IN_CUSTOMS = _steps((8, 15), (12, 30), (16, 50), (20, 70), (25, 88), (30, 97))
SCANNED_AT_EVERY_BELT = _steps((3, 30), (4, 48), (5, 64), (6, 78), (7, 87), (8, 92), (10, 97), (15, 99))
SCANNED_NOW_AND_THEN = _steps((4, 25), (5, 40), (6, 56), (7, 71), (8, 82), (10, 92), (12, 97), (20, 99))


def _clock(carrier: str, *, moving: tuple[Step, ...], claim: ClaimRule | None) -> CarrierClock:
    return CarrierClock(
        carrier=carrier,
        unscanned=NEVER_SCANNED,
        moving=moving,
        customs=IN_CUSTOMS,
        out_for_delivery=ON_THE_VAN,
        attempted=AFTER_AN_ATTEMPT,
        held=WAITING_TO_BE_FETCHED,
        claim=claim,
    )


USPS = _clock(
    "usps",
    moving=SCANNED_NOW_AND_THEN,
    claim=ClaimRule(
        opens_days=15,
        closes_days=60,
        source="USPS Domestic Mail Manual 609.1.4 as amended by 90 FR 61328 from 18 January 2026 (insured mail: no "
        "sooner than 15 and no later than 60 days from the date of mailing; damage: at once), "
        "https://www.federalregister.gov/d/2025-24094 and https://www.usps.com/help/claims.htm",
    ),
)
"""Insured domestic mail (Ground Advantage, Priority Mail). Priority Mail Express opens after 7 days: not told apart."""

UPS = _clock(
    "ups",
    moving=SCANNED_AT_EVERY_BELT,
    claim=ClaimRule(
        opens_days=7,
        closes_days=60,
        days_after_promise=1,
        source="UPS, Lost Package Claims Process (lost once undelivered 24 hours after the expected delivery), "
        "http://www.ups.com/content/us/en/resources/service/claims/hlp/lost_process.html; and File a Claim (within "
        "60 days of the scheduled delivery), https://www.ups.com/us/en/support/file-a-claim",
    ),
)
"""Where no day was promised we wait seven days: longer than UPS Ground's five business days."""

FEDEX = _clock(
    "fedex",
    moving=SCANNED_AT_EVERY_BELT,
    claim=ClaimRule(
        opens_days=7,
        closes_days=60,
        days_after_promise=1,
        source="FedEx Service Guide, Claims, https://www.fedex.com/en-us/customer-support/claims.html (damage and "
        "missing contents within 60 days; non-delivery has had up to nine months: we keep the earlier day)",
    ),
)

DHL = _clock(
    "dhl",
    moving=SCANNED_NOW_AND_THEN,
    claim=ClaimRule(
        opens_days=7,
        closes_days=30,
        days_after_promise=1,
        source="DHL Express, Claims FAQs (in writing within thirty days of the day DHL accepted the shipment, after a "
        "completed trace), https://mydhl.express.dhl/us/en/help-and-support/contact-us/claims/claims-faqs.html",
    ),
)
"""DHL eCommerce has terms by contract; Express's thirty days are the shortest, so they hold for both."""

DEFAULT = _clock("", moving=SCANNED_NOW_AND_THEN, claim=None)
"""A carrier we know nothing of: the patient clock, and no claim window rather than an invented one."""

CLOCKS = {clock.carrier: clock for clock in (USPS, UPS, FEDEX, DHL)}


def clock_of(carrier: str) -> CarrierClock:
    """The clock of a carrier by its code, in any case; the default for one we don't know."""
    return CLOCKS.get(carrier.strip().lower(), DEFAULT)
