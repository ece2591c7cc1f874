"""What may be said, decided over plain values: what a letter is made of, and whether our records support it.

`values` holds what news and letters are; `truth` checks claims; `parts` hears which of the four parts words have.
Nothing here reads a database or a clock.
"""
