"""What was promised to a door is in danger, late or being made good, until all of it arrived or is paid back."""

from makegood.cases.rules import CaseTypeRules, SubjectKind

RULES = CaseTypeRules(gathers=frozenset({SubjectKind.DELIVERY}))
