"""Tests of vlsim/world."""
