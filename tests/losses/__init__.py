"""Tests of vlsim/losses."""
