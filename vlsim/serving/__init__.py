"""Policies over a network: the wire format, a server, and a policy that is somewhere else."""
