"""One thing that happened, and everything that a case's timeline is told from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from makegood.cases.models import CaseMessage, Note
from makegood.faces.desk.failures import Reach
from makegood.faces.desk.incoming import Incoming, Mails
from makegood.journal.facts import Fact
from makegood.journal.models import FactRow
from makegood.orders.models import Delivery, Order
from makegood.parcels.models import Dispatch, Parcel
from makegood.payments.models import Dispute, Receipt
from makegood.remedies.models import Grant
from makegood.remedies.refunds import RefundSeen

# What an entry is about.
WORDS, PARCELS, MONEY = "words", "parcels", "money"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `tone` is kept, danger, broken, said or plain; `quote` is somebody's own words.

    `more` are lines that say why; `letter` is what we wrote, in full; `incoming` is what came with their words, which
    are folded away where a program wrote them.
    """

    at: datetime
    about: str
    tone: str
    text: str
    quote: str = ""
    more: tuple[str, ...] = ()
    letter: str = ""
    is_internal: bool = False
    incoming: Incoming | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything a timeline is told from."""

    orders: Sequence[Order]
    deliveries: Sequence[Delivery]
    parcels: Sequence[Parcel]
    dispatches: Sequence[Dispatch]
    grants: Sequence[Grant]
    refunds: Sequence[RefundSeen]
    receipts: Sequence[Receipt]
    disputes: Sequence[Dispute]
    messages: Sequence[CaseMessage]
    mails: Mails
    notes: Sequence[Note]
    facts: Sequence[tuple[FactRow, Fact]]
    people: Mapping[str, str]
    reach: Reach
    zone: str
