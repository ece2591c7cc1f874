"""What rows from outside have in common."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from babel import Locale
from pydantic import TypeAdapter, ValidationError

from makegood.kit.countries import countries
from makegood.kit.emails import BadEmail, normal_email
from makegood.kit.records import (
    Country,
    Currency,
    Day,
    Instant,
    Minor,
    Quantity,
    Record,
    Reference,
    Time,
    Zone,
    number_of,
)
from makegood.kit.rows import BadRows, RowError, UpsertResult


class Row(Record):
    id: Reference


def test_an_unknown_field_is_refused_and_spaces_fall_away():
    assert Row.model_validate({"id": "  a1 "}).id == "a1"
    with pytest.raises(ValidationError):
        Row.model_validate({"id": "a1", "naem": "x"})


@pytest.mark.parametrize(
    ("kind", "bad"),
    [
        (Reference, ""),
        (Country, "us"),
        (Country, "ZZ"),
        (Country, "EU"),
        (Day, 0),
        (Day, "20000"),
        (Instant, 0),
        (Instant, 1.5),
        (Instant, "1759395600"),
        (Time, 54_000),
        (Time, "54000"),
        (Currency, "usd"),
        (Currency, "UDS"),
        (Currency, "XAU"),
        (Zone, "Mars/Olympus"),
        (Instant, "2026-10-02T09:00:00"),
        (Instant, "0001-01-01T00:00:00+14:00"),
        (Instant, "0001-01-01T00:00:00Z"),
        (Instant, "9999-12-31T23:59:59Z"),
        (Instant, "9999-12-31T23:59:59-12:00"),
        (Day, "0001-01-01"),
        (Day, "9999-12-31"),
        (Day, "2200-01-01"),
        (Minor, -1),
        (Minor, 1.5),
        (Minor, "12"),
        (Minor, True),
        (Quantity, 0),
    ],
)
def test_what_is_refused(kind: Any, bad: Any):
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(bad)


def test_an_instant_is_the_same_in_any_offset():
    at = TypeAdapter(Instant).validate_python("2026-10-02T11:00:00+02:00")
    assert at == datetime(2026, 10, 2, 9, tzinfo=UTC)
    assert at.isoformat() == "2026-10-02T09:00:00+00:00"
    assert (
        TypeAdapter(Instant).validate_python(datetime(2026, 10, 2, tzinfo=timezone(timedelta(hours=1)))).tzinfo == UTC
    )


@pytest.mark.parametrize("good", ["Ada@marsh.example", " Ada@MARSH.example "])
def test_an_address_keeps_its_local_part_and_lowers_its_domain(good):
    assert normal_email(good) == "Ada@marsh.example"


@pytest.mark.parametrize(
    "bad", ["", "ada", "ada@", "ada@host", "a b@c.example", "a@b.example, c@d.example", "a@b.example\nBcc: x@y.example"]
)
def test_what_mail_cannot_reach(bad):
    with pytest.raises(BadEmail):
        normal_email(bad)


def test_bad_rows_name_their_rows_and_counts_add_up():
    bad = BadRows([RowError(index=3, field="lines.0.sku", reason="'X' is unknown")])
    assert str(bad) == "row 3: lines.0.sku: 'X' is unknown"
    assert UpsertResult(new=1, same=2) + UpsertResult(changed=3, same=-1) == UpsertResult(new=1, changed=3, same=1)


@pytest.mark.parametrize("text", ["", "²", "٣", "-1", "+1", " 1", "1.0", "1" * 19, "1" * 5000, "x", "1\0"])
def test_what_is_no_rows_number(text: str):
    assert number_of(text) is None


def test_every_country_has_a_name_to_print():
    names = Locale("en").territories
    assert all(names[code] for code in countries())
    assert {"US", "FR", "XK", "IC"} <= countries()
