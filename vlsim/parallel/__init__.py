"""Processes and threads: workers, the pool that shares tasks out to them, one thread for each."""
