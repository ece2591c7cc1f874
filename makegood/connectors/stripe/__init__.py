"""Stripe behind the port of `payments.gateway`, by its own SDK."""
