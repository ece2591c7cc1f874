"""A grant in words, as examples of what is found in a policy say it; for whoever writes policies, so in English."""

from makegood.kit.currencies import CURRENCIES, exponent
from makegood.policies.rules.grant_situations import GrantSituation, TroubleKind
from makegood.policies.rules.situations import DAY
from makegood.policies.rules.values import PARTS, Per

TROUBLE = {
    TroubleKind.LOST: "what was lost",
    TroubleKind.NOT_LEFT: "what has not left",
    TroubleKind.NOT_RECEIVED: "what was not received",
    TroubleKind.DAMAGED: "what came damaged",
    TroubleKind.LATE: "what is late",
    TroubleKind.RETURNING: "what is coming back",
    TroubleKind.NONE: "no trouble at all",
}


def example_of(situation: GrantSituation) -> str:
    """All that a condition could have looked at, in a line."""
    grant, trouble, customer = situation.grant, situation.trouble, situation.customer
    costs = " and ".join(sum_words(each.amount_minor, each.currency) for each in grant.costs)
    said = [f"{grant.remedy.value} of {grant.unit_count} for {TROUBLE[trouble.kind]}, which costs {costs or 'nothing'}"]
    if trouble.due_at is not None:
        days = int((situation.now - trouble.due_at).total_seconds()) // DAY
        said.append(f"due {days} days ago" if days >= 0 else f"due in {-days} days")
    if trouble.is_self_reported:
        said.append("nobody but the customer says so")
    said.append(
        f"for a customer with {customer.order_count} orders, "
        f"{customer.remedies_12_months} remedies and {customer.parcels_12_months} parcels in twelve months"
    )
    for (span, _), past in situation.past.items():
        if past.worth or past.count:
            whose = "to this customer" if span.per is Per.CUSTOMER else "by whoever grants it"
            said.append(f"{past.worth // PARTS} in {past.count} grants {whose} within {span.days} days before")
    return ", ".join(dict.fromkeys(said))


def sum_words(amount_minor: int, currency: str) -> str:
    """A sum with its currency, as 1,250.00 USD."""
    decimals = exponent(currency) if currency in CURRENCIES else 2
    whole, part = divmod(amount_minor, 10**decimals)
    return f"{whole:,}{f'.{part:0{decimals}}' if decimals else ''} {currency}"
