"""The expert solves every task, however the robot is moved; chance does not."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from tests.scene.scenes import scene
from vlsim.agents.scripted.course import GRIP, Course, Leg, legs
from vlsim.agents.scripted.expert import Expert, point_at
from vlsim.agents.scripted.planar import find_way
from vlsim.agents.scripted.stepping import DRAGGING_SHARE, STEPPING_SHARE, SteppingCourse, Stride
from vlsim.agents.scripted.uniform import Random
from vlsim.envs import ENV_IDS, make_env
from vlsim.envs.ability import abilities
from vlsim.envs.tabletop import TabletopEnv
from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError
from vlsim.evaluation.rollout import benchmark_seeds, evaluate
from vlsim.goals import Atom, Lift, Push
from vlsim.interface.action import DISCRETE_ACTIONS
from vlsim.interface.environment import GroundTruth
from vlsim.interface.policy import Policy
from vlsim.records import Episode
from vlsim.referring.ref import Bound
from vlsim.robots.catalogue import PUSHER
from vlsim.skills import SKILLS
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.camera import FRONT
from vlsim.world.hand import HOME, EndEffectorTarget

CONTROLS = ("ee_delta", "primitive")
LONG = ("push", "pick_place", "stack", "gather", "sort")
"""Tasks in which a hundred episodes of chance take too long."""
OTHERS = [
    (task, *able)
    for task in TASKS
    for able in abilities(TASKS[task])
    if able not in [("panda", control) for control in CONTROLS]
]
"""Every other pair of a robot and a control mode with the tasks that it can do."""
OUT_OF_REACH = [("push", "iiwa", "ee_delta"), ("push", "iiwa", "discrete")]
"""Where the expert fails now and then: an iiwa does not get behind what is next to its base."""

RARELY_FAILS = {
    ("gather", "iiwa", "joint_delta"): 1,
    ("gather", "iiwa", "discrete"): 1,
    ("push", "panda", "joint_delta"): 1,
}
"""Benchmark seeds that fail: the palm comes down on a neighbour, or what is pushed gets between the
fingers and the table. The push in joint_delta is no rare failure: it falls short of the target, as
docs/benchmarks.md says (0.92 to 0.98 on several sets of seeds)."""


@pytest.fixture
def env() -> Iterator[TabletopEnv]:
    made = make_env("pick_place", "ee_delta", image_size=32)
    yield made
    made.close()


def truth(goal: Atom, scene: SceneState) -> GroundTruth:
    """Return what a goal and a scene say, without an environment."""
    known = SimpleNamespace(scene=scene, stage=goal, plan=lambda: goal.plan(scene))
    return cast("GroundTruth", known)


def run(
    policy: Policy,
    task: str,
    control: str,
    episodes: int,
    robot: str = "panda",
    skip: int | None = None,
) -> list[Episode]:
    def make(name: str) -> TabletopEnv:
        return make_env(task, control, robot=robot, instruction_set=name, image_size=32)

    seeds = [s for i, s in enumerate(benchmark_seeds(episodes + 1)) if i != skip][:episodes]
    return evaluate(policy, make, seeds, "seen", task=task, control=control, group=8)


@cache
def expert_episodes(task: str, control: str) -> list[Episode]:
    return run(Expert(), task, control, 6)


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("task", ENV_IDS)
def test_the_expert_succeeds_with_the_named_object(task: str, control: str) -> None:
    episodes = expert_episodes(task, control)
    failed = [e.seed for e in episodes if not e.success_once]
    assert failed == []
    # Of several things to do, the last one acted on is none to compare with.
    if not TASKS[task].per_motion:
        assert [e.seed for e in episodes if e.attempted != e.referent] == []


@pytest.mark.parametrize(("task", "robot", "control"), OTHERS)
def test_the_expert_succeeds_with_every_robot_and_chance_does_not(
    task: str, robot: str, control: str
) -> None:
    rare = RARELY_FAILS.get((task, robot, control))
    # The target is 0.98 of many episodes, so the rare failure is left out of these two.
    episodes = run(Expert(), task, control, 2, robot, skip=rare)
    failed = [e.seed for e in episodes if not e.success_once]
    assert len(failed) <= ((task, robot, control) in OUT_OF_REACH)
    assert sum(e.success_once for e in run(Random(control), task, control, 1, robot)) == 0


def test_asking_for_joint_angles_changes_nothing_of_what_happens() -> None:
    env, again = (make_env("push", "joint_delta", image_size=32) for _ in range(2))
    expert = Expert()
    env.reset(seed=1)
    again.reset(seed=1)
    expert.reset([1], [env.task_description])
    expert.inform([env.ground_truth])
    for _ in range(25):
        action = expert.act({})[0, 0]
        assert env.step(action)[4]["state_hash"] == again.step(action)[4]["state_hash"]
    env.close()
    again.close()


def test_chance_draws_for_as_many_joints_as_the_robot_has() -> None:
    slides = replace(PUSHER, controls=("joint_delta",))
    env = make_env("reach", "joint_delta", robot=slides, image_size=32)
    env.reset(seed=0)
    policy = Random("joint_delta")
    policy.reset([0], [""])
    policy.inform([env.ground_truth])
    assert policy.act({}).shape == (1, 1, 4)
    env.close()


def test_the_way_in_the_plane_goes_round_what_stands_there() -> None:
    standing = scene(("cube", 0.5, 0.0))
    way = np.array(find_way(standing, (0.4, 0.0), (0.6, 0.0), None))
    assert np.linalg.norm(way - (0.5, 0.0), axis=1).min() > 0.04
    assert way[-1] == pytest.approx((0.6, 0.0))
    straight = np.array(find_way(standing, (0.4, 0.0), (0.6, 0.0), 0))
    assert np.abs(straight[:, 1]).max() < 0.001


def test_the_way_in_the_plane_leads_over_a_rail_but_round_its_lever() -> None:
    standing = scene(("slider", 0.5, 0.0))
    beside = np.array(find_way(standing, (0.4, 0.05), (0.6, 0.05), None))
    assert np.abs(beside[:, 1] - 0.05).max() < 0.001
    round_it = np.array(find_way(standing, (0.4, 0.0), (0.6, 0.0), None))
    assert np.linalg.norm(round_it - (0.5, 0.0), axis=1).min() > 0.025


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("task", ENV_IDS)
def test_chance_hardly_ever_succeeds(task: str, control: str) -> None:
    # Chance does reach something now and then, so it takes more episodes to see how seldom.
    n = 40 if control == "primitive" and task not in LONG else 4
    episodes = run(Random(control), task, control, n)
    # One of four is no sign of more than a tenth.
    assert sum(e.success_once for e in episodes) <= max(1, 0.1 * len(episodes))


@pytest.mark.parametrize("control", CONTROLS)
def test_an_episode_does_not_depend_on_the_others(control: str) -> None:
    alone = run(Expert(), "push", control, 1)
    assert alone == expert_episodes("push", control)[:1]


def test_the_same_seeds_give_the_same_chance() -> None:
    policy = Random("primitive")
    draws = []
    for seeds in ([1, 2], [2, 1], [2, 1]):
        policy.reset(seeds, ["", ""])
        draws.append(np.stack([policy.act({})[:, 0] for _ in range(2)]))
    first, swapped, again = draws
    assert np.array_equal(swapped, again)
    assert np.array_equal(first[:, ::-1], swapped)
    assert not np.array_equal(first[:, 0], first[:, 1])
    assert not np.array_equal(first[0], first[1])
    assert first.shape == (2, 2, 13)
    assert np.abs(first).max() <= 1


def test_rows_that_are_over_are_ignored(env: TabletopEnv) -> None:
    env.reset(seed=0)
    expert = Expert()
    expert.reset([0, 1], ["", env.task_description])
    with pytest.raises(InvalidValueError, match="acts in 2 rows and knows the truth of 0; call in"):
        expert.act({})
    expert.inform([None, env.ground_truth])
    actions = expert.act({})[:, 0]
    assert actions.shape == (2, 6)
    assert actions.dtype == np.float32
    assert not actions[0].any()
    assert actions[1].any()


def test_a_primitive_action_points_at_the_plan() -> None:
    action = point_at(Motion("push", (0.4, 0.1), (0.5, -0.1)))
    assert FRONT.to_table(action[:4].reshape(2, 2)) == pytest.approx(
        np.array([[0.4, 0.1], [0.5, -0.1]]), abs=1e-6
    )
    assert [name for name, wanted in zip(SKILLS, action[4:], strict=True) if wanted == 1.0] == [
        "push"
    ]


def test_the_fingers_close_where_they_grasp_and_carry_until_they_open() -> None:
    found = list(legs(Motion("pick_place", (0.4, 0.1), (0.5, -0.1)), scene()))
    assert [leg.grips for leg in found] == [False, False, True, False, False, False, True, False]
    assert [leg.carries for leg in found] == [False, False, False, True, True, True, False, False]
    assert HOME not in [leg.pose for leg in found]


def test_what_is_where_it_shall_be_is_not_grasped_again() -> None:
    (leg,) = legs(Motion("pick_place", (0.4, 0.1), (0.4, 0.1)), scene(("cube", 0.4, 0.1)))
    assert leg.grips
    assert leg.pose.position == HOME.position
    # It opens the fingers and stays.
    assert leg.steer(scene()).tolist() == [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("turns", "gap", "done"),
    [(True, 0.0019, True), (True, 0.0021, False), (False, 0.0049, True), (False, 0.0051, False)],
)
def test_the_hand_comes_closer_where_things_are_stacked(turns: bool, gap: float, done: bool):
    near = scene().replace(ee_position_world=np.array([0.4, 0.1 + gap, 0.02]))
    pose = EndEffectorTarget((0.4, 0.1, 0.02), opening=0.07)
    assert Leg(pose, 0.3, False, False, True, turns=turns).is_done(near, 1) is done


def test_a_motion_that_has_hardly_begun_is_over_when_the_goal_is_another() -> None:
    there = scene(("cube", 0.5, 0.0), ("cylinder", 0.4, 0.1))
    course = Course()
    course.follow(truth(Push(Bound(index=0), "left"), there))
    assert len(course._legs) == 4
    course.follow(truth(Lift(Bound(index=1)), there))
    # Above where the push would have begun, and no further.
    assert [leg.pose.position for leg in course._legs] == [
        pytest.approx((0.5, 0.0583, 0.13), abs=1e-4)
    ]


@pytest.mark.parametrize(("x", "begins"), [(0.66, 0.7183), (0.68, 0.72)])
def test_the_hand_is_not_sent_out_of_its_box(x: float, begins: float) -> None:
    there = scene(("cube", x, 0.0))
    first = next(legs(Push(Bound(index=0), "back").plan(there), there))
    assert first.pose.position == pytest.approx((begins, 0.0, 0.13), abs=1e-4)


def test_a_handle_is_dragged_a_step_too_far_rather_than_not_far_enough() -> None:
    near = scene().replace(ee_position_world=np.array([0.481, 0.0, 0.03]))
    pose = EndEffectorTarget((0.49, 0.0, 0.03), opening=0.0)
    start = (0.40, 0.0, 0.03)
    # 9 mm are left, less than half a step of 2 cm.
    assert Stride(pose, 0.25, False, False, True, start).is_done(near, 1)
    drag = Stride(pose, 0.25, False, False, True, start, DRAGGING_SHARE)
    assert not drag.is_done(near, 1)
    assert drag.steer(near).tolist() == [DISCRETE_ACTIONS.index("+x")]
    assert drag.is_done(near.replace(ee_position_world=np.array([0.4895, 0.0, 0.03])), 1)


def test_nothing_but_a_handle_is_taken_too_far() -> None:
    shares = {}
    for task in ("slide", "pick_place"):
        made = make_env(task, "discrete", image_size=32)
        made.reset(seed=0)
        strides = SteppingCourse()._plan(made.bound_goal.plan(made.scene), made.scene)
        shares[task] = [stride.share for stride in strides if isinstance(stride, Stride)]
        made.close()
    assert shares["slide"].count(DRAGGING_SHARE) == 1
    assert set(shares["pick_place"]) == {STEPPING_SHARE}


def test_an_object_that_slips_out_of_the_fingers_is_grasped_again(env: TabletopEnv) -> None:
    env.reset(seed=1)
    course = Course()
    action = course.follow(env.ground_truth)
    while not course.leg.carries:
        env.step(action.astype(np.float32))
        action = course.follow(env.ground_truth)
    target = env.goal.subject(env.scene)
    gone = env.scene.positions_world.copy()
    gone[target, 0] += 0.1
    action = course.follow(truth(env.bound_goal, env.scene.replace(positions_world=gone)))
    assert not course.leg.carries
    assert action[GRIP] > 0
    assert action[0] > 0
