"""What shops tell: orders in all their versions, with the parcels that left and what is known to have arrived.

One way through: the records, what stands of them already, what that changes, and everything written in one transaction.
Orders and parcels keep their own verbs; this room knows which of them a record asks for, and in which order.
"""
