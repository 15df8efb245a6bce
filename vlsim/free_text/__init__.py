"""What people type, brought into the words of the grammar, or asked back."""
