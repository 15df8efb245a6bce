"""What only training sees: labels for the grounded objectives and facts for the critic."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vlsim.envs.sensors import Sensed
from vlsim.interface.cameras import MAIN
from vlsim.interface.labels import (
    AIMED_ROLES,
    FACT_NAMES,
    FIXTURE_KINDS,
    LABEL_BOXES,
    LABEL_POINTS,
    LABEL_PRESENT,
    OBJECT_KINDS,
    ROLES,
    to_uv,
)
from vlsim.interface.observation import PRIVILEGED
from vlsim.world import SceneState

NOTHING = np.zeros(4)
"""The box of what is not seen."""


def privileged_spaces() -> dict[str, spaces.Space[Any]]:
    """Return the spaces of labels and facts, by name; the same for every task."""
    n, endless = len(ROLES), np.float32(np.inf)
    return {
        LABEL_POINTS: spaces.Box(-endless, endless, (2 * n,), np.float32),
        LABEL_BOXES: spaces.Box(np.float32(-1.0), np.float32(1.1), (4 * n,), np.float32),
        LABEL_PRESENT: spaces.MultiBinary(n),
        PRIVILEGED: spaces.Box(-endless, endless, (len(FACT_NAMES),), np.float32),
    }


def privileged(
    scene: SceneState, roles: Mapping[str, int], done: float, sensed: Sensed
) -> dict[str, NDArray[Any]]:
    """Return labels of the observed picture and facts of now, by name.

    Args:
        scene: The facts now.
        roles: Index of the "target", what the present motion is about, and of what the goal's other
            slots name.
        done: Share of the episode's steps that are used up, in [0, 1].
        sensed: What was observed: an earlier moment if pictures are late.
    """
    points, boxes = np.zeros((len(ROLES), 2), np.float32), np.zeros((len(ROLES), 4), np.float32)
    for row, role in enumerate(ROLES):
        if role in roles:
            index = roles[role]
            points[row] = sensed.cameras[MAIN].project(sensed.scene.hold_world(index))
            boxes[row] = box(sensed.mask == index)
    return {
        LABEL_POINTS: points.ravel(),
        LABEL_BOXES: boxes.ravel(),
        LABEL_PRESENT: np.array([role in roles for role in ROLES], np.int8),
        PRIVILEGED: facts(scene, roles, done),
    }


def box(seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the edges of what is seen of a thing: left, top, right, bottom, in u and v.

    Args:
        seen: Whether a pixel shows it. Shape (S, S).
    """
    rows, columns = np.nonzero(seen)
    if not len(rows):
        return NOTHING
    corners = [[columns.min(), rows.min()], [columns.max() + 1, rows.max() + 1]]
    return to_uv(np.array(corners), len(seen)).ravel()


def facts(scene: SceneState, roles: Mapping[str, int], done: float) -> NDArray[np.float32]:
    """Return `FACT_NAMES` of a scene. Shape (F,), float32."""
    values = dict.fromkeys(FACT_NAMES, 0.0)
    hand, target = np.array(scene.ee_position_world), roles["target"]
    for role in AIMED_ROLES:
        if role not in roles:
            continue
        index = roles[role]
        spec = scene.specs[index]
        _set(values, f"{role}_d", scene.positions_world[index] - hand)
        _set(values, f"{role}_v", scene.velocities_world[index])
        values |= {f"{role}_radius": spec.radius, f"{role}_height": spec.height}
        if spec.kind in OBJECT_KINDS:
            values[f"{role}_is_{spec.kind}"] = 1.0
    _set(values, "ee_", hand)
    values["time"] = done
    kind = scene.specs[target].kind
    if kind in FIXTURE_KINDS:
        _set(values, "handle_d", scene.hold_world(target) - hand)
        values |= {"joint": scene.joint_positions[target], f"joint_is_{kind}": 1.0}
    return np.array(list(values.values()), np.float32)


def _set(values: dict[str, float], name: str, xyz: NDArray[np.float64]) -> None:
    values |= {f"{name}{axis}": float(value) for axis, value in zip("xyz", xyz, strict=True)}
