"""Ways to make it good: what is possible, what it costs, who may grant it, and carrying it out.

The one orchestrator: only here do acts of several steps run, and only here is authority checked,
the same for people, programs and customers alone.
"""
