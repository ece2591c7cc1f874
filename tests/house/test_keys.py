"""Keys between rooms are plain to see (law 12); whose a row is, is asked of the catalogue (test_catalogue.py)."""

import ast
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models

from tests.house.owners import name_of, own_models, room_of
from tests.house.source import PRODUCT, dotted, files, named, tree_of

AnyField = Any  # a field of any kind; Django's own class takes no parameters at run time
KEYS = {"ForeignKey", "OneToOneField", "ManyToManyField"}


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
