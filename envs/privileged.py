"""What only training sees: labels for the grounded objectives and facts for the critic."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vlsim.interface.labels import ROLES
from vlsim.world import SceneState
from vlsim.world.camera import Camera
from vlsim.world.things import KINDS, TRAINED_KINDS

# A kind that training never shows is none of them.
_KIND_NAMES = tuple(k for k in TRAINED_KINDS if not KINDS[k].joint)
_FIXTURE_NAMES = tuple(k for k in TRAINED_KINDS if KINDS[k].joint)
_FACTS_PER_ROLE = 3 + 3 + 2 + len(_KIND_NAMES)
_FACTS_OF_FIXTURE = 3 + 1 + len(_FIXTURE_NAMES)


def size(*, with_fixtures: bool) -> int:
    """Return the entries of the vector.

    The first are labels: u, v of each of `ROLES`, and for each whether the goal has one. Only where
    tasks have fixtures, facts about the target's joint are the last.
    """
    for_roles = len(ROLES) * (2 + 1 + _FACTS_PER_ROLE)
    return for_roles + 4 + (_FACTS_OF_FIXTURE if with_fixtures else 0)


def privileged(
    scene: SceneState,
    roles: Mapping[str, int],
    done: float,
    camera: Camera,
    pictured: SceneState,
    *,
    with_fixtures: bool,
) -> NDArray[np.float32]:
    """Return labels and facts. Shape (`size`,), float32.

    Args:
        scene: The facts now.
        roles: Index of the "target", what the present motion is about, and of what the goal's other
            slots name.
        done: Share of the episode's steps that are used up, in [0, 1].
        camera: Where the front camera was when the observed picture was taken.
        pictured: The facts at that moment, which is earlier than `scene` if pictures are late.
        with_fixtures: Whether the task has any.
    """
    labels, facts = np.zeros((len(ROLES), 2)), np.zeros((len(ROLES), _FACTS_PER_ROLE))
    present = np.zeros(len(ROLES))
    for row, role in enumerate(ROLES):
        index = roles.get(role)
        if index is None:
            continue
        spec, position = scene.specs[index], scene.positions_world[index]
        labels[row] = camera.project(pictured.hold_world(index))
        present[row] = 1.0
        facts[row, :3] = position - scene.ee_position_world
        facts[row, 3:6] = scene.velocities_world[index]
        facts[row, 6:8] = spec.radius, spec.height
        if spec.kind in _KIND_NAMES:
            facts[row, 8 + _KIND_NAMES.index(spec.kind)] = 1.0
    rest = (*scene.ee_position_world, done)
    joint = _joint_facts(scene, roles["target"]) if with_fixtures else ()
    return np.concatenate([labels.ravel(), present, facts.ravel(), rest, joint]).astype(np.float32)


def _joint_facts(scene: SceneState, target: int) -> NDArray[np.float64]:
    """Return the way to the handle, the joint position and the kind of a fixture, else zeros."""
    facts, kind = np.zeros(_FACTS_OF_FIXTURE), scene.specs[target].kind
    if kind in _FIXTURE_NAMES:
        facts[:3] = scene.hold_world(target) - scene.ee_position_world
        facts[3] = scene.joint_positions[target]
        facts[4 + _FIXTURE_NAMES.index(kind)] = 1.0
    return facts
