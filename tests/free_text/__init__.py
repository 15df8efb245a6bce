"""Tests of vlsim/free_text."""
