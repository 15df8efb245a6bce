"""A randomised episode follows from its seed, bit for bit, and from nothing else."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env as gymnasium_check

from tests.envs.episodes import aimed, record
from tests.test_layout import ROOT
from vlsim.envs import ENV_IDS, make_env
from vlsim.envs.tabletop import TabletopEnv
from vlsim.envs.tasks.pick_place import PICK_PLACE
from vlsim.scene.randomization import PRESETS, TERMS

OPTIONS: dict[str, Any] = {"image_size": 32, "cameras": ("front", "wrist")}
OFTEN: dict[str, Any] = {name: {} if TERMS[name].at_reset_only else {"every": 2} for name in TERMS}
FRESH = """
import json, sys
from tests.envs.episodes import record
from tests.envs.test_randomization import OFTEN, OPTIONS
from vlsim.envs import make_env
rows = {
    control: record(make_env("pick_place", control, randomization=OFTEN, **OPTIONS), 5)
    for control in ("ee_delta", "primitive")
}
json.dump(rows, sys.stdout)
"""


def made(randomization: Any, task: str = "pick_place", control: str = "ee_delta") -> TabletopEnv:
    return make_env(task, control, randomization=randomization, **OPTIONS)


@pytest.mark.parametrize("control", sorted(PICK_PLACE.horizon))
@pytest.mark.parametrize("randomization", ["all", OFTEN])
def test_the_same_seed_repeats_after_other_episodes_and_in_another_environment(
    control: str, randomization: Any
) -> None:
    first, second = made(randomization, control=control), made(randomization, control=control)
    expected = record(first, 5)
    record(first, 6)
    first.reset(seed=8)
    assert record(first, 5) == expected
    record(second, 9)
    assert record(second, 5) == expected
    first.close()
    second.close()


def test_the_same_seed_repeats_in_a_fresh_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FRESH],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "77"},
        capture_output=True,
        text=True,
        check=True,
    )
    for control, rows in json.loads(done.stdout).items():
        environment = made(OFTEN, control=control)
        assert [tuple(row) for row in rows] == record(environment, 5), control
        environment.close()


@pytest.mark.parametrize("name", list(TERMS))
def test_every_term_changes_the_episode_but_neither_its_scene_nor_its_words(name: str) -> None:
    usual, changed = made(None), made(name)
    expected, found = record(usual, 5), record(changed, 5)
    assert expected != found
    assert expected[0][1] == found[0][1]
    assert changed.initial_scene.specs == usual.initial_scene.specs
    np.testing.assert_array_equal(
        changed.initial_scene.positions_world, usual.initial_scene.positions_world
    )
    moves = ("friction", "mass", "gain", "robot-init", "latency")
    assert ([row[2] for row in expected] == [row[2] for row in found]) == (name not in moves)
    usual.close()
    changed.close()


def test_terms_are_independent_of_each_other() -> None:
    alone, together = made("light"), made("all")
    light = alone.reset(seed=4)[1]["randomization"]["light"]
    drawn = together.reset(seed=4)[1]["randomization"]
    assert drawn["light"] == light
    assert list(drawn) == list(TERMS)
    assert json.loads(json.dumps(drawn)) == drawn
    alone.close()
    together.close()


def test_what_was_drawn_is_in_info_and_stays_as_it_was() -> None:
    environment = made({"light": {"every": 2}, "mass": {}})
    _, at_reset = environment.reset(seed=1)
    kept = json.dumps(at_reset["randomization"])
    draws = [environment.step(np.zeros(6, np.float32))[4]["randomization"] for _ in range(4)]
    assert json.dumps(at_reset["randomization"]) == kept
    light = [at_reset["randomization"]["light"], *(d["light"] for d in draws)]
    assert [a == b for a, b in pairwise(light)] == [True, False, True, False]
    assert all(d["mass"] == at_reset["randomization"]["mass"] for d in draws)
    draws[-1]["mass"].clear()
    *_, info = environment.step(np.zeros(6, np.float32))
    assert info["randomization"]["mass"] == at_reset["randomization"]["mass"]
    environment.close()


def test_one_constant_of_the_usual_value_changes_no_bit() -> None:
    usual = made(None)
    expected = record(usual, 5)
    for randomization in (
        {"camera": {"eye": 0.0, "target": 0.0, "fov": 1.0}},
        {"friction": {"objects": 1.0, "table": 1.0, "fingers": 1.0}},
        {"gain": {"motors": 1.0}},
        {"latency": {"action": 0, "observation": 0}},
        {"noise": dict.fromkeys(("position", "yaw", "opening", "pixels", "depth"), 0.0)},
        {"object-color": {"shade": 0.0}},
        {},
    ):
        environment = made(randomization)
        assert record(environment, 5) == expected, randomization
        environment.close()
    usual.close()


def test_the_arm_begins_elsewhere_and_stays_there_until_it_is_told_to_move() -> None:
    environment = made("robot-init")
    _, info = environment.reset(seed=2)
    shift = info["randomization"]["robot-init"]
    start = environment.initial_scene
    expected = np.add((0.30, 0.0, 0.30), [shift[axis] for axis in "xyz"])
    np.testing.assert_allclose(start.ee_position_world, expected, atol=0.001)
    assert start.ee_yaw == pytest.approx(shift["yaw"], abs=0.003)
    for _ in range(5):
        environment.step(np.array([0, 0, 0, 0, 0, 1], np.float32))
    np.testing.assert_allclose(environment.scene.ee_position_world, expected, atol=0.003)
    assert environment.scene.ee_yaw == pytest.approx(shift["yaw"], abs=0.01)
    environment.close()


@pytest.mark.parametrize("control", sorted(PICK_PLACE.horizon))
def test_gymnasiums_checker_passes_with_everything_switched_on(control: str) -> None:
    environment = gym.make(
        ENV_IDS["push"], control=control, randomization="all", depth=True, **OPTIONS
    )
    gymnasium_check(environment.unwrapped, skip_render_check=True)
    environment.close()


@pytest.mark.parametrize("preset", [*PRESETS])
def test_the_goals_plan_still_succeeds_under_every_preset(preset: str) -> None:
    environment = made(preset, task="reach", control="primitive")
    for seed in range(4):
        environment.reset(seed=seed)
        *_, info = environment.step(aimed(environment))
        assert info["is_success"], seed
    environment.close()
