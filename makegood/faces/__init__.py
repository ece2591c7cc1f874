"""The faces the house shows: helpers, customers, programs and carriers each have their own.

A face makes one action call for each write, composes queries for a page, and translates what goes wrong into its own
language.
"""
