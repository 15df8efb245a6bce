"""What a policy needs beside what an environment has: every difference is one line."""

import pytest

from vlsim.envs import make_env
from vlsim.interface.conditions import Conditions, misfits
from vlsim.interface.policy import ANY, PolicySpec

THERE = Conditions("ee_delta", "panda", {"front": 64, "wrist": 64})


@pytest.mark.parametrize(
    "spec",
    [
        PolicySpec(),
        PolicySpec("ee_delta", "panda", {"front": 64}, 10),
        PolicySpec(cameras={"wrist": ANY, "front": 64}, rate_hz=10.0, chunk=8),
    ],
)
def test_what_is_there_or_does_not_matter_fits(spec: PolicySpec) -> None:
    assert list(misfits(spec, THERE)) == []


@pytest.mark.parametrize(
    ("spec", "option", "words", "remedy"),
    [
        (
            PolicySpec("planar"),
            "control",
            "needs control 'planar', not 'ee_delta'",
            "Make the environment with control='planar'.",
        ),
        (
            PolicySpec(robot="iiwa"),
            "robot",
            "needs robot 'iiwa', not 'panda'",
            "Make the environment with robot='iiwa'.",
        ),
        (
            PolicySpec(cameras={"viewer": 64}),
            "cameras",
            "needs the camera 'viewer', and there is front, wrist",
            "Make the environment with cameras=('front', 'wrist', 'viewer').",
        ),
        (
            PolicySpec(cameras={"wrist": 128}),
            "image_size",
            "needs pictures of camera 'wrist' with 128 pixels, not 64",
            "Make the environment with image_size=128.",
        ),
        (
            PolicySpec(rate_hz=None),
            "rate_hz",
            "acts at one action a motion, not at 10 Hz",
            "Train or save it for the rate of the environment.",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_both_values_and_the_remedy(
    spec: PolicySpec, option: str, words: str, remedy: str
) -> None:
    assert list(misfits(spec, THERE)) == [(option, words, remedy)]


def test_everything_that_does_not_fit_is_told() -> None:
    spec = PolicySpec("primitive", "iiwa", {"front": 32, "viewer": 32}, 2)
    found = [misfit.option for misfit in misfits(spec, THERE)]
    assert found == ["control", "robot", "cameras", "image_size", "rate_hz"]


def test_an_environment_says_what_it_has() -> None:
    env = make_env("reach", "primitive", robot="iiwa", image_size=32, cameras=("wrist",))
    assert env.conditions == Conditions("primitive", "iiwa", {"front": 32, "wrist": 32})
    env.close()
