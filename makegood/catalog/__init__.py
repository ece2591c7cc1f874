"""What the shop sells, where it lies, and the services that can carry it.

Stock is held before it is promised, and let go when the promise falls away.
"""
