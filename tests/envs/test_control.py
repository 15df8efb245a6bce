"""What the numbers of an action do, in each control mode, and who cannot do what."""

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from vlsim.envs import make_env
from vlsim.envs.ability import abilities
from vlsim.envs.control import ClosedLoop
from vlsim.envs.tabletop import TabletopEnv
from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.interface.action import DISCRETE_ACTIONS
from vlsim.interface.observation import PROPRIO
from vlsim.robots.catalogue import PANDA, PUSHER, ROBOTS
from vlsim.world.camera import FRONT
from vlsim.world.hand import HOME


@pytest.fixture
def made() -> Iterator[Any]:
    environments: list[TabletopEnv] = []

    def make(*args: Any, **options: Any) -> TabletopEnv:
        environments.append(make_env(*args, image_size=32, **options))
        environments[-1].reset(seed=0)
        return environments[-1]

    yield make
    for environment in environments:
        environment.close()


@pytest.mark.parametrize("robot", ["panda", "iiwa"])
@pytest.mark.parametrize(
    ("name", "moved"),
    [
        ("stay", (0, 0, 0)),
        ("+x", (0.02, 0, 0)),
        ("-y", (0, -0.02, 0)),
        ("+z", (0, 0, 0.02)),
        ("-z", (0, 0, -0.02)),
    ],
)
def test_a_discrete_step_goes_2_cm_along_one_axis(
    made: Any, robot: str, name: str, moved: tuple[float, ...]
) -> None:
    env = made("reach", "discrete", robot=robot)
    for action in (name, "stay", "stay"):
        env.step(DISCRETE_ACTIONS.index(action))
    way = env.scene.ee_position_world - env.initial_scene.ee_position_world
    np.testing.assert_allclose(way, moved, atol=0.002)


def test_the_fingers_stay_as_a_discrete_action_left_them(made: Any) -> None:
    env = made("reach", "discrete")
    openings = []
    for name in ("stay", "close", "+x", "+y", "open", "+y", "stay"):
        observation, *_ = env.step(DISCRETE_ACTIONS.index(name))
        openings.append(round(env.scene.gripper_opening, 2))
    assert openings[0] == 0.08
    assert openings[3] == 0.0
    assert openings[-1] == 0.08
    assert observation[PROPRIO][6:].tolist() == [0.0]


@pytest.mark.parametrize(
    "action", [-1, 9, 2.5, np.nan, [1, 2], [[1]], [[1], [2, 3]], "up", {"a": 1}, None]
)
def test_what_is_no_discrete_action_is_refused(made: Any, action: Any) -> None:
    env = made("reach", "discrete")
    with pytest.raises(InvalidValueError, match="a whole number from 0 to 8, got"):
        env.step(action)


def test_a_discrete_action_comes_as_a_number_or_as_a_row(made: Any) -> None:
    env = made("reach", "discrete")
    assert env.action_space == spaces.Discrete(9)
    hashes = set()
    for action in (3, np.int64(3), np.array(3), np.array([3.0], np.float32)):
        env.reset(seed=0)
        hashes.add(env.step(action)[4]["state_hash"])
    assert len(hashes) == 1


@pytest.mark.parametrize("robot", ["panda", "iiwa", "pusher"])
def test_a_tip_in_the_plane_begins_beside_the_objects_and_keeps_its_height(
    made: Any, robot: str
) -> None:
    env = made("push", "planar", robot=robot)
    np.testing.assert_allclose(env.initial_scene.ee_position_world, (0.28, 0, 0.026), atol=2e-3)
    for _ in range(5):
        env.step(np.array([0.0, 1.0], np.float32))
    for _ in range(2):
        env.step(np.zeros(2, np.float32))
    # The iiwa's elbow does not bend quite far enough to stay there.
    np.testing.assert_allclose(env.scene.ee_position_world, (0.28, 0.1, 0.026), atol=0.015)
    assert env.scene.ee_position_world[2] == pytest.approx(0.026, abs=0.003)
    assert env.scene.gripper_opening < 0.002


@pytest.mark.parametrize("robot", ["panda", "iiwa", "pusher"])
def test_a_tip_that_moves_levers_passes_over_their_rails(made: Any, robot: str) -> None:
    env = made("slide", "planar", robot=robot)
    slider = next(i for i, spec in enumerate(env.scene.specs) if spec.kind == "slider")
    x, y, _ = env.scene.hold_world(slider).tolist()
    start = env.scene.ee_position_world.tolist()
    assert start[2] == pytest.approx(0.034, abs=2e-3)
    # Across the rail, 4 cm beside the lever: what touched it would stop there.
    for to in ((0.28, y + 0.04), (x + 0.04, y + 0.04)):
        for _ in range(25):
            way = (np.array(to) - env.scene.ee_position_world[:2]) / 0.02
            env.step(np.clip(way, -1, 1).astype(np.float32))
    np.testing.assert_allclose(env.scene.ee_position_world[:2], (x + 0.04, y + 0.04), atol=0.006)
    np.testing.assert_allclose(env.scene.joint_positions, env.initial_scene.joint_positions)


