"""What goals share whose target is carried to a spot on the table and left there."""

import math

from vlsim.goals.base import share_covered
from vlsim.world import SceneState
from vlsim.world.distances import distance_to_ee, position_xy
from vlsim.world.space import Point

HELD_DISTANCE = 0.04
"""The gripper holds nothing whose centre is farther than this from the end effector, metres."""
OPEN_MARGIN = 0.008
"""The gripper holds nothing that is narrower than its opening by this much, metres."""
GRASP_DISTANCE = 0.02
"""The end effector has arrived at what it shall grasp within this distance, metres."""
LIFT_HEIGHT = 0.08
"""Rise of the target that counts as fully lifted, metres."""
LIFTED = 0.01
"""A target higher or lower than this beside its resting height is not pushed but lifted, metres."""


def was_left(scene: SceneState, target: int) -> bool:
    """Whether the object lies on the table, at rest, and the gripper has let go."""
    return lies_still(scene, target) and not is_held(scene, target)


def lies_still(scene: SceneState, target: int) -> bool:
    """Whether the object is on the table, neither lifted nor fallen, and at rest."""
    height = float(scene.positions_world[target, 2])
    is_down = abs(height - scene.specs[target].height / 2) <= LIFTED
    return is_down and scene.is_at_rest(target)


def approached(
    before: SceneState, now: SceneState, target: int, near: float = GRASP_DISTANCE
) -> float:
    """Return the share of the way from the end effector to `near` the object that is covered."""
    return share_covered(distance_to_ee(before, target) - near, distance_to_ee(now, target) - near)


def lifted(before: SceneState, now: SceneState, target: int) -> float:
    """Return the share of an 8 cm rise of the object."""
    rise = float(now.positions_world[target, 2] - before.positions_world[target, 2])
    return min(1.0, max(0.0, rise / LIFT_HEIGHT))


def carried(before: SceneState, now: SceneState, target: int, spot: Point) -> dict[str, float]:
    """Return how far the object has come on its way to the spot, as terms in [0, 1].

    approach: share of the initial distance from end effector to target that is covered
    lift: share of an 8 cm rise
    move: share of the initial distance to the spot that is covered
    """
    return {
        "approach": approached(before, now, target),
        "lift": lifted(before, now, target),
        "move": share_covered(
            math.dist(spot, position_xy(before, target)),
            math.dist(spot, position_xy(now, target)),
        ),
    }


def is_held(scene: SceneState, target: int) -> bool:
    """Whether the object may be between the fingers."""
    return (
        distance_to_ee(scene, target) <= HELD_DISTANCE
        and scene.gripper_opening <= 2 * scene.specs[target].radius + OPEN_MARGIN
    )
