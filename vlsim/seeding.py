"""Named streams of random numbers: adding a draw to one leaves all others untouched."""

import zlib

import numpy as np

from vlsim.errors import InvalidValueError


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """Return the generator that belongs to `seed` and `names`.

    The same arguments give the same numbers in any process and on any worker.

    >>> a, b = stream(7, "layout", 3), stream(7, "layout", 3)
    >>> bool(a.random() == b.random())
    True
    >>> bool(stream(7, "layout", 3).random() == stream(7, "words", 3).random())
    False

    Args:
        seed: Any non-negative integer.
        names: What the numbers are for; strings are keyed by their CRC-32.

    Returns:
        A fresh PCG64 generator.

    Raises:
        InvalidValueError: If the seed is negative.
    """
    return np.random.Generator(np.random.PCG64(_sequence(seed, names)))


def derive(seed: int, *names: str | int) -> int:
    """Return a 63-bit seed that belongs to `seed` and `names`."""
    return int(_sequence(seed, names).generate_state(1, np.uint64)[0] >> 1)


def check_seed(seed: int) -> int:
    """Return `seed` if streams can be drawn from it, else say which can be.

    >>> check_seed(7)
    7

    Raises:
        InvalidValueError: If it is negative.
    """
    if seed < 0:
        raise InvalidValueError(f"seed must be 0 or more, got {seed}.")
    return seed


def _sequence(seed: int, names: tuple[str | int, ...]) -> np.random.SeedSequence:
    check_seed(seed)
    keys = [zlib.crc32(n.encode()) if isinstance(n, str) else int(n) for n in names]
    return np.random.SeedSequence(seed, spawn_key=keys)
