"""What payments are made of, and what is decided about them."""
