"""Changes of an order that somebody asks for here: cancelled units, another address, size or tender, a second order in
the same parcel, what is sent back. Each is allowed by the shop's policy or refused in its words, decided and written
under the lock of the order, and kept with what it changed; whoever comes second changes the order as the first one
left it.
"""
