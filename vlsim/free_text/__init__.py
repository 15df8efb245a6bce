"""What people type, brought into the words of the grammar, or asked back.

Frozen but for mending: no rule without a failing sentence of a user.
"""
