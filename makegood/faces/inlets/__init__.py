"""Where carriers and shops push what happened, each with its own proof of who it is."""
