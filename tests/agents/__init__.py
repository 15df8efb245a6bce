"""Tests of vlsim/agents."""
