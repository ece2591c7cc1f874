"""Amounts of money, and whose they are.

An amount is a whole number of a currency's smallest unit, never a float, and two currencies never mix in silence.
Whatever must be shared out is shared out to the last cent.
"""
