"""One thread for each computation, since the number of threads changes the last bits of a result.

Measured with a small convolutional network on two cores: with one thread in the workers and two in
a run without workers, all 40 of 40 episodes differed; with one thread everywhere, none.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

VARIABLE = "OMP_NUM_THREADS"


@contextmanager
def one_thread_in_new_processes() -> Iterator[None]:
    """Let processes that start within the block compute with one thread each.

    Through the environment, since the libraries read it when they are loaded.
    """
    old = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = "1"
    try:
        yield
    finally:
        if old is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = old


@contextmanager
def one_thread_here() -> Iterator[None]:
    """Let torch, if a policy has loaded it, compute with one thread within the block."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    old = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(old)
