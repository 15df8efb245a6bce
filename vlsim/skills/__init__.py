"""Motions of the arm, one page each."""
