"""What was bought, for how much, and the groups of units that were promised together.

A delivery is one group of units with one address and one date; it holds the foreign key to its promise, and splits
when parcels split.
"""
