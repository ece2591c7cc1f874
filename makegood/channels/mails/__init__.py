"""What comes in as raw mail, read: who, what about, in whose words, with what attached, and what kind of mail it is.

Reading is pure: bytes in, one frozen `Mail` out, whatever the bytes are, within stated bounds (`bounds`).
Nothing here looks anything up, answers anybody or believes what a mail says of itself.
"""
