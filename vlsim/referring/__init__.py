"""Noun phrases: as data, in words, and the things that they name."""
