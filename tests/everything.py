"""A shop with at least one of everything that an address can name, for tests that walk all addresses.

Ada has a lost parcel with a case on which every kind of mail stands, words that
nobody could be matched to, a mail that alarms, and work that got stuck; money of hers is free, her bank asks some back,
and other money names nobody. Bob chose a new parcel once, and money once.
"""

from dataclasses import dataclass

from makegood.cases.models import Case, UnmatchedMessage
from makegood.catalog.models import Place
from makegood.catalog.rules import DispatchMethod
from makegood.channels.models import IncomingMail, Message, MessageAttachment
from makegood.customers.models import Customer
from makegood.journal.actions import dead_letter
from makegood.journal.models import DeadLetter, FactRow
from makegood.kit import clock
from makegood.parcels.models import Dispatch, DispatchNotice, Shortage
from makegood.parcels.shortages import say_short
from makegood.payments.models import Dispute, Receipt, Refund, UnmatchedReceipt
from makegood.policies.rules.values import RemedyKind
from makegood.promises.models import Promise
from makegood.remedies.actions import grant_remedy
from makegood.remedies.models import Grant
from makegood.staff.models import Helper
from makegood.staff.rules import Role
from tests import worlds
from tests.faces.desk.letters import case_of_letters
from tests.mails import arrives, mail


@dataclass(frozen=True)
class Everything:
    """`gaps`: what stands in an address for each name of a gap; of Ada's where it is a customer's."""

    ada: Customer
    bob: Customer
    maya: Helper
    lena: Helper
    case: Case
    gaps: dict[str, str]


def open_everything() -> Everything:
    worlds.open_shop()
    maya, lena = worlds.helper(), worlds.helper("lena", role=Role.LEAD)
    case = case_of_letters()
    ada, bob = case.customer, worlds.customer("bob")
    _made_good(bob)
    short = worlds.take_in(worlds.order_record("400", by="bob", lines={"TIDES": 2}))
    say_short(order_id=short.pk, line="TIDES", quantity=1, place="reno", by="helper:1", now=clock.now())
    worlds.settle()
    arrives(mail("Where is it?", sender="Nobody <nobody@nowhere.example>"))
    _paid(ada)
    fact = FactRow.objects.filter(customer_id=ada.pk).latest("id")
    dead_letter(fact_id=fact.pk, reaction="cases.gone", error=ValueError("no"))
    return Everything(ada, bob, maya, lena, case, _gaps(case))


def _made_good(bob: Customer) -> None:
    url = "https://127.0.0.1/"
    Place.objects.update(dispatch_method=DispatchMethod.WEBHOOK, dispatch_url=url, dispatch_secret="whsec_c2VjcmV0")
    for number, kind in ((200, RemedyKind.SEND_AGAIN), (300, RemedyKind.REFUND)):
        parcel = worlds.lost(str(number), by="bob", serial=number)
        worlds.settle()
        grant_remedy(order_id=parcel.delivery.order_id, kind=kind, by=worlds.acting(bob), now=clock.now())
        worlds.settle()


def _paid(ada: Customer) -> None:
    """Money that is free, money that names nobody, and money that a bank asks back."""
    worlds.pays("MO-1", amount_minor=5000, customer=ada.reference)
    worlds.pays("MO-2", amount_minor=5000, payer="A. Marsh")
    worlds.pays("CH-1", amount_minor=4000, customer=ada.reference, tender="card", payment="pi_1")
    worlds.disputed("pi_1", amount_minor=4000)


def _gaps(case: Case) -> dict[str, str]:
    number = {
        "case": case.pk,
        "number": case.pk,
        "refund": Refund.objects.get().pk,
        "refund_id": Refund.objects.get().pk,
        "task_id": 1,
        "dispatch": Dispatch.objects.get().pk,
        "dispatch_id": Dispatch.objects.get().pk,
        "place_id": Place.objects.get(reference="reno").pk,
        "notice": DispatchNotice.objects.earliest("id").pk,
        "notice_id": DispatchNotice.objects.earliest("id").pk,
        "unassigned_id": UnmatchedMessage.objects.latest("id").pk,
        "words": UnmatchedMessage.objects.latest("id").pk,
        "mail": IncomingMail.objects.filter(state="alarmed").earliest("id").pk,
        "mail_id": IncomingMail.objects.filter(state="alarmed").earliest("id").pk,
        "parked": DeadLetter.objects.get().pk,
        "parked_id": DeadLetter.objects.get().pk,
        "message": MessageAttachment.objects.earliest("id").message_id,
        "message_id": Message.objects.filter(direction="out").earliest("id").pk,
        "promise": Promise.objects.filter(customer=case.customer).earliest("id").pk,
        "helper_id": Helper.objects.earliest("id").pk,
        "customer_id": case.customer_id,
        "receipt_id": Receipt.objects.get(reference="MO-1").pk,
        "unmatched_id": UnmatchedReceipt.objects.get().pk,
        "dispute": Dispute.objects.get().pk,
        "dispute_id": Dispute.objects.get().pk,
        "receipt": Receipt.objects.get(reference="MO-1").pk,
        "unmatched": UnmatchedReceipt.objects.get().pk,
        "token": 1,
        "stop": 1,
        "grant": Grant.objects.earliest("id").pk,
        "shortage": Shortage.objects.get().pk,
        "shortage_id": Shortage.objects.get().pk,
    }
    return {
        **{name: str(value) for name, value in number.items()},
        "place": "reno",
        "sku": "BIRDS",
        "country": "US",
        "currency": "USD",
        "source": "usps",
        "carrier": "usps",
        "_address": "nowhere",
    }
