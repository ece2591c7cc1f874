"""Everything that any letter may tell, in one value, so that one test can have every kind of letter told the same."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from makegood.money.rules import Money
from makegood.replies import wording
from makegood.replies.letters.broken import Broken
from makegood.replies.letters.corrected import Corrected
from makegood.replies.letters.in_danger import InDanger
from makegood.replies.letters.letter import Letter, Letterhead, Matter
from makegood.replies.letters.made_good import NewParcels, Refund
from makegood.replies.letters.money import SumOf
from makegood.replies.letters.money_left import Left, MoneyLeft
from makegood.replies.letters.money_short import MoneyShort
from makegood.replies.letters.new_date import NewDate
from makegood.replies.letters.number_corrected import NumberCorrected
from makegood.replies.letters.order_cancelled import OrderCancelled
from makegood.replies.letters.refund_came_back import CameBack, RefundCameBack
from makegood.replies.letters.refund_done import RefundDone
from makegood.replies.letters.refund_promised import RefundPromised
from makegood.replies.letters.replacement_left import ReplacementLeft
from makegood.replies.letters.sent_again import SentAgain
from makegood.replies.letters.sent_instead import InsteadOf, SentInstead
from makegood.replies.letters.sent_otherwise import SentOtherwise
from makegood.replies.letters.sent_part import SentPart
from makegood.replies.letters.sign_in import SignIn
from makegood.replies.letters.turned_up import Instead, TurnedUp
from makegood.replies.rules.values import Draft, ItemTruth, NewsKind, Offer, ParcelTruth, Part, Replacement

NOW = datetime(2026, 10, 12, 18, tzinfo=UTC)
REQUIRED_PARTS = {kind: frozenset() if kind is NewsKind.SIGN_IN else frozenset(Part) for kind in NewsKind}
# Where nothing was wrong, there is nothing to make good.
REQUIRED_PARTS[NewsKind.CORRECTED] -= {Part.REMEDY}
# They tell of money, which is no parcel's truth; and good news needs no comfort.
REQUIRED_PARTS[NewsKind.REFUND_DONE] = frozenset({Part.REMEDY, Part.COME_BACK})
# It asks; what is done is for them to say.
REQUIRED_PARTS[NewsKind.REFUND_CAME_BACK] -= {Part.TRUTH, Part.REMEDY}
# Nothing went wrong, so that nothing is made good, and nobody needs a reason to come back.
REQUIRED_PARTS |= dict.fromkeys((NewsKind.ORDER_CANCELLED, NewsKind.MONEY_LEFT, NewsKind.MONEY_SHORT), frozenset())

# There is no such news without a sum.
OF_A_SUM = {
    *(NewsKind.REFUND_PROMISED, NewsKind.REFUND_DONE, NewsKind.REFUND_CAME_BACK),
    *(NewsKind.ORDER_CANCELLED, NewsKind.MONEY_LEFT, NewsKind.MONEY_SHORT),
}


@dataclass(frozen=True, kw_only=True)
class News:
    kind: NewsKind
    language: str
    shop_name: str
    customer_name: str = ""
    customer_since_year: int | None = None
    promises_kept: int | None = None
    parcels: tuple[ParcelTruth, ...] = ()
    offers: tuple[Offer, ...] = ()
    again: tuple[ItemTruth, ...] = ()
    paid_back: tuple[ItemTruth, ...] = ()
    free_express_until: date | None = None
    new_parcels: int = 1
    replacement_arrives: date
    is_late: bool = False
    expected_date: date | None = None
    delivered_date: date | None = None
    replacements: tuple[Replacement, ...] = ()
    instead: Instead = Instead.NOTHING
    refund: Money | None = None
    refund_by: date | None = None
    link: str = ""
    helper_name: str | None = None


def compose(news: News) -> Draft:
    """The words of the letter of this kind that tells of it."""
    letter = letter_of(news)
    assert letter.kind is news.kind
    return wording.compose(letter, now=NOW)


def letter_of(news: News) -> Letter:
    head = Letterhead(
        language=news.language,
        shop_name=news.shop_name,
        customer_name=news.customer_name,
        helper_name=news.helper_name,
    )
    matter = Matter(
        parcels=news.parcels,
        customer_since_year=news.customer_since_year,
        promises_kept=news.promises_kept,
        free_express_until=news.free_express_until,
        link=news.link,
    )
    new = NewParcels(
        count=news.new_parcels,
        arrives_date=news.replacement_arrives,
        delivered_date=news.delivered_date,
        is_late=news.is_late,
        expected_date=news.expected_date,
    )
    refunds = (Refund(money=news.refund, by_date=news.refund_by),) if news.refund and news.refund_by else ()
    letters: dict[NewsKind, Callable[[], Letter]] = {
        NewsKind.IN_DANGER: lambda: InDanger(head=head, matter=matter, offers=news.offers),
        NewsKind.BROKEN: lambda: Broken(head=head, matter=matter, offers=news.offers),
        NewsKind.SENT_AGAIN: lambda: SentAgain(head=head, matter=matter, new_parcels=new),
        NewsKind.SENT_PART: lambda: SentPart(
            head=head, matter=matter, sent=news.again, paid_back=news.paid_back, new_parcels=new, refunds=refunds
        ),
        NewsKind.SENT_OTHERWISE: lambda: SentOtherwise(
            head=head,
            matter=matter,
            places=("Reno",),
            services=("Express",),
            new_parcels=new,
        ),
        NewsKind.SENT_INSTEAD: lambda: SentInstead(
            head=head,
            matter=matter,
            instead=InsteadOf(sent=news.again, ordered=news.paid_back),
            was_agreed=news.is_late,
            new_parcels=new,
            refunds=refunds if news.is_late else (),
        ),
        NewsKind.NEW_DATE: lambda: NewDate(
            head=head, matter=matter, by_date=news.replacement_arrives, is_over=news.is_late
        ),
        NewsKind.REFUND_PROMISED: lambda: RefundPromised(head=head, matter=matter, refunds=refunds),
        **_of_money(news, head, matter, refunds),
        NewsKind.REPLACEMENT_LEFT: lambda: ReplacementLeft(head=head, matter=matter, replacements=news.replacements),
        NewsKind.TURNED_UP: lambda: TurnedUp(head=head, matter=matter, instead=news.instead),
        NewsKind.NUMBER_CORRECTED: lambda: NumberCorrected(
            head=head,
            matter=matter,
            order_reference=news.parcels[0].order_reference,
            carrier_name=news.parcels[0].carrier_name,
            number=news.parcels[0].number or "9400100000000000008888",
        ),
        NewsKind.CORRECTED: lambda: Corrected(head=head, matter=matter),
        NewsKind.SIGN_IN: lambda: SignIn(head=head, link=news.link),
    }
    return letters[news.kind]()


def _of_money(
    news: News, head: Letterhead, matter: Matter, refunds: tuple[Refund, ...]
) -> dict[NewsKind, Callable[[], Letter]]:
    orders = tuple(dict.fromkeys(parcel.order_reference for parcel in news.parcels))
    sums = (SumOf(money=news.refund),) if news.refund else ()
    return {
        NewsKind.REFUND_DONE: lambda: RefundDone(
            head=head,
            matter=matter,
            refunds=tuple(replace(each, paid_date=each.by_date) for each in refunds),
            order_references=orders,
        ),
        NewsKind.REFUND_CAME_BACK: lambda: RefundCameBack(
            head=head,
            matter=matter,
            sums=tuple(
                CameBack(money=each.money, tender_kind="card", tender="card", on_date=each.by_date) for each in refunds
            ),
            order_references=orders,
        ),
        NewsKind.ORDER_CANCELLED: lambda: OrderCancelled(
            head=head,
            link=news.link,
            order_references=orders[:1],
            items=news.parcels[0].items,
            refunds=refunds,
            stays=sums,
        ),
        NewsKind.MONEY_LEFT: lambda: MoneyLeft(
            head=head,
            link=news.link,
            order_references=orders,
            receipts=tuple(Left(came=each, left=each.money, order_references=orders) for each in sums),
        ),
        NewsKind.MONEY_SHORT: lambda: MoneyShort(
            head=head,
            link=news.link,
            order_references=orders,
            received=sums,
            due=tuple((orders[0], each.money) for each in sums),
        ),
    }
