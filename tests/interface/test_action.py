"""Actions: one specification for each control mode, for all tasks."""

import pytest

from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.interface.action import CONTROL_NAMES, action_spec, control_rate
from vlsim.interface.observation import Channels, channels, channels_for, undecided
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


def test_a_joint_that_slides_moves_by_metres() -> None:
    turns, slides, _ = action_spec("joint_delta", 2, sliding={1}).channels
    assert (turns.unit, turns.high) == ("rad", 0.1)
    assert (slides.unit, slides.low, slides.high) == ("m", -0.05, 0.05)


def test_a_motion_that_is_added_later_has_an_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SKILLS._items, "hover", SKILLS["reach"])
    assert action_spec("primitive").names[-1] == "hover"
    assert channels("primitive").n_actions == 4 + len(SKILLS)


def test_what_a_network_does_not_decide_is_no_tilt_and_no_other_motion() -> None:
    few, whole = channels_for("ee_delta", ["reach"]), channels("ee_delta")
    assert undecided(few, whole)[whole.action.index("dtilt")] == 0.0
    few, whole = channels_for("primitive", ["push"]), channels("primitive")
    entries = dict(zip(whole.action, undecided(few, whole).tolist(), strict=True))
    assert {name for name in SKILLS if entries[name] == 1.0} == {"push"}
    assert {entries[name] for name in SKILLS if name != "push"} == {-1.0}
    with pytest.raises(UnknownNameError, match="'nope'"):
        channels_for("primitive", ["nope"])


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
    for few, known in ((Channels(("x",), ("dw",)), "dx"), (Channels(("dx",), ()), "x")):
        with pytest.raises(
            InvalidValueError, match=f"There is no channel 'd.'; known are {known}."
        ):
            few.columns_in(Channels(("x",), ("dx",)))
