"""What a shop allows, as data: which changes of an order, until when, how often, to which tenders, for which reasons.

A policy is a TOML file of versions with effective dates; each rule is a condition in CEL with the words that are said
when it refuses. One engine serves all shops, and what can't be decided is refused and shown to a helper.
"""
