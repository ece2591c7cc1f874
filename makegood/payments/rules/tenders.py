"""What kinds of tenders there are, and what may be done with each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class TenderKind(StrEnum):
    """How money comes in. A shop may name others; they are treated like money that another system took."""

    CARD = "card"
    WALLET = "wallet"
    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"
    MONEY_ORDER = "money_order"
    BANK_TRANSFER = "bank_transfer"
    CHEQUE = "cheque"
    CASH = "cash"


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderRule:
    """How money by a kind of tender goes back.

    `holds_balance`: we keep what it holds ourselves, so that money goes back to it at once. `is_returnable`: money
    can be sent back the way it came; else what is owed stays on the customer's account until they say how they want it.
    `business_days`: how many pass until they see it, seeing to it by hand included. `is_sent`: its owner sends it by
    themselves, so that it may be more or less than is due; a till takes what is.
    """

    holds_balance: bool = False
    is_returnable: bool = True
    business_days: int = 8
    is_sent: bool = False


# A card's issuer shows a refund within five to seven business days, a bank transfer takes one to two (SEPA: one,
# Directive (EU) 2015/2366, art. 83), and one more is for a person who sees to it. What holds a balance of ours has it
# at once.
RULES: Mapping[TenderKind, TenderRule] = {
    TenderKind.CARD: TenderRule(),
    TenderKind.WALLET: TenderRule(),
    TenderKind.GIFT_CARD: TenderRule(holds_balance=True, business_days=0),
    TenderKind.STORE_CREDIT: TenderRule(holds_balance=True, business_days=0),
    TenderKind.MONEY_ORDER: TenderRule(is_returnable=False, is_sent=True),
    TenderKind.BANK_TRANSFER: TenderRule(business_days=3, is_sent=True),
    TenderKind.CHEQUE: TenderRule(is_returnable=False, is_sent=True),
    TenderKind.CASH: TenderRule(is_returnable=False, is_sent=True),
}
OTHER = TenderRule()
# As shops call them.
ALIASES = {"transfer": TenderKind.BANK_TRANSFER, "paypal": TenderKind.WALLET, "credit_card": TenderKind.CARD}


def kind_of(told: str) -> str:
    """A tender's kind by our name for it, where we have one; else as the shop calls it."""
    return ALIASES[told].value if told in ALIASES else told


def kind_named(told: str) -> str:
    """Our name for a kind of tender, in whatever spelling a shop writes it; its own word where we know none."""
    plain = "_".join(told.lower().replace("-", " ").split())
    known = kind_of(plain)
    return known if known in set(TenderKind) else told


def rule_of(kind: str) -> TenderRule:
    """How money by a tender goes back, whatever a shop calls its kind."""
    if kind in ALIASES:
        return RULES[ALIASES[kind]]
    return RULES[TenderKind(kind)] if kind in set(TenderKind) else OTHER
