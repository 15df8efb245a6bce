"""Goals of one motion or one arrangement, a page each."""
