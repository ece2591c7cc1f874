"""Makegood: customer service for shops that ship things.

Two ledgers side by side: what was promised, and who owes whom.
Each folder below this one is a room for one business idea; `docs/house.md` draws the house.
"""
