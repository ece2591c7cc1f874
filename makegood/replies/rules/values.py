"""What letters tell of, and the words that tell it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from makegood.money.rules import Money


class Part(StrEnum):
    """What a reply is made of."""

    ACKNOWLEDGEMENT = "acknowledgement"
    TRUTH = "truth"
    REMEDY = "remedy"
    COME_BACK = "come_back"


class NewsKind(StrEnum):
    """Why we write."""

    IN_DANGER = "in_danger"
    BROKEN = "broken"
    SENT_AGAIN = "sent_again"
    SENT_PART = "sent_part"
    SENT_OTHERWISE = "sent_otherwise"
    SENT_INSTEAD = "sent_instead"
    NEW_DATE = "new_date"
    REFUND_PROMISED = "refund_promised"
    REFUND_DONE = "refund_done"
    REFUND_CAME_BACK = "refund_came_back"
    ORDER_CANCELLED = "order_cancelled"
    MONEY_LEFT = "money_left"
    MONEY_SHORT = "money_short"
    REPLACEMENT_LEFT = "replacement_left"
    NUMBER_CORRECTED = "number_corrected"
    TURNED_UP = "turned_up"
    CORRECTED = "corrected"
    SIGN_IN = "sign_in"


class Rest(StrEnum):
    """Where the rest of an order is, of which a part has not left."""

    NONE = "none"
    APART = "apart"
    DELIVERED = "delivered"
    # In danger, or made good: there is something, of which another letter or another sentence tells.
    TOLD_ELSEWHERE = "told_elsewhere"


class OfferKind(StrEnum):
    SEND_NOW = "send_now"
    SEND_ALL = "send_all"
    NEW_DATE = "new_date"
    SEND_AGAIN = "send_again"
    SEND_PART = "send_part"
    SEND_UPGRADE = "send_upgrade"
    SUBSTITUTE = "substitute"
    REFUND = "refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTruth:
    name: str
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelTruth:
    """All we know about one parcel; `broken` says that its promised date has passed unkept, `made_good` that it is
    owed no more. Without `left_on` it is still here, there is nothing to say of its way, `rest` says where the rest of
    its order is, `at_risk` that it should have left, and `left_otherwise` that what takes its place has left.

    `told_missing_date`: when its customer told us that it is not there; `called_delivered`: although its carrier says
    that it was delivered. `never_heard`: nobody has told us of it, so that nothing follows from its having no scan.
    `said_lost`: its carrier says itself that it is lost.
    `is_short`: its items were not there when somebody packed them.
    `state` is the word of the verdict (`never_scanned`, `lost`); one without words of its own is told by its scans.
    """

    order_reference: str
    items: tuple[ItemTruth, ...]
    carrier_name: str
    state: str
    probability_percent: int
    promised_date: date
    broken: bool
    made_good: bool = False
    is_replacement: bool = False
    told_missing_date: date | None = None
    called_delivered: bool = False
    never_heard: bool = False
    rest: Rest = Rest.NONE
    at_risk: bool = False
    left_otherwise: bool = False
    said_lost: bool = False
    is_short: bool = False
    number: str = ""
    # Whether another parcel of the letter has that number, too.
    shares_number: bool = False
    # When its label was made, which says nothing of the box; and when its carrier says that it picked it up.
    left_on: date | None = None
    picked_up_date: date | None = None
    from_place: str = ""
    last_scan_words: str = ""
    last_scan_place: str = ""
    last_scan_date: date | None = None

    @property
    def is_part(self) -> bool:
        """Whether something else of its order has left."""
        return self.rest is not Rest.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One way to make an order good, as the customer may choose it; the first of an order's is the one we would take.

    `choose_by`: until when its day of arrival holds, by the clocks of its own zone, which is where it would go.
    """

    kind: OfferKind
    # Named where a letter is about several orders.
    order_reference: str = ""
    arrives_date: date | None = None
    choose_by: datetime | None = None
    settles_date: date | None = None
    money: Money | None = None
    service_words: str = ""
    # What goes in the place of what was ordered, where something else does.
    items: tuple[ItemTruth, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A new parcel that has left us: where it goes on from, and by when it is promised, if it still is.

    `is_late`: its promised day has passed, or its service brings it later. `expected_date`: when it does, where that is
    another day than the promised one and still to come. `delivered_date`: it has come already.
    """

    order_reference: str
    carrier_name: str
    number: str
    left_on: date
    arrives: date | None
    is_late: bool = False
    expected_date: date | None = None
    delivered_date: date | None = None
    # Whether it goes in the place of what never left: then it is the order itself.
    is_first: bool = False
    # Whether the rest of its order goes by itself, or has come.
    is_part: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Some sentences of a letter, and which part they are; greeting and signature are none."""

    text: str
    part: Part | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    subject: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(paragraph.text for paragraph in self.paragraphs)
