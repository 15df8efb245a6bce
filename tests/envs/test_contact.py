"""Contact is stronger than motors: what is pressed stays above the table and out of the fingers."""

from typing import Any

import numpy as np
import pytest

from vlsim.envs import make_env
from vlsim.world.things import ObjectSpec

FORWARD, DOWN, UP = [1, 0, 0, 0, 0, -1], [0, 0, -1, 0, 0, -1], [0, 0, 0.5, 0, 0, -1]
STAY = [0, 0, 0, 0, 0, -1]
PRESS_AND_LIFT = [FORWARD] * 4 + [STAY] * 6 + [DOWN] * 10 + [UP] * 15
"""`ee_delta` actions that never open the gripper."""
MOST_SUNK = 0.003
"""Metres."""


def one(kind: str, x: float = 0.5, y: float = 0.0) -> dict[str, Any]:
    """Return a scene with one small red thing."""
    z = ObjectSpec(kind, "red", "small").height / 2
    return {"objects": [{"kind": kind, "color": "red", "position": [x, y, z]}]}


@pytest.mark.parametrize("robot", ["panda", "iiwa"])
@pytest.mark.parametrize("kind", ["cube", "cylinder", "ball"])
def test_a_gripper_that_never_opens_lifts_nothing_and_presses_nothing_into_the_table(
    robot: str, kind: str
) -> None:
    environment = make_env("lift", robot=robot, image_size=32)
    environment.reset(seed=0, options={"instruction": f"lift the red {kind}", "scene": one(kind)})
    lowest, openings = [], []
    for action in PRESS_AND_LIFT:
        *_, info = environment.step(np.array(action, np.float32))
        scene = environment.unwrapped.scene
        lowest.append(scene.positions_world[0, 2])
        openings.append(scene.gripper_opening)
        assert not info["success_once"]
    height = ObjectSpec(kind, "red", "small").height
    assert min(lowest) > height / 2 - MOST_SUNK
    assert max(openings[10:]) < 0.002
    environment.close()
