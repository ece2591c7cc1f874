"""Stories as data: worlds, the player, and its schema. The player imports nothing of the product but `kit`."""
