"""What every room stands on and no customer would ever name: the clock, calendars, embedded PostgreSQL, SQL loading.

No word of the business belongs here; a module that needs one has found its room elsewhere.
"""
