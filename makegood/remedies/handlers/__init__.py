"""How each kind of step is carried out: what it writes here, and what it asks of others."""
