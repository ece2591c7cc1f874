"""A key says whose it is (law 10): asked of PostgreSQL's own catalogue, so that no table can forget it."""

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.state import ProjectState

from makegood.cases.actions import open_case
from makegood.cases.models import CaseSubject
from makegood.cases.rules import CaseType
from makegood.channels.models import Message
from makegood.customers.models import Customer
from makegood.kit.keys import key_by_customer
from makegood.kit.models import Name
from makegood.kit.sql import run, tuples
from makegood.orders.models import Delivery, Order
from makegood.parcels.models import Parcel
from tests import worlds
from tests.house.owners import SHOPS_OWN, UNASSIGNED, customers_models, name_of, own_models, owner_of

pytestmark = pytest.mark.django_db

END_WITH_IT = (
    "the migration that makes it has to end with `key_by_customer()` (makegood/kit/keys.py); "
    "an exclusion constraint names the customer itself"
)
KEYS_WITHOUT_OWNER = """
SELECT indexrelid::regclass::text FROM pg_index
WHERE indrelid = %(table)s::regclass AND (indisunique OR indisexclusion) AND NOT EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = indrelid AND attname = %(owner)s AND attnum = ANY (indkey)
)
"""
REFERENCES = """
SELECT conrelid::regclass::text, confrelid::regclass::text, conname, (
    SELECT array_agg(here.attname || '=' || there.attname)
    FROM unnest(conkey, confkey) AS pair (here, there)
    JOIN pg_attribute AS here ON here.attrelid = conrelid AND here.attnum = pair.here
    JOIN pg_attribute AS there ON there.attrelid = confrelid AND there.attnum = pair.there
)
FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2, 3
"""

each_of_customers = pytest.mark.parametrize("model", customers_models(), ids=lambda model: model.__name__)


def table_of(model: type[models.Model]) -> str:
    return model._meta.db_table


def keys_without_owner(table: str, *, owner: str) -> list[str]:
    return [name for (name,) in tuples(KEYS_WITHOUT_OWNER, table=table, owner=owner)]


def make_keys() -> None:
    with connection.schema_editor() as editor:
        key_by_customer().database_forwards("makegood", editor, ProjectState(), ProjectState())


def test_the_lists_name_what_there_is():
    assert {name_of(model) for model in own_models()} >= SHOPS_OWN.keys() | UNASSIGNED.keys()


@each_of_customers
def test_a_row_says_whose_it_is(model):
    found = tuples(
        "SELECT attnotnull FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attname = %(owner)s",
        table=table_of(model),
        owner=owner_of(model),
    )
    assert found == [(True,)], (
        "a row that grows says whose it is: give it a `customer` that is never null. "
        "Where it is the shop's own, or waits for whoever it belongs to, say so in tests/house/owners.py"
    )


@each_of_customers
def test_keys_contain_the_customer(model):
    assert keys_without_owner(table_of(model), owner=owner_of(model)) == [], END_WITH_IT


@each_of_customers
def test_whose_a_row_is_is_set_once(model):
    found = tuples(
        "SELECT tgenabled FROM pg_trigger WHERE tgrelid = %(table)s::regclass AND tgname = 'customer_is_set_once'",
        table=table_of(model),
    )
    assert found == [("O",)], END_WITH_IT


def test_a_customers_row_points_at_the_same_customers_rows():
    owners = {table_of(model): owner_of(model) for model in customers_models()}
    loose = [
        f"{table}: {name}"
        for table, target, name, pairs in tuples(REFERENCES)
        if table in owners and target in owners and f"customer_id={owners[target]}" not in pairs
    ]
    assert loose == [], END_WITH_IT


def test_what_waits_and_what_is_a_customers_are_not_tied():
    customers = {table_of(model) for model in customers_models()}
    waiting = {table_of(model) for model in own_models() if name_of(model) in UNASSIGNED}
    tied = [
        f"{table}: {name}"
        for table, target, name, _ in tuples(REFERENCES)
        if (table in customers and target in waiting) or (table not in customers and target in customers)
    ]
    assert tied == [], "what isn't a customer's leans on nothing of a customer's, nor they on it: `db_constraint=False`"


def test_the_keys_are_made_once():
    """So that any later migration may end with making them."""
    question = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
    before = tuples(REFERENCES), tuples(question)
    make_keys()
    assert (tuples(REFERENCES), tuples(question)) == before


def test_a_table_that_forgot_is_seen_and_put_right():
    run(
        "CREATE TABLE makegood_forgetful (id bigint PRIMARY KEY, customer_id bigint NOT NULL, name text UNIQUE,"
        " order_id bigint UNIQUE, place text, EXCLUDE USING btree (place WITH =))"
    )
    run("INSERT INTO makegood_forgetful VALUES (1, 7, 'there before', NULL)")
    assert len(keys_without_owner("makegood_forgetful", owner="customer_id")) == 4
    run("ALTER TABLE makegood_forgetful DROP CONSTRAINT makegood_forgetful_place_excl")
    make_keys()
    assert keys_without_owner("makegood_forgetful", owner="customer_id") == []
    assert Name.objects.get(kind="forgetful.name").name == "there before"


