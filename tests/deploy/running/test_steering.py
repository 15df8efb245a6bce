"""From actions to targets: steps spread over periods, and the action that was really sent."""

import numpy as np
import pytest

from vlsim.deploy.running.cameras import CameraWatch
from vlsim.deploy.running.chunk import Chunks
from vlsim.deploy.running.limits import Limits, Vector, pose_axes
from vlsim.deploy.running.safety_filter import Decision, Motion
from vlsim.deploy.running.steering import Steps, check_action
from vlsim.errors import InvalidValueError
from vlsim.interface.action import DISCRETE_ACTIONS

AT = np.array([0.5, 0.0, 0.2, 0.1, 0.0, 0.08])


def passed(target: Vector, *clamps: str) -> Decision:
    return Decision(target, target, clamps, Motion.MOVES)


HELD = Decision(AT, None, (), Motion.HOLDS)


def steps(control: str = "ee_delta", share: float = 1.0, size: int = 6) -> Steps:
    return Steps(control, pose_axes(Limits()).slowed(share), share, 3, size)


def walk(steering: Steps, action: list[float]) -> list[Vector]:
    targets = []
    steering.take(np.array(action, np.float32), AT)
    while not steering.wants_action:
        targets.append(steering.target(AT, AT))
        steering.note(passed(targets[-1]))
    return targets


def test_a_step_is_spread_over_its_periods_and_ends_where_it_says() -> None:
    steering = steps()
    targets = walk(steering, [1.0, -0.5, 0.0, 1.0, 0.0, -1.0])
    assert len(targets) == 3
    assert targets[0].tolist() == pytest.approx(
        [0.5 + 0.05 / 3, -0.025 / 3, 0.2, 0.1 + 0.25 / 3, 0.0, 0.0]
    )
    assert targets[2].tolist() == pytest.approx([0.55, -0.025, 0.2, 0.35, 0.0, 0.0])
    assert steering.previous.tolist() == [1.0, -0.5, 0.0, 1.0, 0.0, -1.0]
    # The next step begins where this one ended.
    assert walk(steering, [1.0, 0, 0, 0, 0, -1.0])[2][0] == pytest.approx(0.60)
    assert steering.n_done == 2


def test_a_tenth_of_the_speed_makes_steps_of_a_tenth() -> None:
    steering = steps(share=0.1)
    assert walk(steering, [1.0, 0, 0, 0, 0, 1.0])[2][:3].tolist() == pytest.approx([0.505, 0, 0.2])
    assert steering.previous[0] == 1.0


def test_the_previous_action_is_what_the_filter_left_of_it() -> None:
    steering = steps()
    steering.take(np.array([1.0, 0, 0, 0, 0, 1.0], np.float32), AT)
    target = steering.target(AT, AT)
    steering.note(passed(AT + 0.01 * np.eye(6)[0], "velocity"))
    assert target[0] == pytest.approx(0.5 + 0.05 / 3)
    assert steering.wants_action
    assert steering.previous.tolist() == pytest.approx([0.2, 0, 0, 0, 0, 1.0])


def test_a_held_step_is_given_up_and_the_next_begins_where_the_arm_stands() -> None:
    steering = steps()
    walk(steering, [1.0, 0, 0, 0, 0, 1.0])
    steering.take(np.array([1.0, 0, 0, 0, 0, 1.0], np.float32), AT)
    steering.target(AT, AT)
    steering.note(HELD)
    assert steering.wants_action
    assert steering.previous.tolist() == [0.0] * 6
    assert walk(steering, [1.0, 0, 0, 0, 0, 1.0])[2][0] == pytest.approx(0.55)


@pytest.mark.parametrize(
    ("choice", "way", "opening"),
    [
        ("stay", (0, 0, 0), 0.08),
        ("+x", (0.02, 0, 0), 0.08),
        ("-z", (0, 0, -0.02), 0.08),
        ("close", (0, 0, 0), 0.0),
    ],
)
def test_a_discrete_action_is_a_step_or_moves_the_fingers(
    choice: str, way: tuple[float, ...], opening: float
) -> None:
    target = walk(steps("discrete", size=1), [DISCRETE_ACTIONS.index(choice)])[2]
    assert target.tolist() == pytest.approx([*(AT[:3] + way), *AT[3:5], opening])


def test_planar_stays_at_its_height_with_its_fingers_as_they_are() -> None:
    target = walk(steps("planar", size=2), [1.0, -1.0])[2]
    assert target.tolist() == pytest.approx([0.52, -0.02, *AT[2:]])


def test_an_action_of_another_shape_or_a_choice_that_is_none_is_refused() -> None:
    assert check_action(np.array([2.0, -3.0], np.float32), 2, 0, "p").tolist() == [1.0, -1.0]
    with pytest.raises(InvalidValueError, match=r"'p' must return actions of 6 entries.*\(2,\)"):
        check_action(np.zeros(2, np.float32), 6, 0, "p")
    with pytest.raises(InvalidValueError, match=r"number from 0 to 8, got 1\.5"):
        check_action(np.array([1.5], np.float32), 1, 9, "p")


def test_actions_of_a_chunk_come_in_time_and_late_ones_are_dropped() -> None:
    chunks = Chunks(0.1)
    assert chunks.next(0.0) is None
    chunks.put(np.arange(4, dtype=np.float32)[:, None], asked_at=1.0)
    assert chunks.next(1.05) == [0.0]
    # The second is for 1.1 to 1.2, the third for 1.2 to 1.3.
    assert chunks.next(1.2) == [2.0]
    assert chunks.n_dropped == 1
    assert chunks.next(1.5) is None
    assert chunks.n_dropped == 2
    motions = Chunks(None)
    motions.put(np.zeros((2, 1), np.float32), asked_at=0.0)
    assert motions.next(99.0) is not None


def test_a_camera_that_sends_the_same_picture_for_too_long_is_frozen() -> None:
    watch, picture = CameraWatch(0.5), np.zeros((2, 2, 3), np.uint8)
    assert watch.frozen(0.0, {"front": picture}) == ""
    assert watch.frozen(0.49, {"front": picture}) == ""
    assert watch.frozen(0.5, {"front": picture}) == "front"
    # The driver filled the same array anew.
    picture[0, 0, 0] = 1
    assert watch.frozen(0.6, {"front": picture}) == ""
    assert watch.frozen(1.0, {"front": picture, "wrist": picture}) == ""
