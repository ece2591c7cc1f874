"""What a shop allows, as data: which changes of an order, until when and for which reasons, and who may grant what.

A policy is a TOML file of versions with effective dates; each rule is a condition in CEL with the words that are said
when it refuses. One engine serves all shops, and what can't be decided is refused and shown to a helper.
"""
