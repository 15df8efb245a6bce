"""Robots: what they are made of, and those that come with vlsim."""
