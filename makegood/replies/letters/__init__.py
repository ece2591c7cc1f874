"""The letters we write, one file each: what it tells, and how it is put together from that.

A new kind of letter is a file here, a member of `NewsKind`, and its words; a test holds that every member has its own.
"""
