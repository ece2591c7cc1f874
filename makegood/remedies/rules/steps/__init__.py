"""What a remedy does, one step after the other: each kind of step says of itself what it costs and what it shows."""
