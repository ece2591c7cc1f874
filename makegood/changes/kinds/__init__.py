"""One module for each kind of change: what it makes of an order, whoever asks."""
