"""Somebody wrote, about nothing that we know of; it ends with our answer."""

from makegood.cases.rules import CaseTypeRules

RULES = CaseTypeRules(gathers=frozenset())
