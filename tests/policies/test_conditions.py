"""A condition's text shows what CEL would not: names that nobody knows, fractions, comparisons that never hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.policies.rules.conditions import LONGEST, findings, texts_said
from makegood.policies.rules.vocabulary import OF_CHANGES, Kind

VALUES = {"limit": Kind.NUMBER, "unheard": None}


@pytest.mark.parametrize(
    "text",
    [
        "order.status == 'pending'",
        "'pending' != order.status || order . is_packed",
        'order.status in ["pending", "shipped"] && \'card\' in order.tender_kinds',
        "order.delivered_at != null && order.days_since_delivered <= 30",
        "change.items.all(each, each.is_available && each.price_minor < limit)",
        "size(order.lines.filter(line, !line.is_settled).map(line, line.price_minor)) > 2",
        "now < instant(order.placed_year + 1, 1, 31) // the 31 January after",
        "{'books': 14}[change.items[0].category] == 14",
        "change.reason.startsWith('no ') && order.is_packed == true",
        "order.earlier.return == 0",
        "unheard == 'a' || unheard == 1",
        "change.items[0].price_minor > limit && (order.total_minor > 5) == true",
        "order.total_minor - order.paid_minor == 0",
        "change.reason == '10.5'",
    ],
)
def test_nothing_is_found_in_good_ones(text):
    assert findings(text, vocabulary=OF_CHANGES, values=VALUES) == ()


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("order.status =", 1, "it is no CEL: line 1, column 14: Syntax error"),
        ("order.status == 'pendng'", 17, "order.status is never 'pendng'; did you mean pending?"),
        ("'a' == order.status", 1, "order.status is never 'a'"),
        ("order.status in ['pending', 'shiped']", 29, "order.status is never 'shiped'; did you mean shipped?"),
        ("order.stats == 'pending'", 1, "there is no 'order.stats'; did you mean order.status"),
        ("order.status == 'pending' || bogus", 30, "there is no 'bogus'; there are: change, customer, day"),
        ("order.total_minor > 10.5", 21, "10.5 is a fraction; sums are minor units"),
        ("order.total_minor > 1e3", 21, "1e3 is a fraction"),
        ("order.total_minor > 10u", 21, "10u is a number of another kind"),
        ("double(order.total_minor) > 1", 1, "there is no function 'double'"),
        ("order.total_minor == '10'", 1, "order.total_minor is a whole number, and '10' is a text"),
        ("order.is_packed == 1", 1, "order.is_packed is true or false, and 1 is a whole number"),
        ("order.status == order.total_minor", 1, "order.status is a text, and order.total_minor is a whole number"),
        ("change.items.all(each, each.is_avail)", 24, "there is no 'each.is_avail'; did you mean is_available?"),
        ("change.items.exists(each, each.category == 5)", 27, "each.category is a text, and 5 is a whole number"),
        ("change.items[0].categry == 'a'", 17, "there is no 'categry'; did you mean category?"),
        ("change.items[0].category == 5", 17, "category is a text, and 5 is a whole number"),
        (
            "change.items.category == 'a'",
            1,
            "there is no 'change.items.category': change.items is a list; say of which",
        ),
        ("limit == 'a'", 1, "limit is a whole number, and 'a' is a text"),
        ("limit.x > 1", 1, "there is no 'limit.x'"),
        ("true || " * 1000 + "true", 1, f"it has {8 * 1000 + 4} characters; split what is over {LONGEST} into values"),
    ],
)
def test_what_is_wrong_is_found_with_its_column(text, column, reason):
    found = findings(text, vocabulary=OF_CHANGES, values=VALUES)
    assert [each.column for each in found] == [column]
    assert found[0].reason.startswith(reason)


@given(st.text("order.status=='pending'&|()!<>[]{}?:,xu1.5e\"\\\n/", max_size=40))
def test_any_text_can_be_read(text):
    findings(text, vocabulary=OF_CHANGES, values={})
    list(texts_said(text))


def test_texts_that_are_asked_for():
    text = "change.reason in ['a', 'b'] || change.reason == \"c\" || 'd' in item.labels || 'e' != customer.tier"
    assert list(texts_said(text)) == [
        ("reason", "a"),
        ("reason", "b"),
        ("reason", "c"),
        ("labels", "d"),
        ("tier", "e"),
    ]
