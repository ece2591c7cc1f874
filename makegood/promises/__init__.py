"""What we said we would do, for whom, and by when.

Every clock in the product is a promise: ship, deliver, reply, call, refund, check back.
One sweep watches them all, so nothing that was said can be forgotten.
"""
