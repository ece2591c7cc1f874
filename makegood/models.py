"""All models in one place, for Django; rooms import each other's directly."""

from makegood.cases.models import Case, CaseDelivery, CaseMessage, Note, Unassigned
from makegood.catalog.models import Hold, Lane, Place, Product, Service, Stock
from makegood.channels.models import IncomingMail, MailFolder, Message, MessageAttachment
from makegood.customers.models import Customer, Handle
from makegood.journal.models import FactRow, Parked, PushTaken, Taken
from makegood.kit.models import Bucket, Clock, GivenAnswer, Name
from makegood.orders.models import Delivery, DeliveryUnits, Line, Order
from makegood.parcels.models import (
    Belief,
    CarrierCall,
    CarrierLine,
    Dispatch,
    DispatchNotice,
    DispatchUnits,
    Parcel,
    Scan,
    UnmatchedScan,
)
from makegood.promises.models import Promise, Revision
from makegood.remedies.models import Authority, Grant, GrantUnits, Perk, RefundTask
from makegood.staff.models import ApiToken, Helper

__all__ = [
    "ApiToken",
    "Authority",
    "Belief",
    "Bucket",
    "CarrierCall",
    "CarrierLine",
    "Case",
    "CaseDelivery",
    "CaseMessage",
    "Clock",
    "Customer",
    "Delivery",
    "DeliveryUnits",
    "Dispatch",
    "DispatchNotice",
    "DispatchUnits",
    "FactRow",
    "GivenAnswer",
    "Grant",
    "GrantUnits",
    "Handle",
    "Helper",
    "Hold",
    "IncomingMail",
    "Lane",
    "Line",
    "MailFolder",
    "Message",
    "MessageAttachment",
    "Name",
    "Note",
    "Order",
    "Parcel",
    "Parked",
    "Perk",
    "Place",
    "Product",
    "Promise",
    "PushTaken",
    "RefundTask",
    "Revision",
    "Scan",
    "Service",
    "Stock",
    "Taken",
    "Unassigned",
    "UnmatchedScan",
]
