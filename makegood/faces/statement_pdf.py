"""A customer's account as a PDF, put together by typst: words go in as data, so that none of them can be markup."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from makegood.customers.models import Customer
from makegood.faces.statements import StatementShown, language, statements_shown
from makegood.faces.words import day, day_with_year
from makegood.kit.typesetting import pdf_of

TEMPLATE = Path(__file__).parent / "pages" / "statement.typ"


def statement_pdf(customer: Customer, *, now: datetime) -> HttpResponse:
    """The account as a file, in the language that is active."""
    answer = HttpResponse(pdf_of(TEMPLATE, told_of(customer, now=now)), content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="statement.pdf"'
    return answer


def told_of(customer: Customer, *, now: datetime) -> dict[str, Any]:
    """What the pages say, as the template reads it."""
    return {
        "language": language().partition("-")[0],
        "title": _("Your account"),
        "shop": settings.SHOP_NAME,
        "name": customer.name,
        "reference": _("customer %(reference)s") % {"reference": customer.reference},
        "as_of": _("Your account, as of %(day)s") % {"day": day_with_year(now, customer.zone)},
        "nothing": _("Nothing is owed on either side."),
        "sum": _("Sum"),
        "then": _("Then"),
        "accounts": [_account(each) for each in statements_shown(customer, now=now)],
    }


def _account(shown: StatementShown) -> dict[str, object]:
    opening = {
        "day": "",
        "text": _("Before that"),
        "detail": "",
        "sum": "",
        "then": shown.opening,
        "owed": shown.opening_owed,
    }
    rows = [
        {
            "day": day_with_year(line.on_date),
            "text": line.text,
            "detail": line.detail,
            "sum": line.sum,
            "then": line.then,
            "owed": line.owed,
        }
        for line in shown.lines
    ]
    today = {
        "day": "",
        "text": _("Today"),
        "detail": "",
        "sum": "",
        "then": shown.balance,
        "owed": shown.balance_owed,
    }
    back = _("Going back to you, %(stands)s: %(goes)s")
    by, due = _("%(goes)s, by %(day)s."), _("Still to pay for order %(order)s: %(sum)s.")
    return {
        "headline": shown.headline,
        "explained": shown.explained,
        "sums_in": _("All sums in %(currency)s") % {"currency": shown.currency},
        "to_pay": [due % {"order": each.order.reference, "sum": each.due} for each in shown.to_pay],
        "going_back": [
            back % {"stands": each.stands, "goes": by % {"goes": each.text, "day": day(each.by_date)}}
            for each in shown.going_back
        ],
        "rows": [*([opening] if shown.opening else []), *rows, today],
    }
