"""Goals made of other goals."""
