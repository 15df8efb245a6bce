"""The simulated tabletop; the only folder that imports PyBullet."""

import os

# PyBullet greets on the C level when it is imported, which would spoil `--json` output.
_streams = [(number, os.dup(number)) for number in (1, 2)]
_null = os.open(os.devnull, os.O_WRONLY)
try:
    for _number, _ in _streams:
        os.dup2(_null, _number)
    import pybullet  # noqa: F401, imported here so that every later import of it is silent
finally:
    for _number, _copy in _streams:
        os.dup2(_copy, _number)
        os.close(_copy)
    os.close(_null)
