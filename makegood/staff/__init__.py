"""The people who help, their roles, and the tokens with which programs act.

What a role may grant is decided in `remedies`, the same for people and programs.
"""