@pytest.fixture
def two():
    """Ada and Bea, with an order and a parcel each."""
    worlds.open_shop()
    worlds.customer("ada")
    worlds.customer("bea")
    return worlds.shipped("100", by="ada"), worlds.shipped("200", by="bea", serial=2)


def refused(match: str, write) -> None:
    with pytest.raises(IntegrityError, match=match):
        _write_now(write)


def _write_now(write) -> None:
    with transaction.atomic():
        write()
        run("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_row_that_mixes_two_customers_is_refused(two):
    adas, beas = two
    refused(
        "violates foreign key", lambda: Delivery.objects.filter(id=adas.delivery_id).update(order=beas.delivery.order)
    )
    case = open_case(customer_id=beas.customer_id, case_type=CaseType.QUESTION, now=worlds.MONDAY)
    refused(
        "violates foreign key",
        lambda: CaseSubject.objects.create(case=case, customer=adas.customer, delivery=adas.delivery),
    )


@pytest.mark.parametrize("model", [Order, Parcel, Customer])
def test_whose_a_row_is_and_its_name_are_never_changed(two, model):
    adas = model.objects.order_by("id").first()
    refused("is never changed", lambda: model.objects.filter(id=adas.pk).update(reference="other"))
    owner = owner_of(model)
    refused("is never changed|still referenced", lambda: model.objects.filter(id=adas.pk).update(**{owner: 0}))


def test_a_name_is_one_customers_in_the_whole_shop(two):
    adas, beas = two
    names = Name.objects.filter(kind__in=["order.reference", "parcel.reference"]).order_by("kind", "name")
    assert [(row.kind, row.name, row.customer_id) for row in names] == [
        ("order.reference", "100", adas.customer_id),
        ("order.reference", "200", beas.customer_id),
        ("parcel.reference", "P100", adas.customer_id),
        ("parcel.reference", "P200", beas.customer_id),
    ]
    order = Order.objects.get(reference="200")
    order.pk, order.reference = None, "100"
    refused("makegood_name", lambda: order.save(force_insert=True))


def test_a_name_is_free_again_once_its_row_is_gone():
    ada = worlds.customer("ada")
    Customer.objects.filter(id=ada.pk).delete()
    assert not Name.objects.exists()
    assert worlds.customer("ada").pk != ada.pk


def test_what_a_stranger_calls_a_mail_is_no_name_of_ours(two):
    assert not Name.objects.filter(kind="message.message_id").exists()
    for parcel in two:
        Message.objects.create(
            key=f"in:{parcel.pk}",
            customer=parcel.customer,
            direction="in",
            via="email",
            subject="",
            body="",
            language="en",
            message_id="<theirs@example.org>",
            state="received",
            written_at=worlds.MONDAY,
        )
    assert not Name.objects.filter(kind="message.message_id").exists()


# Every query that a shorter index serves, a longer one that begins alike serves as well.
SPARE_INDEXES = """
SELECT short.indexrelid::regclass::text
FROM pg_index AS short
JOIN pg_index AS long ON long.indrelid = short.indrelid AND long.indexrelid <> short.indexrelid
WHERE short.indrelid = ANY (%(tables)s::regclass[]) AND NOT short.indisunique
    AND short.indpred IS NULL AND long.indpred IS NULL AND short.indexprs IS NULL AND long.indexprs IS NULL
    AND long.indkey::text || ' ' LIKE short.indkey::text || ' %%'
    AND long.indclass::text || ' ' LIKE short.indclass::text || ' %%'
"""


def test_no_index_is_kept_twice():
    """Django makes one for each foreign key, also where a constraint or an index of ours begins with it."""
    found = [name for (name,) in tuples(SPARE_INDEXES, tables=[table_of(model) for model in own_models()])]
    assert sorted(set(found)) == [], "another index begins alike: say `db_index=False`, or drop ours"


# What a trigger on a customer's table reads or writes in another table, a statement at a time.
TRIGGERS = """
SELECT DISTINCT proname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE NOT tgisinternal AND tgrelid = ANY (%(tables)s::regclass[])
"""


def reaches_across(body: str) -> list[str]:
    return [
        part.strip()
        for part in body.split(";")
        if "makegood_" in part and "customer_id" not in part and "makegood_name" not in part
    ]


def test_triggers_read_their_rows_customers_rows_alone():
    bodies = tuples(TRIGGERS, tables=[table_of(model) for model in customers_models()])
    assert {name: parts for name, body in bodies if (parts := reaches_across(body))} == {}, (
        "compare customer_id as well"
    )


def test_a_trigger_that_reaches_across_is_seen():
    assert reaches_across("BEGIN PERFORM FROM makegood_parcel WHERE id = NEW.parcel_id; RETURN NULL; END") != []
