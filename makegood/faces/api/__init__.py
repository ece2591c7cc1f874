"""The API for programs: all that a screen can do, through the same actions (law 13)."""
