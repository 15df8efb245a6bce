"""The environment keeps Gymnasium's contract and its own."""

from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

import vlsim
from tests.envs.episodes import TASKS, action, aimed
from vlsim.envs import ENV_IDS, make_env
from vlsim.envs.tabletop import TabletopEnv
from vlsim.errors import (
    InvalidValueError,
    PlacementError,
    SimulationError,
    UnknownNameError,
)
from vlsim.goals import goal_from_json
from vlsim.interface.labels import (
    LABEL_BOXES,
    LABEL_POINTS,
    LABEL_PRESENT,
    LABELS,
    ROLES,
    to_pixels,
)
from vlsim.interface.observation import DEPTH, IMAGE, PRIVILEGED, PROPRIO, SEGMENTATION
from vlsim.world.camera import FRONT


@pytest.fixture(scope="module")
def reach() -> Iterator[TabletopEnv]:
    environment = make_env("reach", image_size=32)
    yield environment
    environment.close()


@pytest.mark.parametrize("task", TASKS)
def test_gymnasium_makes_the_task_under_its_id(task: str) -> None:
    assert vlsim.__version__
    environment = gym.make(ENV_IDS[task], control="primitive", image_size=32)
    observation, info = environment.reset(seed=3)
    assert observation[IMAGE].shape == (32, 32, 3)
    assert info["instruction"]
    assert isinstance(environment.unwrapped, TabletopEnv)
    assert environment.unwrapped.task.name == task
    environment.close()


