"""The table of phrasings: sentences read as goals, and goals written as sentences."""