def test_a_tip_in_the_plane_does_not_wind_up_where_it_cannot_go(made: Any) -> None:
    env = made("push", "planar", robot="pusher")
    for _ in range(30):
        env.step(np.array([-1.0, 0.0], np.float32))
    before = float(env.scene.ee_position_world[0])
    env.step(np.array([1.0, 0.0], np.float32))
    assert env.scene.ee_position_world[0] > before + 0.01


def test_an_end_effector_does_not_wind_up_where_it_cannot_go(made: Any) -> None:
    env = made("reach", "ee_delta")
    start = env.scene.ee_position_world
    # As if something had held the hand back for many steps.
    env.control._target = replace(HOME, position=(0.7, 0.2, 0.1))
    env.step(np.zeros(6, np.float32))
    ahead = np.array(env.control._target.position) - start
    np.testing.assert_allclose(ahead, (0.08, 0.08, -0.08))


@pytest.mark.parametrize("robot", ["panda", "iiwa"])
def test_a_joint_turns_by_a_tenth_of_a_radian_and_no_further_than_its_limit(
    made: Any, robot: str
) -> None:
    # Narrower than the file's, which PyBullet keeps to by itself.
    limits = ((-0.5, 0.5), *((j.low, j.high) for j in ROBOTS[robot].read_joints()[1:]))
    env = made("reach", "joint_delta", robot=replace(ROBOTS[robot], limits=limits))
    assert env.action_space.shape == (8,)
    action = np.zeros(8, np.float32)
    action[0] = 1.0
    env.step(action)
    env.step(np.zeros(8, np.float32))
    turned = np.array(env.simulated_robot.joints()) - np.array(env.robot.home)
    np.testing.assert_allclose(turned, [0.1, 0, 0, 0, 0, 0, 0], atol=0.01)
    for _ in range(8):
        env.step(action)
    assert env.simulated_robot.joints()[0] == pytest.approx(0.5, abs=0.01)


def test_an_arm_with_other_joints_has_an_action_of_another_size(made: Any) -> None:
    sliding = replace(PUSHER, controls=("joint_delta",))
    env = made("reach", "joint_delta", robot=sliding)
    assert env.action_space.shape == (4,)
    env.step(np.array([1.0, 0, 0, 0], np.float32))
    env.step(np.zeros(4, np.float32))
    assert env.simulated_robot.joints()[0] == pytest.approx(0.35, abs=0.002)


@pytest.mark.parametrize(
    ("task", "control", "robot", "words"),
    [
        ("pick_place", "primitive", "pusher", "'pusher' has no gripper, so it cannot do the task"),
        ("push", "ee_delta", "pusher", "cannot be moved by control 'ee_delta'. It has: primitive"),
        (
            "pick_place",
            "planar",
            "panda",
            "'pick_place' cannot be done by control 'planar'. Those that can: ee_delta, primitive,",
        ),
        ("slide", "primitive", "pusher", "'pusher' has no gripper, so it cannot do the task"),
        ("drawer", "planar", "pusher", "'pusher' has no gripper, so it cannot do the task"),
        ("pick_place", "ee_delta", replace(PANDA, gripper=None), "that can: panda, iiwa."),
    ],
)
def test_what_a_robot_cannot_do_is_refused(task: str, control: str, robot: Any, words: str) -> None:
    with pytest.raises(InvalidValueError, match=words):
        make_env(task, control, robot=robot)


def test_a_wrong_name_is_answered_as_such() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'pusher'"):
        make_env("push", robot="pushr")
    with pytest.raises(UnknownNameError, match="Did you mean 'discrete'"):
        make_env("push", "discret")


def test_the_abilities_are_these() -> None:
    every = {"ee_delta", "primitive", "joint_delta", "planar", "discrete"}
    for task in TASKS:
        controls = every if task in ("reach", "push", "slide") else every - {"planar"}
        if task in ("stack", "turn", "sequence", "tabletop"):
            controls = {"ee_delta", "primitive"}
        found = list(abilities(TASKS[task]))
        for robot in ("panda", "iiwa"):
            assert {c for r, c in found if r == robot} == controls
    assert [c for r, c in abilities(TASKS["reach"]) if r == "pusher"] == ["primitive", "planar"]
    assert [c for r, c in abilities(TASKS["pick_place"]) if r == "pusher"] == []
    # To drag a lever takes a gripper, to push it none.
    assert [c for r, c in abilities(TASKS["slide"]) if r == "pusher"] == ["planar"]


class Recorder(ClosedLoop):
    """Notes which action arrives when."""

    name = "planar"

    def _begin(self, simulation, start) -> None:
        self.arrivals = []

    def _apply(self, simulation, action) -> None:
        self.arrivals.append(int(action[0]))


def test_late_actions_arrive_in_order_and_the_delay_may_change() -> None:
    control = Recorder(("push",), PANDA)
    waiting = SimpleNamespace(wait=lambda: control.arrivals.append(None))
    control.reset(waiting)
    for i, late in enumerate((2, 2, 2, 3, 0, 1)):
        control.carry_out(waiting, np.full(1, i, np.float32), FRONT, late)
    assert control.arrivals == [None, None, 0, 0, 4, 4]
    control.reset(waiting)
    control.carry_out(waiting, np.zeros(1, np.float32), FRONT, 1)
    assert control.arrivals == [None]
