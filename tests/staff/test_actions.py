"""Helpers come in once; tokens let programs in until they expire or are revoked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pydantic import ValidationError

from makegood.kit import clock
from makegood.kit.rows import BadRows, UpsertResult
from makegood.staff.actions import issue_token, note_use, put_helpers, revoke_token
from makegood.staff.models import ApiToken, Helper
from makegood.staff.queries import valid_token
from makegood.staff.records import HelperRecord
from makegood.staff.rules import Role, Scope
from tests import worlds

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def record(**more):
    words = {"id": "maya", "name": "Maya", "email": "maya@shop.example", "password": PASSWORD}
    return HelperRecord.model_validate(words | more)


def test_a_helper_comes_in_once_and_may_change_but_for_the_password():
    assert [put_helpers([record()]), put_helpers([record()])] == [UpsertResult(new=1), UpsertResult(same=1)]
    assert put_helpers([record(role=Role.LEAD, password="another long password")]) == UpsertResult(changed=1)
    maya = Helper.objects.get_by_natural_key("MAYA@shop.example")
    assert (maya.role, maya.check_password(PASSWORD)) == ("lead", True)


def test_without_a_password_nobody_gets_in():
    put_helpers([record(password=None)])
    assert not Helper.objects.get().has_usable_password()
    with pytest.raises(ValidationError):
        record(password="short")


def test_an_address_is_one_helpers_in_any_case():
    worlds.helper()
    with pytest.raises(BadRows, match="another helper"):
        put_helpers([record(id="max", email="MAYA@shop.example")])
    with pytest.raises(IntegrityError), transaction.atomic():
        Helper.objects.create(reference="max", email="MAYA@shop.example", name="Max")


def test_a_token_is_kept_as_a_hash_and_found_by_its_secret():
    token, secret = issue_token(name="shop", scopes=[Scope.WRITE, Scope.READ])
    assert secret not in str(ApiToken.objects.values().get())
    assert (valid_token(secret), token.scopes) == (token, ["read", "write"])
    assert valid_token(f"{secret}x") is None
    assert valid_token("") is None


def test_a_token_ends_when_it_expires_or_is_revoked_in_system_time():
    clock.freeze(worlds.MONDAY + timedelta(days=4000))
    token, secret = issue_token(name="shop", scopes=[])
    _, old = issue_token(name="old", scopes=[], expires_at=clock.system_now() - timedelta(seconds=1))
    assert (valid_token(secret), valid_token(old)) == (token, None)
    for _ in range(2):
        revoke_token(token_id=token.pk)
    assert valid_token(secret) is None


def test_its_last_use_is_noted_to_the_minute(django_assert_num_queries):
    token, _ = issue_token(name="shop", scopes=[])
    note_use(token=token)
    token.refresh_from_db()
    assert token.last_used_at is not None
    with django_assert_num_queries(0):
        note_use(token=token)


@pytest.mark.parametrize("password", ["123456789012", "password1234", "maya@shop.example", "Maya Maya Maya"])
def test_a_password_that_is_easily_guessed_is_refused_at_its_field(db, password):
    record = HelperRecord(id="maya", name="Maya Maya Maya", email="maya@shop.example", password=password)
    with pytest.raises(BadRows) as refused:
        put_helpers([record])
    assert [error.field for error in refused.value.errors] == ["password"]
