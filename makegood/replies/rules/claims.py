"""A claim made in words, and the records that may support it: what each says, of what, and whether it is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import StrEnum

from makegood.money.rules import Money


class ClaimKind(StrEnum):
    DATE = "date"
    TIME = "time"
    SUM = "sum"
    NUMBER = "number"
    DEED = "deed"  # Something said to be done: "I have refunded you".


class Topic(StrEnum):
    """What a record, or a turn of phrase, tells of."""

    ARRIVAL = "arrival"
    DEPARTURE = "departure"
    REPLACEMENT = "replacement"  # The departure of what was sent instead.
    REPLACEMENT_ARRIVAL = "replacement_arrival"
    SCAN = "scan"
    REFUND = "refund"
    REFUND_ARRANGED = "refund_arranged"  # That money is to go back; whether it has is another thing.
    CREDIT = "credit"  # A voucher or the like.
    ADDRESS = "address"  # That one was put right.
    CANCELLATION = "cancellation"
    MESSAGE = "message"  # When somebody wrote to somebody.
    CATALOGUE = "catalogue"  # What a product of the shop costs, whoever buys it.
    OTHER = "other"


class Tense(StrEnum):
    """Whether a thing is done, is to come, was promised and is no longer to come then, or is so at any time (a price).

    What is `over` came, did not come on its day, or was called off: nobody may say that it will be.
    """

    DONE = "done"
    TO_COME = "to_come"
    OVER = "over"
    STANDING = "standing"


class Counted(StrEnum):
    """What people count in a letter about an order."""

    PARCELS = "parcels"
    ORDERS = "orders"
    UNITS = "units"
    PROMISES = "promises"
    SCANS = "scans"
    REFUNDS = "refunds"
    PERCENT = "percent"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    HOURS = "hours"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class Subject:
    """What something is about: an order, by its reference, and perhaps one parcel of it, by its tracking number."""

    order: str
    parcel: str = ""

    def covers(self, other: "Subject") -> bool:
        """Whether what is said of this may be supported by a record of `other`: an order covers its parcels."""
        return self.order == other.order and (not self.parcel or not other.parcel or self.parcel == other.parcel)

    def __str__(self) -> str:
        return f"order {self.order}, parcel {self.parcel}" if self.parcel else f"order {self.order}"


@dataclass(frozen=True, slots=True)
class Count:
    number: int
    of: Counted


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the calendar, as in "with us since 2020"."""

    number: int


Value = date | time | Money | str | Count | Year | Topic
"""What a record holds. A `str` is whatever is copied, not counted: a reference, a tracking number, a postcode, the last
digits of a card. A `Topic` alone says that a thing of that kind was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that our records hold: its value, the few words that tell where it is from, and what it is about.

    `about` names every subject that it takes to be true: the refund of two orders together is about both. About
    nothing, it is the customer's, the shop's or the day's; a price is about the orders that have its product.
    """

    value: Value
    source: str
    about: frozenset[Subject] = frozenset()
    topic: Topic = Topic.OTHER
    tense: Tense = Tense.STANDING
    # What the product is called whose price this is.
    titles: frozenset[str] = frozenset()

    def about_words(self) -> str:
        return "; ".join(sorted(str(subject) for subject in self.about))


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What we may say because our records say it.

    `names` are products, people, places and a carrier's own words: digits and weekdays inside them claim nothing.
    `addressees`, `places`, `services` and `signatures` claim nothing where a letter greets, says where it was, how it
    travels, and who signs it.
    `titles` say whose each item is; a sentence that names it is about those orders, and about none where nobody ordered
    it. `orders` and `parcels` say the
    same of each reference and tracking number. Words that name nothing are about `matter`, the orders that the letter
    or its case is about; where that is empty, about any.
    """

    dates: Mapping[date, tuple[Evidence, ...]] = field(default_factory=dict)
    times: Mapping[time, tuple[Evidence, ...]] = field(default_factory=dict)
    sums: Mapping[Money, tuple[Evidence, ...]] = field(default_factory=dict)
    numbers: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    counts: Mapping[Count, tuple[Evidence, ...]] = field(default_factory=dict)
    years: Mapping[int, tuple[Evidence, ...]] = field(default_factory=dict)
    deeds: Mapping[Topic, tuple[Evidence, ...]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    addressees: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    signatures: frozenset[str] = frozenset()
    titles: Mapping[str, frozenset[Subject]] = field(default_factory=dict)
    orders: frozenset[str] = frozenset()
    parcels: Mapping[str, frozenset[Subject]] = field(default_factory=dict)
    matter: frozenset[Subject] = frozenset()


def records_of(
    evidence: Iterable[Evidence],
    *,
    names: Iterable[str] = (),
    addressees: Iterable[str] = (),
    places: Iterable[str] = (),
    services: Iterable[str] = (),
    signatures: Iterable[str] = (),
    titles: Mapping[str, frozenset[Subject]] | None = None,
    matter: Iterable[str] = (),
) -> Records:
    """Evidence, sorted by what it can support. `matter` are the references of the orders that the words are about."""
    found: dict[type, dict[object, tuple[Evidence, ...]]] = {}
    subjects: set[Subject] = set()
    for each in evidence:
        key = each.value.number if isinstance(each.value, Year) else each.value
        of_kind = found.setdefault(type(each.value), {})
        of_kind[key] = (*of_kind.get(key, ()), each)
        subjects |= each.about
    parcels: dict[str, frozenset[Subject]] = {}
    for subject in subjects:
        if subject.parcel:
            parcels[subject.parcel] = parcels.get(subject.parcel, frozenset()) | {subject}
    return Records(
        dates=found.get(date, {}),  # type: ignore[arg-type]
        times=found.get(time, {}),  # type: ignore[arg-type]
        sums=found.get(Money, {}),  # type: ignore[arg-type]
        numbers=found.get(str, {}),  # type: ignore[arg-type]
        counts=found.get(Count, {}),  # type: ignore[arg-type]
        years=found.get(Year, {}),  # type: ignore[arg-type]
        deeds=found.get(Topic, {}),  # type: ignore[arg-type]
        names=frozenset(name for name in names if name),
        addressees=frozenset(addressees),
        places=frozenset(places),
        services=frozenset(services),
        signatures=frozenset(signatures),
        titles=titles or {},
        orders=frozenset(subject.order for subject in subjects),
        parcels=parcels,
        matter=frozenset(Subject(order) for order in matter),
    )


class Why(StrEnum):
    """Why a claim has no support."""

    NO_RECORD = "no_record"
    OF_ANOTHER = "of_another"  # The record is of another order or parcel than the words are about.
    NOT_DONE = "not_done"  # Promised or possible, and not done.
    NOT_SO = "not_so"  # On record as something else: a price, and no money back.
    UNCLEAR = "unclear"  # Nothing tells whether the words are about the customer's matter at all.


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A date, time, sum, number or deed that a text states at `text[start:end]`.

    `record` is the record that supports it, and `about` what that record is about; of an unsupported claim, `why`, and
    the record that comes nearest. `may_override`: whether a person may send the words all the same, with a reason.
    """

    start: int
    end: int
    text: str
    kind: ClaimKind
    supported: bool
    record: str | None = None
    about: str = ""
    why: Why | None = None
    may_override: bool = True

    def moved(self, by: int) -> "Claim":
        """The same claim in a text that begins so many characters elsewhere."""
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class Found:
    """A claim as a finder sees it: where, what kind, and all records that agree with it, whatever they are about."""

    start: int
    end: int
    kind: ClaimKind
    evidence: tuple[Evidence, ...] = ()
