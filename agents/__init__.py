"""Agents: the learned policy, how it is trained, and the scripted ones it is compared with."""

# Reached through the link vlsim/agents, never as `agents`: two copies of a class are two classes.
if __name__ != "vlsim.agents":
    raise ImportError(f"Import 'vlsim.agents', not '{__name__}'.")
