"""Taking goods, places and services in; holding stock and letting it go."""

import pytest
from django.db import IntegrityError, transaction
from pydantic import ValidationError

from makegood.catalog.actions import (
    StockShort,
    consume_reservations,
    put_places,
    put_products,
    put_services,
    put_stock,
    release_reservations,
    reserve_stock,
)
from makegood.catalog.models import Product, Stock, StockReservation
from makegood.catalog.queries import free_stock, services_by_country, substitutes_of
from makegood.catalog.records import PlaceRecord, ProductRecord, StockRecord
from makegood.kit.errors import IdempotencyConflict
from makegood.kit.rows import BadRows, UpsertResult
from tests import worlds
from tests.committed import at_once

pytestmark = pytest.mark.django_db


def hold(key="k1", quantity=3, *, who=None):
    return reserve_stock(
        key=key,
        customer_id=(who or worlds.customer()).pk,
        place_id=worlds.place().pk,
        product_id=worlds.product().pk,
        quantity=quantity,
    )


def birds():
    return Stock.objects.filter(product__sku="BIRDS", place__reference="reno").values_list("on_hand", "held").get()


def test_the_same_rows_again_change_nothing():
    place = PlaceRecord(id="reno", name="Reno", country="US", zone="America/Los_Angeles")
    book = ProductRecord(sku="B", title="Birds", currency="USD", price_minor=100)
    stock = StockRecord(place="reno", sku="B", on_hand=4)
    for put, row in ((put_places, place), (put_products, book), (put_stock, stock)):
        assert [put([row]), put([row])] == [UpsertResult(new=1), UpsertResult(same=1)]
    assert put_products([book.model_copy(update={"price_minor": 90})]) == UpsertResult(changed=1)
    assert put_stock([stock.model_copy(update={"on_hand": 5})]) == UpsertResult(changed=1)


def test_each_service_counts_once_whether_its_lanes_its_name_or_both_changed():
    slow, fast = (worlds.service(name, rate_minor=100, transit_days=4) for name in ("slow", "fast"))
    assert put_services([slow, fast]) == UpsertResult(new=2)
    assert put_services([slow, fast]) == UpsertResult(same=2)
    dearer = worlds.service("slow", rate_minor=120, transit_days=4)
    renamed = fast.model_copy(update={"name": "Faster"})
    assert put_services([dearer, renamed]) == UpsertResult(changed=2)
    both = worlds.service("slow", rate_minor=150, transit_days=4, name="Slower")
    assert put_services([both, renamed]) == UpsertResult(changed=1, same=1)


def test_a_service_has_one_lane_a_country_and_a_local_cut_off():
    lane = {"country": "US", "rate_minor": 1, "transit_days": 1}
    for wrong in ({"lanes": [lane, lane]}, {"cutoff_time": "15:00Z"}):
        with pytest.raises(ValidationError):
            worlds.service("twice", rate_minor=1, transit_days=1, **wrong)


def test_a_countrys_own_lane_comes_before_the_one_for_any():
    lanes = [
        {"country": "*", "rate_minor": 900, "transit_days": 9},
        {"country": "FR", "rate_minor": 500, "transit_days": 5},
    ]
    put_services([worlds.service("air", rate_minor=0, transit_days=0, lanes=lanes)])
    found = services_by_country(["FR", "US"])
    assert {country: [each[1:] for each in services] for country, services in found.items()} == {
        "FR": [(500, 5)],
        "US": [(900, 9)],
    }


def test_stock_of_what_nobody_knows_is_refused_with_every_reason():
    with pytest.raises(BadRows) as caught:
        put_stock([StockRecord(place="mars", sku="B", on_hand=1)])
    assert [(error.index, error.field) for error in caught.value.errors] == [(0, "place"), (0, "sku")]


def test_a_hold_takes_units_out_of_what_is_free():
    worlds.open_shop()
    hold(quantity=10)
    assert birds() == (10, 10)
    assert not free_stock([worlds.product().pk]).exists()
    with pytest.raises(StockShort, match="BIRDS is free in Reno"):
        hold("k2", 1)


def test_the_same_key_is_the_same_hold_and_never_another():
    worlds.open_shop()
    assert hold().pk == hold().pk
    assert birds() == (10, 3)
    with pytest.raises(IdempotencyConflict, match="other content"):
        hold(quantity=4)
    assert hold(who=worlds.customer("luc")).pk != hold().pk, "another customer's key is another key"


