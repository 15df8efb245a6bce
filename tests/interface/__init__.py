"""Tests of vlsim/interface."""
