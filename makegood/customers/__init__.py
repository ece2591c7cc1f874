"""People who buy from the shop, how they are reached and in which language and zone.

Nothing here knows what they bought or what was promised to them.
"""
