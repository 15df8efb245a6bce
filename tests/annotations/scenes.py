"""Scenes of pictures, and views that show every object in full, without a simulator."""

import itertools

import numpy as np

from vlsim.annotations import View
from vlsim.data.splits import SPLITS
from vlsim.errors import PlacementError
from vlsim.world import SceneState
from vlsim.world.camera import FRONT

SIDE = 128


def scene_of(seed: int, split: str = "train") -> SceneState:
    """Return a scene of a split."""
    for attempt in itertools.count():
        try:
            return SPLITS[split].scene(seed, attempt)
        except PlacementError:
            continue
    raise AssertionError


def whole_view(scene: SceneState) -> View:
    """Return a view in which each object is the rectangle round it, small ones before large."""
    owners = np.full((SIDE, SIDE), -1, np.int8)
    for i in sorted(range(len(scene.specs)), key=lambda i: -scene.specs[i].radius):
        spec = scene.specs[i]
        u, v = FRONT.project(scene.positions_world[i])
        column, row = (int((at + 1) * SIDE / 2) for at in (u, v))
        reach = int(spec.radius / 0.24 * SIDE / 2)
        rows = slice(max(0, row - reach), row + reach)
        owners[rows, max(0, column - reach) : column + reach] = i
    return View(FRONT, owners)
