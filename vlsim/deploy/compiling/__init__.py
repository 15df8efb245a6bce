"""From the graphs of a bundle to code for one machine: options, builders, and what they keep."""
