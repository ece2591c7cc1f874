"""The kinds of remedy, one small module each, and the one registry of them in the order in which we prefer them.

A new kind is a module here, its line in `registry.py` and in `RemedyKind`, and its words in each audience's table.
"""
