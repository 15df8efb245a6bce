"""Tests of vlsim/video."""
