"""A policy as a value: what it offers, its named values, and its rules with their words."""

from collections.abc import Iterator, Mapping, Sequence
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
    """What a request of a kind names: units of the order, what takes their place, and a tender that pays or is paid."""

    has_items: bool = False
    has_new_items: bool = False
    has_tender: bool = False


CHANGES: Mapping[ChangeKind, ChangeTerms] = {
    ChangeKind.CANCEL: ChangeTerms(has_items=True),
    ChangeKind.CHANGE_ADDRESS: ChangeTerms(),
    ChangeKind.CHANGE_ITEMS: ChangeTerms(has_items=True, has_new_items=True, has_tender=True),
    ChangeKind.CHANGE_TENDER: ChangeTerms(has_tender=True),
    ChangeKind.ADD_LINES: ChangeTerms(has_new_items=True, has_tender=True),
    ChangeKind.MERGE: ChangeTerms(),
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
    NEW_DATE = "new_date"
    REFUND = "refund"


class Besides(StrEnum):
    """What is given besides, whatever went wrong, within the same table of authority."""

    CREDIT = "credit"


Grantable = RemedyKind | Besides


def grantable(name: str) -> Grantable:
    """What a row of the table of authority is about.

    Raises:
        ValueError: there is nothing of that name.
    """
    return Besides(name) if name in set(Besides) else RemedyKind(name)


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

    def conditions(self) -> Iterator[tuple[str, str]]:
        """All that is written in CEL, each with its place in the policy."""
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
