"""The customers' pages: my orders, where is it really, something is wrong, what we promised and whether we kept it."""
