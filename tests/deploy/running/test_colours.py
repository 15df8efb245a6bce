"""Reversed colours are noticed in the simulator's own pictures, and right ones are not accused."""

import numpy as np
import pytest

from vlsim.deploy.running.colours import COLDEST, TOO_COLD, WARMEST, check_colours, warmth
from vlsim.envs import make_env
from vlsim.errors import InvalidValueError


def flat(red: int, blue: int) -> np.ndarray:
    return np.full((4, 6, 3), (red, 90, blue), np.uint8)


def test_warmth_is_red_less_blue() -> None:
    assert warmth(flat(120, 80)) == 40.0
    halves = np.concatenate([flat(120, 80), flat(10, 100)])
    assert warmth(halves) == -25.0


@pytest.mark.parametrize(("blue", "is_refused"), [(100 - TOO_COLD, False), (101 - TOO_COLD, True)])
def test_what_is_colder_than_the_limit_is_refused(blue: int, is_refused: bool) -> None:
    if not is_refused:
        assert check_colours(flat(100, blue), {"light": {}})
        return
    with pytest.raises(
        InvalidValueError, match=r"red less blue is -11 .* --trust-colours"
    ) as caught:
        check_colours(flat(100, blue), {})
    assert "\n" not in str(caught.value)
    assert not check_colours(flat(100, blue), {"background": {}})


@pytest.mark.parametrize(
    ("task", "name"), [("reach", "seen"), ("tabletop", "noise"), ("push", "light")]
)
def test_of_simulated_pictures_only_reversed_ones_are_refused(task: str, name: str) -> None:
    env = make_env(task, instruction_set=name)
    try:
        for seed in range(8):
            picture = env.reset(seed=seed)[0]["image"]
            assert check_colours(picture, {})
            if name == "seen":
                assert COLDEST <= warmth(picture) <= WARMEST
                with pytest.raises(InvalidValueError, match="BGR"):
                    check_colours(picture[..., ::-1], {})
    finally:
        env.close()
