"""Facts that happened: the history of everything, and the outbox of everything that must follow.

A fact is written in the transaction that made it true, together with one job for each reaction to it.
A reaction happens at least once and takes effect once; one that keeps failing is parked where people see it.
"""
