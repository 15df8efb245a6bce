"""Contact holds against presses: a short run of the benchmark."""

import pytest

from tests.benchmarks.scripts import load

contact = load("contact")


@pytest.mark.parametrize(
    ("robot", "control"),
    [("panda", "ee_delta"), ("iiwa", "discrete"), ("panda", "joint_delta"), ("pusher", "planar")],
)
def test_presses_sink_nothing(robot: str, control: str) -> None:
    assert contact.sunk(robot, control, 60, presses=True) <= contact.MOST_SUNK_MM


@pytest.mark.parametrize("control", ["ee_delta", "joint_delta", "discrete"])
def test_what_was_never_opened_lifts_nothing(control: str) -> None:
    assert contact.lifts_without_opening("panda", control, 2) == 0
