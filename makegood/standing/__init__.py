"""How long and how well we know each other.

Everything here is derived from what other rooms keep; nothing is stored.
"""