def test_what_ships_is_gone_and_what_is_released_is_free_and_twice_is_once():
    worlds.open_shop()
    gone, back = hold("gone", 3), hold("back", 2)
    for _ in range(2):
        consume_reservations([gone.pk])
        release_reservations([back.pk])
    assert birds() == (7, 0)
    release_reservations([gone.pk])
    assert birds() == (7, 0)
    assert sorted(StockReservation.objects.values_list("key", "state")) == [("back", "released"), ("gone", "shipped")]
    for _ in range(2):
        consume_reservations([back.pk])
    assert birds() == (5, 0), "what was let go left all the same"


def test_fewer_than_are_held_cannot_be_counted():
    worlds.open_shop()
    hold(quantity=3)
    with pytest.raises(BadRows, match="3 held for customers"):
        worlds.count(BIRDS=2)
    worlds.count(BIRDS=3)
    assert birds() == (3, 3)


def test_postgresql_never_holds_more_than_is_there():
    worlds.open_shop()
    with pytest.raises(IntegrityError), transaction.atomic():
        Stock.objects.update(held=11)


def test_holds_at_once_never_oversell(committed):
    worlds.open_shop()
    who = worlds.customer()
    answers = at_once(*[lambda n=n: hold(f"k{n}", 3, who=who) for n in range(5)])
    assert sorted(type(answer).__name__ for answer in answers) == ["StockReservation"] * 3 + ["StockShort"] * 2
    assert birds() == (10, 9)


def test_one_key_asked_for_at_once_holds_once(committed):
    worlds.open_shop()
    who = worlds.customer()
    answers = at_once(*[lambda: hold(who=who)] * 4)
    assert {answer.pk for answer in answers} == {StockReservation.objects.get().pk}
    assert birds() == (10, 3)


def book(sku, *stands_in, **changed):
    values = {"sku": sku, "title": sku, "currency": "USD", "price_minor": 1295} | changed
    if stands_in:
        values["substitutes"] = [{"sku": each, "kind": kind} for each, kind in stands_in]
    return ProductRecord(**values)


def stand_in(sku):
    rows = substitutes_of([Product.objects.get(sku=sku).pk]).values()
    return [(each.stands_in.sku, each.kind) for those in rows for each in those]


def test_a_product_says_what_may_stand_in_for_it_the_best_first_and_one_way_only():
    soft, hard, other = book("SOFT", ("HARD", "edition"), ("OTHER", "alternative")), book("HARD"), book("OTHER")
    assert put_products([soft, hard, other]) == UpsertResult(new=3)
    assert put_products([soft, hard, other]) == UpsertResult(same=3)
    assert (stand_in("SOFT"), stand_in("HARD")) == ([("HARD", "edition"), ("OTHER", "alternative")], [])
    turned = book("SOFT", ("OTHER", "alternative"), ("HARD", "edition"))
    assert put_products([turned, hard]) == UpsertResult(changed=1, same=1)
    assert stand_in("SOFT") == [("OTHER", "alternative"), ("HARD", "edition")]
    # A record that does not speak of them leaves them; an empty list takes them away.
    assert put_products([book("SOFT", price_minor=1195)]) == UpsertResult(changed=1)
    assert len(stand_in("SOFT")) == 2
    assert put_products([book("SOFT", price_minor=1195, substitutes=[])]) == UpsertResult(changed=1)
    assert stand_in("SOFT") == []


def test_what_is_no_longer_on_sale_stands_in_for_nothing():
    put_products([book("SOFT", ("HARD", "edition")), book("HARD", is_on_sale=False)])
    assert stand_in("SOFT") == []


def test_what_nobody_knows_stands_in_for_nothing_and_nothing_is_written():
    with pytest.raises(BadRows) as bad:
        put_products([book("HARD"), book("SOFT", ("HARD", "edition"), ("GONE", "edition"))])
    assert [(each.index, each.field) for each in bad.value.errors] == [(1, "substitutes.1.sku")]
    assert not Product.objects.filter(sku__in=["SOFT", "HARD"]).exists()


@pytest.mark.parametrize("stands_in", [[("SOFT", "edition")], [("HARD", "edition"), ("HARD", "alternative")]])
def test_nothing_stands_in_for_itself_or_twice(stands_in):
    with pytest.raises(ValidationError, match="substitutes"):
        book("SOFT", *stands_in)


def test_what_stands_in_for_many_is_read_in_one_query(django_assert_num_queries):
    put_products([book("HARD"), *(book(f"SOFT{n}", ("HARD", "edition")) for n in range(3))])
    ids = list(Product.objects.filter(sku__startswith="SOFT").values_list("id", flat=True))
    with django_assert_num_queries(1):
        assert len(substitutes_of(ids)) == 3
