"""The roles that things play in an instruction."""

ROLES = ("target", "place")
"""Parts that things play in an instruction: what to act on, and where it shall go.

Labels and networks have one entry for each.
"""
