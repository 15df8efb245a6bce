"""Actions: one specification for each control mode, for all tasks."""

import pytest

from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.interface.action import CONTROL_NAMES, action_spec, control_rate
from vlsim.interface.observation import Channels, channels, channels_for
from vlsim.skills import SKILLS


def test_what_an_action_is_made_of_in_each_control_mode() -> None:
    assert action_spec("ee_delta").names == ("dx", "dy", "dz", "dyaw", "dtilt", "grip")
    assert action_spec("primitive").names == ("u0", "v0", "u1", "v1", *SKILLS)
    assert action_spec("planar").names == ("dx", "dy")
    assert action_spec("joint_delta", 3).names == ("joint_1", "joint_2", "joint_3", "grip")
    assert len(action_spec("discrete").choices) == 9
    dx, *_, grip = action_spec("ee_delta").channels
    assert (dx.unit, dx.low, dx.high, grip.unit) == ("m", -0.05, 0.05, "1")
    assert [control_rate(name) for name in CONTROL_NAMES] == [10, None, 10, 10, 10]


def test_names_of_entries_are_unique() -> None:
    for control in CONTROL_NAMES:
        names = (*channels(control).pose, *channels(control).action)
        if control != "joint_delta":
            assert len(set(names)) == len(names)


def test_an_unknown_control_mode_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="No control mode named 'swim'"):
        action_spec("swim")


@pytest.mark.parametrize("task", TASKS)
def test_a_network_needs_a_part_of_what_every_task_has(task: str) -> None:
    for control in TASKS[task].horizon:
        few, whole = channels_for(control, TASKS[task].skills), channels(control)
        proprio, action = few.columns_in(whole)
        names = (*whole.pose, *whole.action)
        assert [names[i] for i in proprio] == [*few.pose, *few.action]
        assert [whole.action[i] for i in action] == list(few.action)


def test_only_what_stands_things_up_tilts() -> None:
    assert "dtilt" in channels_for("ee_delta", TASKS["turn"].skills).action
    assert "dtilt" not in channels_for("ee_delta", TASKS["reach"].skills).action
    assert "tilt" not in channels_for("primitive", TASKS["turn"].skills).pose


def test_an_entry_that_does_not_exist_is_named() -> None:
    with pytest.raises(InvalidValueError, match="no channel 'dw'; known are x, dx"):
        Channels(("x",), ("dw",)).columns_in(Channels(("x",), ("dx",)))
