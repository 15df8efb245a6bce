"""Grounded-language objectives as pure functions of tensors, one file each."""
