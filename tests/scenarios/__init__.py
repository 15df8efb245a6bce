"""Tests of vlsim/scenarios."""
