"""The table of phrasings: sentences read as goals, goals written as sentences."""
