"""Worlds in endless variants: each seed draws another one, and reckons by itself what must become of it.

Nothing here asks the product what is right; dates come from `kit.calendars`, sums from plain arithmetic.
"""
