"""Smaller policies from larger ones: pruned channels, and students of a teacher."""
