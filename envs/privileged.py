"""What only training sees: labels for the grounded objectives and facts for the critic."""

import numpy as np
from numpy.typing import NDArray

from vlsim.scene.camera import Camera
from vlsim.world import KINDS, SceneState

_KIND_NAMES = tuple(KINDS)
_FACTS_PER_ROLE = 3 + 3 + 2 + len(_KIND_NAMES)
SIZE = 6 + 2 * _FACTS_PER_ROLE + 4
"""Entries of the vector. The first six are labels: u, v of the target, u, v of the place, and for
each of the two whether the goal has one."""


def privileged(
    scene: SceneState,
    referents: dict[str, int],
    done: float,
    camera: Camera,
    pictured: SceneState,
) -> NDArray[np.float32]:
    """Return labels and facts. Shape (`SIZE`,), float32.

    Args:
        scene: The facts now.
        referents: Index of the "target" and, for goals that have one, of the "place".
        done: Share of the episode's steps that are used up, in [0, 1].
        camera: Where the front camera was when the observed picture was taken.
        pictured: The facts at that moment, which is earlier than `scene` if pictures are late.
    """
    labels, facts = np.zeros((2, 2)), np.zeros((2, _FACTS_PER_ROLE))
    present = np.zeros(2)
    for row, role in enumerate(("target", "place")):
        index = referents.get(role)
        if index is None:
            continue
        spec, position = scene.specs[index], scene.positions_world[index]
        labels[row] = camera.project(pictured.positions_world[index])
        present[row] = 1.0
        facts[row, :3] = position - scene.ee_position_world
        facts[row, 3:6] = scene.velocities_world[index]
        facts[row, 6:8] = spec.radius, spec.height
        facts[row, 8 + _KIND_NAMES.index(spec.kind)] = 1.0
    rest = (*scene.ee_position_world, done)
    return np.concatenate([labels.ravel(), present, facts.ravel(), rest]).astype(np.float32)
