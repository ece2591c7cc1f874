"""Whose the rows of each table are: a customer's, unless the table is named here with its reason."""

from django.apps import apps
from django.db import models

from makegood.customers.models import Customer

# The shop's own: small, or forgotten after a while.
SHOPS_OWN = {
    "makegood.catalog.Lane": "where a service goes: as many as the shop's carriers offer",
    "makegood.catalog.PostageRate": "what customers pay for a parcel: a row a country and currency",
    "makegood.catalog.Substitute": "what may stand in for a product: a row a pair",
    "makegood.catalog.Place": "the shop's warehouses and shops",
    "makegood.catalog.Product": "what the shop sells",
    "makegood.catalog.Service": "what the shop's carriers offer",
    "makegood.catalog.Stock": "one row a product and place",
    "makegood.channels.MailFolder": "one row a folder that is polled",
    "makegood.journal.PushTaken": "pushes of anybody's, kept for a fortnight",
    "makegood.kit.Bucket": "one a token or address that called in the last while; unlogged",
    "makegood.kit.Clock": "one row",
    "makegood.kit.GivenAnswer": "what programs were answered, for 48 hours",
    "makegood.kit.Name": "what is unique in the whole shop; it would be spread by name, not by customer",
    "makegood.parcels.CarrierCall": "the calls that limits still look back at; older ones are deleted",
    "makegood.cases.QuietStart": "one row: that the shop is learning, or was",
    "makegood.payments.GatewayHearing": "one row a gateway that is asked what it told",
    "makegood.parcels.CarrierHearing": "one row a carrier that tells us of its parcels",
    "makegood.parcels.PollState": "one row a carrier that is asked",
    "makegood.policies.AdoptedPolicy": "what the shop allows, a row each time that it changes",
    "makegood.staff.ApiToken": "the shop's own keys",
    "makegood.staff.Helper": "the people who help",
}
# What waits until somebody knows whose it is: bounded while it waits, and tied to no customer's rows.
UNASSIGNED = {
    "makegood.cases.UnmatchedMessage": "words from somebody who proved nothing; waits for a helper",
    "makegood.channels.IncomingMail": "what arrived, before anybody has read whose it is",
    "makegood.payments.UnmatchedReceipt": "money that names nobody; waits for a helper",
    "makegood.parcels.UnmatchedScan": "scans of parcels nobody told us of yet",
}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("makegood.")]


def room_of(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def name_of(model: type[models.Model]) -> str:
    return f"makegood.{room_of(model)}.{model.__name__}"


def customers_models() -> list[type[models.Model]]:
    return [model for model in own_models() if name_of(model) not in SHOPS_OWN | UNASSIGNED]


def owner_of(model: type[models.Model]) -> str:
    """The column that says whose a row is."""
    return "id" if model is Customer else "customer_id"
