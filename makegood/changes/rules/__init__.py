"""What a change makes of an order, to the cent; pure."""
