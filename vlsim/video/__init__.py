"""Films: frames, lettering, and files."""
