"""A customer's bank asks money back, or about it: it ends when all that it asks is answered."""

from makegood.cases.rules import CaseTypeRules

RULES = CaseTypeRules(gathers=frozenset())