@pytest.mark.parametrize("size", [32, 65, 512])
def test_the_picture_has_the_size_that_was_asked_for(size: int) -> None:
    environment = make_env("reach", image_size=size)
    observation, _ = environment.reset(seed=0)
    assert observation[IMAGE].shape == (size, size, 3)
    assert environment.observation_space.contains(observation)
    environment.close()


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"task": "reech"}, UnknownNameError, "No task named 'reech'. Did you mean 'reach'"),
        ({"control": "primitiv"}, UnknownNameError, "Did you mean 'primitive'"),
        ({"instruction_set": "sen"}, UnknownNameError, "Did you mean 'seen'"),
        ({"image_size": 31}, InvalidValueError, "from 32 to 512, got 31"),
        ({"image_size": 513}, InvalidValueError, "from 32 to 512, got 513"),
        ({"image_size": 64.0}, InvalidValueError, "whole number"),
        ({"render_mode": "human"}, InvalidValueError, "'rgb_array' or None, got 'human'"),
        ({"render_size": 479}, InvalidValueError, "at least 480 pixels, got 479"),
        ({"cameras": ("front", "wirst")}, UnknownNameError, "Did you mean 'wrist'"),
        ({"randomization": "lihgt"}, UnknownNameError, "Did you mean 'light'"),
        ({"randomization": {"noise": {"yaw": -1}}}, InvalidValueError, "noise.yaw must lie in"),
        ({"task": None}, InvalidValueError, "name of a task must be a string, got None. Known: "),
        ({"control": None}, InvalidValueError, "a control mode must be a string, got None. Known"),
        ({"control": ["planar"]}, InvalidValueError, r"must be a string, got \['planar'\]"),
        ({"robot": 3}, InvalidValueError, "robot must be a name or a RobotSpec, got 3. Names: pan"),
        ({"instruction_set": None}, InvalidValueError, "instruction_set must be the name .*None"),
        ({"randomization": 5}, InvalidValueError, "randomization must be names.*, got 5. Names: "),
        ({"randomization": [5]}, InvalidValueError, "preset must be a string, got 5"),
        ({"randomization": {5: {}}}, InvalidValueError, "term must be a string, got 5"),
        ({"randomization": "light,,mass"}, InvalidValueError, "is missing beside a comma"),
        ({"cameras": 5}, InvalidValueError, "cameras must be names.*, got 5"),
        ({"privileged": 1}, InvalidValueError, "privileged must be True or False, got 1"),
        ({"depth": "yes"}, InvalidValueError, "depth must be True or False, got 'yes'"),
        ({"segmentation": None}, InvalidValueError, "segmentation must be True or False, got None"),
        ({"scenario": 3}, InvalidValueError, "scenario must be a mapping of fields.*, got 3"),
        ({"scenario": {3: 3}}, InvalidValueError, "scenario: No field named '3'"),
        (
            {"scenario": {"n_movable": 5}},
            InvalidValueError,
            "'n_movable' must be a list of 2, each a whole number, got 5",
        ),
        (
            {"scenario": {"n_movable": (1, 2.5)}},
            InvalidValueError,
            r"'n_movable\[1\]' must be a whole number, got 2.5",
        ),
        (
            {"scenario": {"sizes": "small"}},
            InvalidValueError,
            "'sizes' must be a list, got 'small'",
        ),
        ({"scenario": {"goals": ("fly",)}}, UnknownNameError, "No goal named 'fly'"),
        (
            {"scenario": {"similarity": "x"}},
            InvalidValueError,
            "'similarity' must be a finite number, got 'x'",
        ),
        ({"scenario": {"n_words": 0}}, InvalidValueError, "n_words must be 1 or more, got 0"),
        ({"scenario": {"n_movabel": (1, 2)}}, InvalidValueError, "Did you mean 'n_movable'"),
        ({"scenario": {"n_movable": (3, 2)}}, InvalidValueError, "fewest <= most"),
        ({"scenario": {"movable_kinds": ("sofa",)}}, InvalidValueError, "No kind 'sofa'"),
        ({"scenario": {"movable_kinds": ()}}, InvalidValueError, "no kind is given"),
        ({"scenario": {"similarity": 1.1}}, InvalidValueError, r"in \[0, 1\], got 1.1"),
        ({"scenario": {"n_movable": (20, 20)}}, PlacementError, "20 objects in a scene; 8 fit"),
    ],
)
def test_a_wrong_argument_is_refused_when_the_environment_is_made(
    options: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        make_env(**{"task": "reach", **options})


def test_gymnasium_passes_the_refusal_on() -> None:
    with pytest.raises(InvalidValueError, match="robot must be a name or a RobotSpec, got 3"):
        gym.make("vlsim/PickPlace-v1", robot=3)


def test_a_scenario_out_of_json_is_the_same_as_one_of_tuples() -> None:
    environment = make_env("reach", image_size=32, scenario={"n_movable": [2, 3]})
    assert environment.scenario_config.n_movable == (2, 3)
    environment.close()


@pytest.mark.parametrize("options", ["x", 3, [], [("goal", {})]])
def test_reset_options_that_are_no_mapping_are_refused_and_change_nothing(
    reach: TabletopEnv, options: Any
) -> None:
    reach.reset(seed=0)
    before = reach.np_random.bit_generator.state
    with pytest.raises(InvalidValueError, match="options must be a mapping with 'instruction'"):
        reach.reset(seed=1, options=options)
    assert reach.np_random.bit_generator.state == before


def test_eight_objects_are_allowed_and_nine_are_not() -> None:
    environment = make_env("reach", image_size=32, scenario={"n_movable": (8, 8)})
    environment.reset(seed=0)
    assert len(environment.scene.specs) == 8
    environment.close()
    with pytest.raises(PlacementError, match="9 objects in a scene; 8 fit"):
        make_env("reach", scenario={"n_movable": (8, 8), "n_places": (0, 1)})


def test_step_and_render_before_reset_say_so() -> None:
    environment = make_env("reach", image_size=32)
    with pytest.raises(gym.error.ResetNeeded, match="Call reset first"):
        environment.step(np.zeros(6, np.float32))
    with pytest.raises(gym.error.ResetNeeded, match="Call reset first"):
        environment.render()
    environment.reset(seed=0)
    environment.close()
    environment.close()
    with pytest.raises(gym.error.ResetNeeded):
        environment.step(np.zeros(6, np.float32))
    with pytest.raises(SimulationError, match="is closed"):
        environment.reset(seed=0)


@pytest.mark.parametrize("shape", [(4,), (5,), (1, 6), ()])
def test_an_action_of_the_wrong_shape_is_refused(
    reach: TabletopEnv, shape: tuple[int, ...]
) -> None:
    reach.reset(seed=0)
    with pytest.raises(InvalidValueError, match=r"has shape \(6,\), got"):
        reach.step(np.zeros(shape, np.float32))


@pytest.mark.parametrize("action", ["up", {"a": 1}, ["a"] * 6, [[1], [2, 3]], [10**400] * 6])
def test_what_is_no_row_of_numbers_is_no_action(reach: TabletopEnv, action: Any) -> None:
    reach.reset(seed=0)
    with pytest.raises(InvalidValueError, match="'ee_delta' consists of 6 numbers, got ") as caught:
        reach.step(action)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_an_action_that_is_not_finite_is_refused_and_changes_nothing(
    reach: TabletopEnv, value: float
) -> None:
    _, before = reach.reset(seed=0)
    with pytest.raises(SimulationError, match="must be finite"):
        reach.step(np.array([0, 0, value, 0, 0, 0], np.float32))
    *_, info = reach.step(np.zeros(6, np.float32))
    assert info["steps"] == 1
    assert before["steps"] == 0


def test_an_action_outside_the_space_is_clipped_and_counted(reach: TabletopEnv) -> None:
    inside, outside = np.ones(6, np.float32), np.full(6, 1.001, np.float32)
    counts, hashes = [], []
    for actions in ([inside, inside], [outside, inside], [outside, outside * 3]):
        reach.reset(seed=1)
        for one in actions:
            *_, info = reach.step(one)
        counts.append(info["clipped_actions"])
        hashes.append(info["state_hash"])
    assert counts == [0, 1, 2]
    assert len(set(hashes)) == 1


def test_the_previous_action_is_observed_as_it_was_carried_out(reach: TabletopEnv) -> None:
    observation, _ = reach.reset(seed=0)
    assert observation[PROPRIO][6:].tolist() == [0.0] * 6
    observation, *_ = reach.step(np.array([2.0, -0.5, 0, 0, 0, -9], np.float32))
    assert observation[PROPRIO][6:].tolist() == [1.0, -0.5, 0.0, 0.0, 0.0, -1.0]
    np.testing.assert_allclose(observation[PROPRIO][:3], reach.scene.ee_position_world, atol=1e-6)


def test_depth_segmentation_and_facts_come_on_request_only(reach: TabletopEnv) -> None:
    plain, _ = reach.reset(seed=0)
    environment = make_env("reach", image_size=64, depth=True, segmentation=True, privileged=True)
    full, info = environment.reset(seed=0)
    assert set(full) - set(plain) == {DEPTH, SEGMENTATION, PRIVILEGED, *LABELS}
    assert environment.observation_space.contains(full)
    assert full[DEPTH].dtype == np.float32
    found = full[SEGMENTATION] == info["referent"]
    # The label points into the object's pixels.
    column, row = ((full[LABEL_POINTS][:2] + 1) / 2 * 64).astype(int)
    assert found[row, column]
    assert 0.9 < full[DEPTH][row, column] < 1.4
    assert full[LABEL_PRESENT].tolist() == [1] + [0] * (len(ROLES) - 1)
    left, top, right, bottom = np.rint(to_pixels(full[LABEL_BOXES][:4].reshape(2, 2), 64)).ravel()
    rows, columns = np.nonzero(found)
    assert (left, right) == (columns.min(), columns.max() + 1)
    assert (top, bottom) == (rows.min(), rows.max() + 1)
    assert not full[LABEL_BOXES][4:].any()
    environment.close()


def test_render_shows_the_scene_and_the_instruction_at_480_pixels() -> None:
    environment = make_env("reach", image_size=32, render_mode="rgb_array")
    environment.reset(seed=0)
    frame = environment.render()
    assert frame.shape[0] >= 480
    assert frame.shape[1] == 480
    assert frame.dtype == np.uint8
    assert (environment.render() == frame).all()
    for words in ("another sentence", "", "a sentence of two lines " * 3):
        environment.episode.text = words
        other = environment.render()
        assert other.shape == frame.shape
        assert (other != frame).any()
    environment.close()
    larger = make_env("reach", image_size=32, render_size=500)
    larger.reset(seed=0)
    assert larger.render().shape[1] == 500
    larger.close()


def test_the_front_picture_has_any_allowed_size(reach: TabletopEnv) -> None:
    observation, _ = reach.reset(seed=0)
    assert reach.camera_picture("front", 200).shape == (200, 200, 3)
    np.testing.assert_array_equal(reach.camera_picture("front", 32), observation[IMAGE])
    with pytest.raises(InvalidValueError, match="from 32 to 512"):
        reach.camera_picture("front", 513)


def test_a_primitive_is_filmed_while_the_arm_moves() -> None:
    environment = make_env("reach", "primitive", image_size=32)
    environment.reset(seed=0)
    positions: list[float] = []
    rate = environment.film(lambda: positions.append(environment._simulation.robot.pose()[0][0]))
    environment.step(aimed(environment))
    assert rate == 30.0
    assert len(positions) > 10
    assert positions[0] != positions[-1]
    environment.film(None)
    environment.close()


@pytest.mark.parametrize("task", TASKS)
def test_the_last_attempt_of_a_primitive_terminates(task: str) -> None:
    environment = make_env(task, "primitive", image_size=32)
    environment.reset(seed=0)
    horizon = environment._max_episode_steps
    if environment.task.per_motion:
        horizon = (
            environment.task.horizon["primitive"] * environment.episode.referee._monitor.n_motions
        )
    away = np.zeros(environment.control.size, np.float32)
    away[:4] = FRONT.project(np.array([[0.34, -0.25, 0], [0.34, -0.25, 0]])).ravel()
    for step in range(1, horizon + 1):
        _, _, terminated, truncated, info = environment.step(away)
        assert (terminated, truncated) == (step == horizon, False)
    assert not info["is_success"]
    environment.close()


def test_running_out_of_time_truncates(reach: TabletopEnv) -> None:
    reach.reset(seed=0)
    up = np.array([0, 0, 1, 0, 0, 1], np.float32)
    ends = [reach.step(up)[2:4] for _ in range(50)]
    assert ends == [(False, False)] * 49 + [(False, True)]


def test_success_terminates_and_pays_the_bonus_once() -> None:
    environment = make_env("reach", "primitive", image_size=32)
    environment.reset(seed=0)
    _, reward, terminated, truncated, info = environment.step(aimed(environment))
    assert (terminated, truncated) == (True, False)
    assert info["is_success"]
    assert info["success_once"]
    assert info["reward_terms"]["success"] == 1.0
    assert reward == pytest.approx(2.0)
    assert info["attempted"] == info["referent"]
    _, reward, *_, info = environment.step(aimed(environment))
    assert info["reward_terms"]["success"] == 0.0
    environment.close()


@pytest.mark.parametrize("task", TASKS)
def test_rewards_are_the_sum_of_their_terms_and_add_up_to_the_progress(task: str) -> None:
    environment = make_env(task, image_size=32)
    weights = environment.task.reward_weights
    _, info = environment.reset(seed=2)
    assert info["reward_terms"] == dict.fromkeys([*weights, "success"], 0.0)
    at_start = environment.episode.referee._monitor.progress
    total = 0.0
    for step in range(40):
        _, reward, terminated, truncated, info = environment.step(action(environment, 2, step))
        terms = info["reward_terms"]
        assert list(terms) == [*weights, "success"]
        assert reward == pytest.approx(sum(terms.values()))
        assert all(abs(terms[name]) <= weight + 1e-12 for name, weight in weights.items())
        assert terms["success"] in (0.0, 1.0)
        total += reward
        if terminated or truncated:
            break
    now = environment.episode.referee._monitor.progress
    gained = sum(weights.get(name, 0.0) * (now[name] - at_start[name]) for name in now)
    assert total == pytest.approx(gained + info["success_once"])
    assert all(0.0 <= value <= 1.0 for value in now.values())
    environment.close()


def test_info_holds_what_the_contract_names(reach: TabletopEnv) -> None:
    _, at_reset = reach.reset(seed=7)
    *_, info = reach.step(np.zeros(6, np.float32))
    assert (
        set(info)
        == set(at_reset)
        == {
            "instruction",
            "is_success",
            "success_once",
            "reward_terms",
            "goal",
            "stages",
            "stages_done",
            "state_hash",
            "steps",
            "clipped_actions",
            "episode_seed",
            "referent",
            "attempted",
            "failure",
            "lost_object",
            "cameras",
            "randomization",
        }
    )
    assert info["randomization"] == {}
    assert info["episode_seed"] == 7
    assert info["instruction"] == reach.task_description
    assert goal_from_json(info["goal"]) == reach.goal
    assert info["state_hash"] == reach.scene.digest()


def test_an_episode_that_fails_says_why_at_its_end_only() -> None:
    environment = make_env("reach")
    environment.reset(seed=7)
    reasons, over = [], False
    while not over:
        *_, terminated, truncated, info = environment.step(np.zeros(6, np.float32))
        reasons.append(info["failure"])
        over = terminated or truncated
    environment.close()
    assert reasons.pop() == "touched nothing: no object was moved or reached"
    assert set(reasons) == {""}
