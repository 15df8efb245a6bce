"""Tests of vlsim/robots."""
