"""A policy as a value: what it offers, its named values, its rules with their words, and who may grant what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Every policy says its words in this one; the others fall back to it.
FIRST_LANGUAGE = "en"
# A value with a meaning of its own: whether an order's postage goes back when the last of its goods comes back.
POSTAGE_GOES_BACK = "postage_goes_back"


class ChangeKind(StrEnum):
    """What can be asked of an order. A new kind is a member here, a line in `CHANGES`, and its words."""

    CANCEL = "cancel"
    CHANGE_ADDRESS = "change_address"
    CHANGE_ITEMS = "change_items"
    CHANGE_TENDER = "change_tender"
    ADD_LINES = "add_lines"
    MERGE = "merge"
    SPLIT_DELIVERY = "split_delivery"
    RETURN = "return"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTerms:
    """What a request of a kind names: units of the order, what takes their place, a tender that pays or is paid, and
    other orders.
    """

    has_items: bool = False
    has_new_items: bool = False
    has_tender: bool = False
    has_orders: bool = False


CHANGES: Mapping[ChangeKind, ChangeTerms] = {
    ChangeKind.CANCEL: ChangeTerms(has_items=True),
    ChangeKind.CHANGE_ADDRESS: ChangeTerms(),
    ChangeKind.CHANGE_ITEMS: ChangeTerms(has_items=True, has_new_items=True, has_tender=True),
    ChangeKind.CHANGE_TENDER: ChangeTerms(has_tender=True),
    ChangeKind.ADD_LINES: ChangeTerms(has_new_items=True, has_tender=True),
    ChangeKind.MERGE: ChangeTerms(has_orders=True),
    ChangeKind.SPLIT_DELIVERY: ChangeTerms(has_items=True),
    ChangeKind.RETURN: ChangeTerms(has_items=True, has_tender=True),
    ChangeKind.EXCHANGE: ChangeTerms(has_items=True, has_new_items=True, has_tender=True),
}


class RemedyKind(StrEnum):
    """A name for each kind; what a kind is stands in its own module (`remedies/kinds/`)."""

    SEND_FASTER = "send_faster"
    SEND_ELSEWHERE = "send_elsewhere"
    SEND_AGAIN = "send_again"
    SEND_PART = "send_part"
    UPGRADE_EDITION = "upgrade_edition"
    SUBSTITUTE = "substitute"
    NEW_DATE = "new_date"
    REFUND = "refund"


# What is not what was ordered: nobody has it sent to a customer who did not say that they want it.
ASKS_FIRST = frozenset({RemedyKind.SUBSTITUTE})


class Besides(StrEnum):
    """What is given besides, whatever went wrong, by the same rules of who may grant it."""

    CREDIT = "credit"


Grantable = RemedyKind | Besides


def grantable(name: str) -> Grantable:
    """What goes by a name, as a policy has it.

    Raises:
        ValueError: there is nothing of that name.
    """
    return Besides(name) if name in set(Besides) else RemedyKind(name)


GRANTABLE: tuple[Grantable, ...] = (*RemedyKind, *Besides)


class Grantor(StrEnum):
    """From where somebody grants: the standpoints of `staff`, which stands beside policies; a test holds both equal."""

    CUSTOMER = "customer"
    HELPER = "helper"
    LEAD = "lead"
    TOKEN = "token"
    POLICY = "policy"


class Per(StrEnum):
    """Of whose grants a limit takes the sum: one customer's, whoever granted them, or what one grantor granted."""

    CUSTOMER = "customer"
    GRANTOR = "grantor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Words in the language they are in, which may not be the one that was `wanted`."""

    text: str
    language: str
    wanted: str

    @property
    def is_fallback(self) -> bool:
        return self.language != self.wanted


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in several languages, as pairs of language and text; `FIRST_LANGUAGE` is always among them."""

    by_language: tuple[tuple[str, str], ...]

    def said_in(self, language: str) -> Said:
        """The words in a language, or else in the first one: which one, they say."""
        texts = dict(self.by_language)
        spoken = language if language in texts else FIRST_LANGUAGE
        return Said(text=texts.get(spoken, ""), language=spoken, wanted=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that a shop asks before it allows a change, as conditions in CEL.

    The rule counts where `when` holds (always, where it is empty). Then either `requires` must hold, or the instant
    that `until` comes to must not have come. `words` are said to the customer when it refuses.
    """

    name: str
    changes: tuple[ChangeKind, ...]
    words: Words
    when: str = ""
    requires: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedValue:
    """What an expression in CEL comes to, under a name that the values and rules after it may use."""

    name: str
    expression: str


