"""Stories are data: a world, a script of events at instants, and what must be true, read only through the public API.

The player jumps a stage's clock from instant to instant and stops at everything that falls due in between.
Nothing here knows the product but by its addresses, so anyone's story plays, and ours prove what a stranger would see.
"""
