"""Tests of vlsim/training."""
