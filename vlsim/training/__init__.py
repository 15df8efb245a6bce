"""Supervised stages of training: their loop, schedule and checkpoints; no environments."""
