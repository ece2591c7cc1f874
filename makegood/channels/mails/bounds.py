"""How much work a mail may cause: whoever writes one decides its bytes, never our patience.

What lies beyond a bound is not lost: it stays in the raw mail, and `Mail.problems` says that it was not read.
"""

# A mail of people has some 20 to 60 fields, a mailing list's up to 150.
FIELDS = 1_000
# One field's value: a long To list of a few thousand addresses fits.
FIELD_BYTES = 100_000
# Addresses of one field; parts of the whole mail; how deep parts may lie in parts.
ADDRESSES = 2_000
PARTS = 1_000
DEPTH = 30
# What is read as words: a long correspondence has 100 kB, a mail of 2 MB of text is a machine's.
TEXT_BYTES = 2_000_000
# Lines that are told apart; a mail of people has a few thousand. What follows is kept as history.
LINES = 20_000
# Elements within elements: a browser's own limit is 512, a newsletter's tables reach 60. The parser's work grows with
# the square of it, so deeper HTML is read as its words alone.
HTML_DEPTH = 200
# Of one line that a pattern is tried on; longer lines are words, never a signature or a quote's heading.
LINE_CHARS = 1_000
# Recipients named by one bounce.
RECIPIENTS = 100
