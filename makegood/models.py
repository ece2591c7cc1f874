"""All models in one place, for Django; rooms import each other's directly."""

from makegood.cases.models import Case, CaseMessage, CaseSubject, MessageSubject, Note, UnmatchedMessage, WordsOverride
from makegood.catalog.models import Lane, Place, Product, Service, Stock, StockReservation
from makegood.channels.models import IncomingMail, MailFolder, Message, MessageAttachment
from makegood.customers.models import Customer, Handle
from makegood.journal.models import DeadLetter, FactRow, PushTaken, ReactionRun
from makegood.kit.models import Bucket, Clock, GivenAnswer, Name
from makegood.orders.models import Delivery, DeliveryUnits, Order, OrderLine
from makegood.parcels.models import (
    CarrierCall,
    Dispatch,
    DispatchNotice,
    DispatchUnits,
    Parcel,
    PollState,
    Scan,
    StatusEstimate,
    UnmatchedScan,
)
from makegood.promises.models import Promise, Revision
from makegood.remedies.models import Authority, Grant, GrantStep, GrantUnits, Perk, RefundTask
from makegood.staff.models import ApiToken, Helper

__all__ = [
    "ApiToken",
    "Authority",
    "Bucket",
    "CarrierCall",
    "Case",
    "CaseMessage",
    "CaseSubject",
    "Clock",
    "Customer",
    "DeadLetter",
    "Delivery",
    "DeliveryUnits",
    "Dispatch",
    "DispatchNotice",
    "DispatchUnits",
    "FactRow",
    "GivenAnswer",
    "Grant",
    "GrantStep",
    "GrantUnits",
    "Handle",
    "Helper",
    "IncomingMail",
    "Lane",
    "MailFolder",
    "Message",
    "MessageAttachment",
    "MessageSubject",
    "Name",
    "Note",
    "Order",
    "OrderLine",
    "Parcel",
    "Perk",
    "Place",
    "PollState",
    "Product",
    "Promise",
    "PushTaken",
    "ReactionRun",
    "RefundTask",
    "Revision",
    "Scan",
    "Service",
    "StatusEstimate",
    "Stock",
    "StockReservation",
    "UnmatchedMessage",
    "UnmatchedScan",
    "WordsOverride",
]
