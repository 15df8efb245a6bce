"""All that an environment and a policy have in common: actions, observations, cameras, pictures."""
