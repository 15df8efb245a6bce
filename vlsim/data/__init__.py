"""Scenes with instructions, alone and in large pools, for episodes and for grounding."""
