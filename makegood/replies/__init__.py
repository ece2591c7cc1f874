"""The words we send: an acknowledgement, the truth, the remedy with its date, and a reason to come back.

News comes in as a value and leaves as a letter in the reader's own language.
Nothing leaves that names a date, a sum or a number our records don't support, whoever wrote it.
"""
