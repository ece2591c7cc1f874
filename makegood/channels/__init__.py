"""How words travel: messages out and in, whatever carries them.

A message is written as requested and handed over by a job; nothing here decides what is said.
"""
