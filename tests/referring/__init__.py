"""Tests of vlsim/referring."""
