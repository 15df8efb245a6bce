"""Starting PyBullet quietly, and with the one build option that its speed depends on."""

import warnings
import weakref
from collections.abc import Callable

import pybullet as p

if not p.isNumpyEnabled():
    warnings.warn(
        "PyBullet was built without NumPy: every picture is copied as a tuple, ten times slower. "
        "Install a wheel: pip install --only-binary :all: pybullet (CPython 3.11 or older).",
        stacklevel=2,
    )


def connect() -> int:
    """Start a PyBullet client without a window. Returns its id."""
    return int(p.connect(p.DIRECT))


def stops_with(owner: object, client: int) -> Callable[[], object]:
    """Stop a client when its owner is gone, or before by calling what this returns."""
    return weakref.finalize(owner, p.disconnect, client)
