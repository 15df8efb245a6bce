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
    height = float(scene.positions_world[target, 2])
    return (
        abs(height - scene.specs[target].height / 2) <= LIFTED
        and scene.is_at_rest(target)
        and not is_held(scene, target)
    )


def carried(before: SceneState, now: SceneState, target: int, spot: Point) -> dict[str, float]:
    """Return how far the object has come on its way to the spot, as terms in [0, 1].

    approach: share of the initial distance from end effector to target that is covered
    lift: share of an 8 cm rise
    move: share of the initial distance to the spot that is covered
    """
    rise = float(now.positions_world[target, 2] - before.positions_world[target, 2])
    return {
        "approach": share_covered(
            distance_to_ee(before, target) - GRASP_DISTANCE,
            distance_to_ee(now, target) - GRASP_DISTANCE,
        ),
        "lift": min(1.0, max(0.0, rise / LIFT_HEIGHT)),
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
