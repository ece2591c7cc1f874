"""The table of authority: who may grant what alone, up to which sum. Helpers read it, a lead changes it."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from makegood.faces.desk.frame import actor_of, helper_of, shown
from makegood.faces.desk.remedy_words import REMEDY_WORDS
from makegood.kit.currencies import UnknownCurrency, exponent
from makegood.policies.rules.values import Besides, Grantable, grantable
from makegood.remedies.actions import OnlyALead, set_limit
from makegood.remedies.rules.values import AuthorityLimit
from makegood.remedies.situations import limits
from makegood.staff.rules import Role, Standpoint

STANDPOINTS = {
    Standpoint.CUSTOMER: gettext_lazy("Customer alone"),
    Standpoint.TOKEN: gettext_lazy("Program"),
    Standpoint.HELPER: gettext_lazy("Helper"),
    Standpoint.LEAD: gettext_lazy("Lead"),
}
BESIDES: Mapping[Grantable, str | Lazy] = {Besides.CREDIT: gettext_lazy("Credit")}
MOST = 10**12


def show(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    by_currency: dict[str, dict[Grantable, dict[Standpoint, AuthorityLimit]]] = defaultdict(lambda: defaultdict(dict))
    for limit in limits():
        by_currency[limit.currency][limit.remedy][limit.standpoint] = limit
    any_currency = by_currency["*"]

    def cells(currency: str, remedy: Grantable) -> list[AuthorityLimit | None]:
        """Who has no row of their own for a currency has the one for any."""
        own = by_currency[currency][remedy]
        return [own.get(who) or any_currency[remedy].get(who) for who in STANDPOINTS]

    tables = [
        (currency, [(name, cells(currency, remedy)) for remedy, name in _names().items()])
        for currency in sorted(by_currency, key=lambda each: (each != "*", each))
    ]
    own = {"*", settings.SHOP_CURRENCY}
    context = {
        "first": [each for each in tables if each[0] in own],
        "others": [each for each in tables if each[0] not in own],
        "shows_others": request.GET.get("set", "*") not in own,
        "standpoints": STANDPOINTS,
        "remedies": _names(),
        "may_edit": helper_of(request).role == Role.LEAD,
        "problem": problem,
        "typed": request.POST,
    }
    return shown(request, "desk/authority.html", context, status=status)


def _names() -> dict[Grantable, str | Lazy]:
    """All that may be granted, by what it is called."""
    return {**{remedy: words.name for remedy, words in REMEDY_WORDS.items()}, **BESIDES}


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Set one limit; an empty sum is no limit."""
    try:
        currency = request.POST.get("currency", "").strip().upper()
        set_limit(
            standpoint=Standpoint(request.POST.get("standpoint", "")),
            remedy=grantable(request.POST.get("remedy", "")),
            currency=currency,
            up_to_minor=_minor(request.POST.get("sum", ""), currency),
            by=actor_of(helper_of(request)),
        )
    except OnlyALead:
        return show(request, problem=_("Only a lead may change the table of authority."), status=403)
    except UnknownCurrency:
        return show(request, problem=_("There is no such currency: write it as in USD."), status=422)
    except (ValueError, InvalidOperation):
        problem = _("A limit is a sum of nothing or more, as in 150.00; leave it empty for no limit.")
        return show(request, problem=problem, status=422)
    return redirect(f"{reverse('desk:authority')}?set={quote(currency)}")


def _minor(typed: str, currency: str) -> int | None:
    """A sum as people type it, in minor units.

    Raises:
        ValueError, InvalidOperation: not a sum, or finer than the currency.
        UnknownCurrency: ISO 4217 lists no such code.
    """
    if currency != "*":
        exponent(currency)
    if not typed.strip():
        return None
    exact = Decimal(typed.strip().replace(",", ".")).scaleb(exponent(currency))
    if exact != exact.to_integral_value() or exact > MOST:
        raise ValueError(typed)
    return int(exact)
