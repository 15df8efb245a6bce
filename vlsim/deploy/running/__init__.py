"""From a policy to a moving arm: control loop, safety filter, watchdog, log. Numpy only."""
