"""Tests of vlsim/models."""
