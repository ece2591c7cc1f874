"""How policies are locked."""

from makegood.kit.sql import take_turns

# What whoever changes the policy takes turns in.
POLICY = "the policy"


def lock_policies() -> None:
    """Let whoever changes the policy do it one after the other, until each ends."""
    take_turns(POLICY)
