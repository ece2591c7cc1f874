"""One customer's matter, over any number of messages, until the outcome is proven.

A case opens by itself when a promise is in danger, gathers everything that concerns it,
and asks for a person only when one is needed.
"""
