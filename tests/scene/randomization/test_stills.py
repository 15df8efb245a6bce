"""Randomised still pictures are what an environment shows at its reset."""

import numpy as np
import pytest

from vlsim.envs import make_env
from vlsim.interface.observation import IMAGE
from vlsim.robots.catalogue import IIWA
from vlsim.scene.randomization import choose_terms
from vlsim.scene.randomization.stills import VariedStills

SIZE = 48


@pytest.mark.parametrize("terms", ["background,object-color,light", "looks,robot-init", "physics"])
def test_a_picture_and_its_camera_are_those_of_the_environments_reset(terms: str) -> None:
    environment = make_env("pick_place", robot="iiwa", randomization=terms, image_size=SIZE)
    stills = VariedStills(IIWA, choose_terms(terms))
    for seed in (0, 1):
        observation, _ = environment.reset(seed=seed)
        rgb, camera = stills.draw(environment.initial_scene, SIZE, seed)
        np.testing.assert_array_equal(rgb, observation[IMAGE])
        assert camera == environment.front_camera
    environment.close()
    stills.close()


def test_noise_is_in_the_picture_and_comes_again() -> None:
    environment = make_env("pick_place", image_size=SIZE)
    environment.reset(seed=0)
    scene = environment.initial_scene
    environment.close()
    quiet, loud = (
        VariedStills(IIWA, choose_terms({"noise": {"pixels": std}})) for std in (0.0, 8.0)
    )
    first, _ = loud.draw(scene, SIZE, 3)
    clean, _ = quiet.draw(scene, SIZE, 3)
    difference = first.astype(int) - clean
    # Where nothing is cut off at 0 or 255.
    middle = (clean > 40) & (clean < 215)
    assert difference[middle].std() == pytest.approx(8.0, rel=0.1)
    np.testing.assert_array_equal(first, loud.draw(scene, SIZE, 3)[0])
    assert (first != loud.draw(scene, SIZE, 4)[0]).any()
    quiet.close()
    loud.close()
