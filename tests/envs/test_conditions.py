"""An instruction set can turn a randomisation on; what the user asks for counts more."""

import numpy as np
import pytest

from vlsim.envs import make_env
from vlsim.instruction_sets import SETS

CONDITIONS = [name for name, s in SETS.items() if s.randomization]


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_set_turns_its_randomisation_on_over_the_episode_of_seen(name: str) -> None:
    plain = make_env("reach", image_size=32)
    asked = make_env("reach", image_size=32, randomization=name)
    varied = make_env("reach", image_size=32, instruction_set=name)
    usual, usual_info = plain.reset(seed=3)
    wanted, wanted_info = asked.reset(seed=3)
    seen, info = varied.reset(seed=3)
    assert list(info["randomization"]) == [name]
    assert info["randomization"] == wanted_info["randomization"]
    assert info["instruction"] == usual_info["instruction"]
    assert all((seen[key] == wanted[key]).all() for key in wanted)
    assert any((seen[key] != usual[key]).any() for key in ("image", "proprio"))
    np.testing.assert_array_equal(
        varied.initial_scene.positions_world, plain.initial_scene.positions_world
    )
    for environment in (plain, asked, varied):
        environment.close()


def test_the_terms_of_set_and_user_add_up_and_the_users_field_counts() -> None:
    chosen = {"light": {"ambient": 0.5}, "mass": {}}
    environment = make_env(
        "reach", image_size=32, instruction_set="combo+light", randomization=chosen
    )
    _, info = environment.reset(seed=3)
    assert list(info["randomization"]) == ["light", "mass"]
    assert info["randomization"]["light"]["ambient"] == 0.5
    assert environment.instruction_set == "combo+light"
    environment.close()


def test_without_a_set_that_asks_for_it_nothing_is_randomised() -> None:
    for name in ("seen", "combo+paraphrase", "gibberish"):
        environment = make_env("reach", image_size=32, instruction_set=name)
        assert environment.reset(seed=3)[1]["randomization"] == {}
        environment.close()
