"""Pure decisions on remedies: what is possible, in which order, and who may grant it."""
