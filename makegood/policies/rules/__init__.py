"""Pure decisions on what a shop allows; CEL is the one thing beyond the standard library."""
