"""What a simulator takes, it gives back: memory at every reset, its client with its owner."""

import gc
import tracemalloc
from collections.abc import Callable

import numpy as np
import pybullet as p
import pytest

from vlsim.envs import make_env
from vlsim.robots.catalogue import PANDA
from vlsim.scene.client import connect
from vlsim.scene.randomization import Randomizer, choose_terms
from vlsim.scene.randomization.stills import VariedStills
from vlsim.scene.simulation import Simulation
from vlsim.scene.still import StillScenes
from vlsim.world import SceneState, resting_scene
from vlsim.world.camera import FRONT
from vlsim.world.things import KINDS, MATERIALS, ObjectSpec

MOST_KEPT = 2000
"""Bytes, of what Python reuses. The lists that make one table, or one cylinder, take more."""


def scenes() -> list[SceneState]:
    """Return scenes with every kind and every material, as many as fit."""
    specs = [ObjectSpec(kind, "red", "large") for kind in KINDS]
    specs += [ObjectSpec("cube", "blue", "small", material) for material in MATERIALS]
    halves = tuple(specs[: len(specs) // 2]), tuple(specs[len(specs) // 2 :])
    spots = [(x, y) for x in (0.36, 0.5, 0.64) for y in (-0.18, -0.06, 0.06, 0.18)]
    return [
        resting_scene(half, np.array(spots[: len(half)]), np.zeros(len(half))) for half in halves
    ]


def kept(again: Callable[[], None], n: int) -> float:
    """Return how many bytes Python keeps of each time, on average."""
    for _ in range(3):
        again()
    tracemalloc.start()
    try:
        again()
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(n):
            again()
        gc.collect()
        return (tracemalloc.get_traced_memory()[0] - before) / n
    finally:
        tracemalloc.stop()


def test_a_reset_keeps_nothing_of_the_scenes_before() -> None:
    simulation = Simulation(PANDA.with_firm_grip())
    randomizer = Randomizer(choose_terms("all"), {"front": FRONT})
    drawn = scenes()

    def again() -> None:
        for seed, scene in enumerate(drawn):
            simulation.reset(scene, randomizer.begin(seed, scene))
            randomizer.apply(simulation)
            simulation.wait()
            simulation.render(FRONT, 32)

    assert kept(again, 20) <= MOST_KEPT
    simulation.close()


def test_drawing_stills_keeps_nothing_of_the_scenes_before() -> None:
    stills, drawn = StillScenes(), scenes()

    def again() -> None:
        for scene in drawn:
            stills.draw(scene, FRONT, 32)

    assert kept(again, 20) <= MOST_KEPT
    stills.close()


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_env("reach", image_size=32).reset(seed=0),
        lambda: make_env("tabletop", "primitive", image_size=32),
        Simulation,
        StillScenes,
        lambda: VariedStills(PANDA, choose_terms("all")),
    ],
    ids=["environment", "environment before its first reset", "simulation", "stills", "varied"],
)
def test_a_client_stops_when_its_owner_is_gone(make: Callable[[], object]) -> None:
    first = connect()
    p.disconnect(first)
    for _ in range(5):
        owner = make()
        del owner
        gc.collect()
    following = connect()
    # PyBullet gives the lowest number that is free.
    assert following == first
    p.disconnect(following)
