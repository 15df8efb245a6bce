"""Where words meet the picture: one file for each way of doing it."""
