"""Who may grant what alone, as the shop's policy says: for everybody who helps to read."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from makegood.faces.desk.frame import shown
from makegood.faces.desk.remedy_words import GRANTABLE_NAMES
from makegood.faces.words import money
from makegood.kit import clock
from makegood.policies.queries import shop_policy
from makegood.policies.rules.values import (
    Authority,
    AuthorityRule,
    Grantable,
    Grantor,
    GrantRule,
    LimitRule,
    Per,
)

GRANTORS = {
    Grantor.CUSTOMER: gettext_lazy("Customer alone"),
    Grantor.TOKEN: gettext_lazy("Program"),
    Grantor.HELPER: gettext_lazy("Helper"),
    Grantor.LEAD: gettext_lazy("Lead"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What somebody may grant each time. `sum` "": without limit; `is_conditional`: only in some situations."""

    sum: str
    is_conditional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stricter:
    """What is stricter than the table: for whom, of what, and what it says."""

    name: str
    who: str
    remedies: str
    words: str
    when: str


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    policy = shop_policy(now=clock.now())
    authority = policy.authority if policy else Authority()
    context = {
        "policy": policy,
        "currency": settings.SHOP_CURRENCY,
        "grantors": GRANTORS.values(),
        "lines": [
            (name, [_cell(authority, who, remedy) for who in GRANTORS]) for remedy, name in GRANTABLE_NAMES.items()
        ],
        "stricter": list(_stricter(authority)),
        "worth": [(each, money(minor, each)) for each, minor in authority.worth],
    }
    return shown(request, "desk/authority.html", context)


def _cell(authority: Authority, who: Grantor, remedy: Grantable) -> Cell | None:
    """The most that a rule lets them grant each time; None where none does."""
    rules = [rule for rule in authority.grants if who in rule.who and rule.is_for(remedy)]
    if not rules:
        return None
    most = max(rules, key=lambda rule: (not rule.when, rule.up_to is None, rule.up_to or 0))
    return Cell(sum=_sum(authority, most), is_conditional=bool(most.when))


def _sum(authority: Authority, rule: GrantRule) -> str:
    return "" if rule.up_to is None else _worth(authority, rule.up_to)


def _worth(authority: Authority, units: int) -> str:
    """So many units of the policy's measure in the shop's currency; as they are where it has no worth in it."""
    own = dict(authority.worth).get(settings.SHOP_CURRENCY)
    return money(units * own, settings.SHOP_CURRENCY) if own else f"{units:,}"


def _stricter(authority: Authority) -> Iterator[Stricter]:
    for limit in authority.limits:
        yield _told(limit, _limit_words(authority, limit))
    for hold in authority.holds:
        yield _told(hold, hold.because)
    for second in authority.seconds:
        words = _("A second person has to agree to more than %(sum)s.") % {"sum": _worth(authority, second.above)}
        yield _told(second, words)


def _limit_words(authority: Authority, limit: LimitRule) -> str:
    most = []
    if limit.up_to is not None:
        most.append(_worth(authority, limit.up_to))
    if limit.count is not None:
        most.append(ngettext("%(count)s time", "%(count)s times", limit.count) % {"count": limit.count})
    words = {"most": ", ".join(most), "days": limit.days}
    if limit.per is Per.CUSTOMER:
        return _("Of what one customer is granted in %(days)s days, whoever grants it: no more than %(most)s.") % words
    return _("Of what each of them grants in %(days)s days: no more than %(most)s.") % words


def _told(rule: AuthorityRule, words: str) -> Stricter:
    return Stricter(
        name=rule.name,
        who=", ".join(str(GRANTORS[each]) for each in rule.who if each in GRANTORS),
        remedies=", ".join(str(GRANTABLE_NAMES[each]) for each in rule.remedies),
        words=words,
        when=rule.when,
    )
