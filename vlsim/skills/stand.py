"""Setting a lying thing upright."""

import math

from vlsim.world import SceneState

HOLD = 0.012
"""How far from its end a thing is held that lies and shall stand, metres."""


def near_end(scene: SceneState, index: int, yaw: float) -> tuple[float, float]:
    """Return where a lying thing is held to set it up, near its end on the robot's side.

    Args:
        scene: The facts.
        index: The thing.
        yaw: Along which line it is taken to lie, radians.
    """
    x, y, _ = scene.positions_world[index].tolist()
    arm = scene.specs[index].height / 2 - HOLD
    return x - arm * math.cos(yaw), y - arm * math.sin(yaw)
