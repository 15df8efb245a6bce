"""Named streams of random numbers: adding a draw to one leaves all others untouched."""

import operator
import zlib
from typing import SupportsIndex

import numpy as np

from vlsim.errors import InvalidValueError

LARGEST_SEED = 2**63 - 1
"""Vectors of environments keep the seeds of their episodes in arrays of 64-bit integers."""


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """Return the generator that belongs to `seed` and `names`.

    The same arguments give the same numbers in any process and on any worker.

    >>> a, b = stream(7, "layout", 3), stream(7, "layout", 3)
    >>> bool(a.random() == b.random())
    True
    >>> bool(stream(7, "layout", 3).random() == stream(7, "words", 3).random())
    False

    Args:
        seed: A whole number from 0 to 2**63 - 1.
        names: What the numbers are for; strings are keyed by their CRC-32.

    Returns:
        A fresh PCG64 generator.

    Raises:
        InvalidValueError: If the seed is none.
    """
    return np.random.Generator(np.random.PCG64(_sequence(seed, names)))


def derive(seed: int, *names: str | int) -> int:
    """Return a 63-bit seed that belongs to `seed` and `names`."""
    return int(_sequence(seed, names).generate_state(1, np.uint64)[0] >> 1)


def check_seed(seed: SupportsIndex) -> int:
    """Return `seed` as a plain integer if streams can be drawn from it, else say which can be.

    >>> check_seed(np.int64(7))
    7

    Raises:
        InvalidValueError: If it is no whole number, or none that 64-bit arrays of seeds can hold.
    """
    try:
        number = operator.index(seed)
    except TypeError:
        number = -1
    if not 0 <= number <= LARGEST_SEED:
        raise InvalidValueError(
            f"seed must be a whole number from 0 to 2**63 - 1, got {seed!r:.80}."
        )
    return number


def _sequence(seed: int, names: tuple[str | int, ...]) -> np.random.SeedSequence:
    seed = check_seed(seed)
    keys = [zlib.crc32(n.encode()) if isinstance(n, str) else int(n) for n in names]
    return np.random.SeedSequence(seed, spawn_key=keys)