# Limits are in whole units of the policy's own measure, and what a grant is worth in so many parts of one.
PARTS = 100
# What a grant is worth where one of its currencies has no worth in the measure.
UNKNOWN = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRule:
    """What every rule of authority says: for whom, for which remedies (empty: every one), and, in CEL, where it counts
    (empty: always).
    """

    name: str
    who: tuple[Grantor, ...]
    remedies: tuple[Grantable, ...] = ()
    when: str = ""

    def is_for(self, remedy: Grantable) -> bool:
        return not self.remedies or remedy in self.remedies


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRule(AuthorityRule):
    """They may grant it, each time up to so much; None: however much it costs."""

    up_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What a limit sums up: the grants of these remedies (empty: every one) in the last so many days."""

    per: Per
    days: int
    remedies: tuple[Grantable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRule(AuthorityRule):
    """They may not grant it where that would pass a sum or a number of grants over days."""

    per: Per
    days: int
    up_to: int | None = None
    count: int | None = None
    words: Words | None = None

    @property
    def span(self) -> Span:
        return Span(per=self.per, days=self.days, remedies=self.remedies)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRule(AuthorityRule):
    """In this situation they may not grant it, whatever it costs; `because` is for helpers, `words` for customers."""

    because: str
    words: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondRule(AuthorityRule):
    """Above so much a second person has to agree to what they grant."""

    above: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who may grant what, and what their limits come to: `worth` is how many minor units are worth one of the measure.

    Nobody may grant what no rule lets them grant.
    """

    worth: tuple[tuple[str, int], ...] = ()
    grants: tuple[GrantRule, ...] = ()
    limits: tuple[LimitRule, ...] = ()
    holds: tuple[HoldRule, ...] = ()
    seconds: tuple[SecondRule, ...] = ()

    @property
    def rules(self) -> tuple[AuthorityRule, ...]:
        return (*self.grants, *self.limits, *self.holds, *self.seconds)

    @property
    def spans(self) -> tuple[Span, ...]:
        """Everything that has to be summed up before anybody can say who may grant what."""
        return tuple(dict.fromkeys(limit.span for limit in self.limits))

    def worth_of(self, sums: Iterable[tuple[str, int]]) -> int:
        """What sums of money (currency, minor units) are worth together in `PARTS` of the measure, each rounded up.

        A sum below zero counts as nothing; `UNKNOWN` where a currency has no worth.
        """
        worth, total = dict(self.worth), 0
        for currency, amount_minor in sums:
            if currency not in worth:
                return UNKNOWN
            total += max(-(-amount_minor * PARTS // worth[currency]), 0)
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of what a shop allows, in force from an instant until the next one is. What it does not offer, it
    refuses.
    """

    name: str
    effective_from: datetime
    offers: tuple[ChangeKind, ...]
    values: tuple[NamedValue, ...] = ()
    rules: tuple[Rule, ...]
    authority: Authority = Authority()

    def conditions(self) -> Iterator[tuple[str, str]]:
        """All that is written in CEL about changes of an order, each with its place in the policy."""
        yield from ((f"values.{value.name}", value.expression) for value in self.values)
        for rule in self.rules:
            for field, text in (("when", rule.when), ("requires", rule.requires), ("until", rule.until)):
                if text:
                    yield f"{rule.name}.{field}", text


class NoPolicyInForce(LookupError):
    """The instant is before the first version."""


def policy_in_force(policies: Sequence[Policy], *, at: datetime) -> Policy:
    """The version that is in force at an instant: of those that have begun, the one that began last.

    Raises:
        NoPolicyInForce: none has begun.
    """
    begun = [policy for policy in policies if policy.effective_from <= at]
    if not begun:
        raise NoPolicyInForce(at)
    return max(begun, key=lambda policy: policy.effective_from)
