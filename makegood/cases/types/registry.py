"""Every type of case with its rules: a new one is a member of `CaseType`, a module beside this one, and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from makegood.cases.rules import CaseType, CaseTypeRules, SubjectKind
from makegood.cases.types import delivery, dispute, question

CASE_TYPES: Mapping[CaseType, CaseTypeRules] = MappingProxyType(
    {
        CaseType.DELIVERY: delivery.RULES,
        CaseType.QUESTION: question.RULES,
        CaseType.DISPUTE: dispute.RULES,
    }
)


def types_gathering(kind: SubjectKind) -> list[CaseType]:
    """The types whose cases gather such subjects."""
    return [each for each, rules in CASE_TYPES.items() if kind in rules.gathers]
