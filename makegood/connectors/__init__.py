"""The outside world, one connector each, behind the ports that rooms define.

No connector knows another; `wiring` decides which are used.
"""
