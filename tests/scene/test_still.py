"""Still scenes look like the simulated ones."""

import numpy as np

from tests.scene.scenes import scene
from vlsim.scene.simulation import Simulation
from vlsim.scene.still import POSE_HIGH, POSE_LOW, POSES, StillScenes
from vlsim.seeding import stream
from vlsim.world.camera import FRONT

FIRST = scene(("cube", 0.45, 0.1), ("bowl", 0.55, -0.1))
SECOND = scene(("pad", 0.5, 0.0))


def test_a_still_picture_is_the_picture_of_the_first_moment(simulation: Simulation) -> None:
    stills = StillScenes()
    stills.draw(SECOND, FRONT, 64)
    still = stills.draw(FIRST, FRONT, 64).rgb
    simulation.reset(FIRST)
    np.testing.assert_array_equal(still, simulation.render(FRONT, 64).rgb)
    stills.close()
    stills.close()


def test_the_arm_is_drawn_where_it_is_asked_to_be() -> None:
    stills = StillScenes()
    poses = stills.arm_poses(stream(0, "arm poses"))
    assert len(poses) == POSES
    at_home = stills.draw(FIRST, FRONT, 64).rgb
    elsewhere = [stills.draw(FIRST, FRONT, 64, joints).rgb for joints in poses[:5]]
    assert all((picture != at_home).any() for picture in elsewhere)
    np.testing.assert_array_equal(stills.draw(FIRST, FRONT, 64).rgb, at_home)
    assert all(low < high for low, high in zip(POSE_LOW, POSE_HIGH, strict=True))
    stills.close()
