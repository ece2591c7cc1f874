"""Boxes on their way, what carriers say about them, and what we believe.

A verdict is never a fact of the carrier's: it is our estimate, with a probability and its evidence.
A dispatch is what we ask a warehouse to send; it becomes a parcel when the warehouse announces one.
"""
