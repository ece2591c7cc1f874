"""What is said of a refusal: the policy's own words, or ours where it has none."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from makegood.policies.rules.deciding import RefusedFor, RuleRefusal
from makegood.policies.rules.granting import Withheld
from makegood.policies.rules.values import ChangeKind, Said


def refusal_words(refusal: RuleRefusal, *, language: str) -> Said:
    """What the customer is told, in their language or visibly in another."""
    if refusal.words is not None:
        return refusal.words.said_in(language)
    with override(language):
        return Said(text=_own_words(refusal.because), language=language, wanted=language)


def _own_words(because: RefusedFor) -> str:
    return {
        RefusedFor.CONDITION: _("This can’t be changed any more."),
        RefusedFor.DEADLINE: _("The time in which this could be changed is over."),
        RefusedFor.NOT_OFFERED: _("This shop does not offer that change."),
        RefusedFor.NOT_IN_FORCE: _("We can’t say at once whether this is possible, so somebody here will look at it."),
        RefusedFor.FAILED: _("We can’t say at once whether this is possible, so somebody here will look at it."),
    }[because]


def withheld_words(withheld: Withheld, *, language: str) -> Said:
    """What a customer is told who can't be granted it alone: never why, and that somebody here looks at it."""
    if withheld.words is not None:
        return withheld.words.said_in(language)
    with override(language):
        text = _("We can’t say at once whether this is possible, so somebody here will look at it.")
        return Said(text=text, language=language, wanted=language)


def change_words(kind: ChangeKind) -> str:
    """What a customer calls a kind of change."""
    return {
        ChangeKind.CANCEL: _("Cancel"),
        ChangeKind.CHANGE_ADDRESS: _("Change the address"),
        ChangeKind.CHANGE_ITEMS: _("Change items"),
        ChangeKind.CHANGE_TENDER: _("Pay another way"),
        ChangeKind.ADD_LINES: _("Add something"),
        ChangeKind.MERGE: _("Put orders together"),
        ChangeKind.SPLIT_DELIVERY: _("Send it in parts"),
        ChangeKind.RETURN: _("Send something back"),
        ChangeKind.EXCHANGE: _("Exchange something"),
    }[kind]
