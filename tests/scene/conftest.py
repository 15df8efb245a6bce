"""One simulation that the tests of a file share: starting one costs more than resetting it."""

from collections.abc import Iterator

import pytest

from vlsim.scene.simulation import Simulation


@pytest.fixture(scope="module")
def simulation() -> Iterator[Simulation]:
    simulation = Simulation()
    yield simulation
    simulation.close()
