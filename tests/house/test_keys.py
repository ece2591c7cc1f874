"""Keys between rooms are plain to see, and every row that grows can be found by its customer (laws 10 and 12)."""

import ast
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models

from tests.house.source import PRODUCT, dotted, files, named, tree_of

AnyField = Any  # a field of any kind; Django's own class takes no parameters at run time
KEYS = {"ForeignKey", "OneToOneField", "ManyToManyField"}

# Tables without a customer, and why: they are the shop's and stay small, or are bounded and wait to be assigned.
SHOP_WIDE = {
    "makegood.catalog.Lane": "where a service goes: as many as the shop's carriers offer",
    "makegood.catalog.Place": "the shop's warehouses and shops",
    "makegood.catalog.Product": "what the shop sells",
    "makegood.catalog.Service": "what the shop's carriers offer",
    "makegood.catalog.Stock": "one row a product and place",
    "makegood.cases.Unassigned": "words from somebody who proved nothing; bounded, and waits for a helper",
    "makegood.channels.MailFolder": "one row a folder that is polled",
    "makegood.customers.Customer": "the customer",
    "makegood.kit.Bucket": "one a token or address that called in the last while; unlogged",
    "makegood.journal.PushTaken": "pushes of anybody's, kept for a fortnight",
    "makegood.kit.Clock": "one row",
    "makegood.kit.GivenAnswer": "what programs were answered, for 48 hours",
    "makegood.parcels.CarrierCall": "the calls that limits still look back at; older ones are deleted",
    "makegood.parcels.CarrierLine": "one row a carrier that is asked",
    "makegood.parcels.UnmatchedScan": "scans of parcels nobody told us of yet; bounded",
    "makegood.remedies.Authority": "who may grant how much: a short table that the shop writes",
    "makegood.staff.ApiToken": "the shop's own keys",
    "makegood.staff.Helper": "the people who help",
}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("makegood.")]


def room_of(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def name_of(model: type[models.Model]) -> str:
    return f"makegood.{room_of(model)}.{model.__name__}"


def keys_by_word(tree: ast.AST) -> list[int]:
    """Lines on which a key names its target by a string; only "self" has no other way."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in KEYS]
    targets = [
        (call.lineno, [*call.args[:1], *(word.value for word in call.keywords if word.arg == "to")]) for call in calls
    ]
    return [
        line
        for line, named_by in targets
        if any(isinstance(target, ast.Constant) and target.value != "self" for target in named_by)
    ]


def leaves_its_room(field: AnyField, owner: type[models.Model]) -> bool:
    target = field.related_model
    return isinstance(target, type) and target.__module__.startswith("makegood.") and room_of(target) != room_of(owner)


def reaches_back(field: AnyField) -> bool:
    """Whether the target's room could walk back along this key, upwards, where it must not look."""
    return field.remote_field is not None and not str(field.remote_field.related_name or "").endswith("+")


def has_customer(model: type[models.Model]) -> bool:
    return any(getattr(field, "attname", "") == "customer_id" for field in model._meta.get_fields())


def test_keys_name_the_real_class() -> None:
    found = {named(path): keys_by_word(tree_of(path)) for path in files(PRODUCT)}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_no_room_can_walk_back_up_a_key() -> None:
    keys = [
        (model, field)
        for model in own_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
    ]
    assert [
        f"{name_of(model)}.{field.name}"
        for model, field in keys
        if leaves_its_room(field, model) and reaches_back(field)
    ] == []


def test_every_row_that_grows_carries_its_customer() -> None:
    assert {name_of(model) for model in own_models() if not has_customer(model)} == set(SHOP_WIDE)


def test_no_key_points_at_just_anything() -> None:
    keys = [field for model in own_models() for field in model._meta.private_fields]
    assert [field for field in keys if isinstance(field, GenericForeignKey)] == []


@pytest.mark.parametrize(
    "bad", ['models.ForeignKey("makegood.Customer")', 'ForeignKey(to="Customer")', 'models.OneToOneField("Order")']
)
def test_a_key_by_word_is_seen(bad: str) -> None:
    assert keys_by_word(ast.parse(bad)) == [1]


def test_a_key_by_class_passes() -> None:
    assert keys_by_word(ast.parse('models.ForeignKey(Customer)\nmodels.ForeignKey("self")')) == []


def test_a_key_that_reaches_back_is_seen() -> None:
    from_delivery = apps.get_model("makegood", "Delivery")._meta
    within, across = from_delivery.get_field("order"), from_delivery.get_field("customer")
    assert [reaches_back(within), reaches_back(across)] == [True, False]
    assert [leaves_its_room(within, from_delivery.model), leaves_its_room(across, from_delivery.model)] == [False, True]


def test_a_row_without_customer_is_seen() -> None:
    assert [has_customer(apps.get_model("makegood", name)) for name in ("Place", "Order", "FactRow")] == [
        False,
        True,
        True,
    ]
