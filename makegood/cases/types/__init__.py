"""The types of cases, a module each.

What is particular to a type is one value of `cases.rules.CaseTypeRules`; `registry` holds them all.
"""
