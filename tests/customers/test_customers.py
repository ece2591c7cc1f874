"""Customers come in with their handles, and sign in by links that are theirs alone."""

import time

import pytest
from django.core import signing
from django.test import override_settings

from makegood.customers.actions import end_sign_ins, put_customers
from makegood.customers.links import SALT, BadLink, Purpose, entrance_of, link_for, sign_in_token
from makegood.customers.models import Customer, Handle
from makegood.customers.queries import customers_named, customers_with_email, email_of
from makegood.customers.records import CustomerRecord
from makegood.kit.rows import UpsertResult
from tests import worlds

pytestmark = pytest.mark.django_db


def record(reference="ada", **more):
    return CustomerRecord.model_validate({"id": reference, "name": "Ada", "email": "ada@marsh.example"} | more)


def handles(reference="ada"):
    return sorted(Handle.objects.filter(customer__reference=reference).values_list("kind", "value"))


def test_a_customer_comes_in_once_and_changes_count():
    assert [put_customers([record()]), put_customers([record()])] == [UpsertResult(new=1), UpsertResult(same=1)]
    assert put_customers([record(name="Ada M.")]) == UpsertResult(changed=1)
    assert put_customers([record(name="Ada M.", phone="+15550100200")]) == UpsertResult(changed=1)
    assert handles() == [("email", "ada@marsh.example"), ("phone", "+15550100200")]
    assert put_customers([record(name="Ada M.", email=None)]) == UpsertResult(changed=1)
    assert (handles(), email_of(Customer.objects.get())) == ([], "")


def test_of_two_records_of_one_customer_the_later_counts():
    assert put_customers([record(), record(name="Ada the second")]) == UpsertResult(new=1)
    assert Customer.objects.get().name == "Ada the second"


def test_two_people_may_share_an_address_and_case_does_not_matter():
    put_customers([record(), record("bob", name="Bob")])
    assert [each.reference for each in customers_with_email(" ADA@marsh.example ")] == ["ada", "bob"]
    assert customers_with_email("ada@marsh.exampl_") == []


def test_many_customers_take_as_many_queries_as_few(django_assert_num_queries, django_assert_max_num_queries):
    def some(first, count):
        return [record(str(n), email=f"{n}@marsh.example") for n in range(first, first + count)]

    with django_assert_max_num_queries(12) as few:
        put_customers(some(0, 2))
    with django_assert_num_queries(len(few)):
        put_customers(some(100, 50))


def test_a_link_signs_in_whom_it_was_made_for_and_leads_there_alone():
    ada = worlds.customer()
    link = link_for(ada, "/orders/1 2?x=//evil.example", purpose=Purpose.LETTER)
    assert link.endswith("?to=/orders/1%202%3Fx%3D//evil.example")
    entrance = entrance_of(token_of(link))
    assert (entrance.customer, entrance.path) == (ada, "/orders/1 2?x=//evil.example")


def test_a_link_that_was_changed_or_made_for_something_else_is_no_good():
    token = sign_in_token(worlds.customer(), purpose=Purpose.LETTER)
    other = signing.TimestampSigner(salt="another").sign_object([Customer.objects.get().pk])
    forged = [f"{token[:-1]}{'A' if token[-1] != 'A' else 'B'}", f"x{token}", "", "a:b:c", other, token.split(":")[0]]
    for bad in forged:
        with pytest.raises(BadLink):
            entrance_of(bad)


@pytest.mark.parametrize(
    "content",
    [
        [],
        ["x"],
        {"a": 1},
        [1, 2],
        [10**12],
        ["letter", 10**30, 0, "/orders"],
        ["letter", "1\0", 0, "/orders"],
        ["rest", 1, 0, "/orders"],
        ["letter", None, 0, "/orders"],
    ],
)
def test_a_link_that_says_something_else_is_no_good(content):
    with pytest.raises(BadLink):
        entrance_of(signing.TimestampSigner(salt=SALT).sign_object(content))


def test_a_link_with_another_shops_key_is_no_good():
    with override_settings(SECRET_KEY="another shop's key"):
        token = sign_in_token(worlds.customer(), purpose=Purpose.LETTER)
    with pytest.raises(BadLink):
        entrance_of(token)


@pytest.mark.parametrize(("purpose", "days"), [(Purpose.LETTER, 14), (Purpose.HANDED, 14), (Purpose.ASKED, 1)])
def test_a_link_ends_after_its_time(monkeypatch, purpose, days):
    token = sign_in_token(worlds.customer(), purpose=purpose)
    now = time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + days * 24 * 3600 - 5)
    entrance_of(token)
    monkeypatch.setattr(signing.time, "time", lambda: now + days * 24 * 3600 + 5)
    with pytest.raises(BadLink):
        entrance_of(token)


def test_who_signs_out_everywhere_ends_every_link_of_theirs_and_nobody_elses():
    ada, bob = worlds.customer(), worlds.customer("bob")
    tokens = [sign_in_token(each, purpose=purpose) for each in (ada, bob) for purpose in Purpose]
    end_sign_ins([ada.pk])
    assert [is_good(token) for token in tokens] == [False] * 3 + [True] * 3
    assert is_good(sign_in_token(Customer.objects.get(pk=ada.pk), purpose=Purpose.LETTER))


def test_a_link_ends_when_an_address_is_taken_away_and_at_no_other_news():
    ada = worlds.customer()
    token = sign_in_token(ada, purpose=Purpose.LETTER)
    worlds.customer(name="Ada Marsh-Reed", phone="+12025550143")
    worlds.customer(name="Ada Marsh-Reed", phone="+12025550199")
    assert is_good(token)
    worlds.customer(email="ada@elsewhere.example")
    assert not is_good(token)
    worlds.customer()
    assert not is_good(token)


def token_of(link):
    return link.partition("/enter/")[2].partition("?")[0]


def is_good(token):
    try:
        entrance_of(token)
    except BadLink:
        return False
    return True


def test_where_a_customer_lives_is_what_the_shop_tells_last():
    home = {"name": "Ada Marsh", "lines": ["7 Mill Lane"], "postcode": "04101", "country": "US", "zone": "UTC"}
    assert put_customers([record(address=home)]) == UpsertResult(new=1)
    assert put_customers([record(address=home)]) == UpsertResult(same=1)
    assert Customer.objects.get().address == home
    assert put_customers([record(address=home | {"lines": ["8 Mill Lane"]})]) == UpsertResult(changed=1)
    assert Customer.objects.get().address == home | {"lines": ["8 Mill Lane"]}
    assert put_customers([record()]) == UpsertResult(changed=1)
    assert Customer.objects.get().address is None


@pytest.mark.parametrize("payer", ["B HOLM", "Holm, B.", "b. holm", "HOLM B", "Bea Holm", "HOLM, BEA"])
def test_people_are_found_as_banks_write_them(payer):
    put_customers([record("bea", name="Bea Holm"), record("cal", name="Cal Holm"), record("bo", name="Bo Tanaka")])
    assert [each.reference for each in customers_named([payer])] == ["bea"]


def test_an_initial_alone_is_nobodys_name():
    put_customers([record("bea", name="Bea Holm")])
    assert customers_named(["B", "B H", "", ", B"]) == []
