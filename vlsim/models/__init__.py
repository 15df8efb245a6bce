"""Torch modules: eyes, ears, where they meet, and what is done about it."""
