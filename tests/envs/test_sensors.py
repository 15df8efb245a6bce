"""Cameras, noise and delays: what an environment shows of the same episode."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from tests.envs.episodes import aimed
from vlsim.agents.scripted.expert import point_at
from vlsim.envs import make_env
from vlsim.envs.tabletop import TabletopEnv
from vlsim.interface.cameras import WRIST
from vlsim.interface.labels import LABEL_POINTS, LABELS
from vlsim.interface.observation import PRIVILEGED, PROPRIO
from vlsim.world.camera import FRONT, Camera

SIDE = {"eye": [0.5, 0.8, 0.5], "target": [0.5, 0.0, 0.0], "fov_deg": 40.0}
SIZE = 64
COMMON = {"instruction", "proprio", "stage", "skill_mask"}
Make = Callable[..., TabletopEnv]


@pytest.fixture
def make() -> Iterator[Make]:
    made = []

    def build(task: str = "reach", control: str = "ee_delta", **options: Any) -> TabletopEnv:
        environment = make_env(task, control, **{"image_size": SIZE, **options})
        made.append(environment)
        return environment

    yield build
    for environment in made:
        environment.close()


def sweep(step: int) -> np.ndarray:
    return np.array([0.4, 0.6 * (-1) ** (step // 2), -0.5, 0.2, 0.0, 1.0], np.float32)


def test_every_camera_gives_every_kind_of_picture_on_request(make: Make) -> None:
    cameras = {"front": FRONT, "wrist": WRIST, "side": SIDE}
    environment = make(cameras=json.loads(json.dumps({"front": asdict(FRONT), "side": SIDE})))
    assert set(environment.reset(seed=0)[0]) == {"image", "image_side", *COMMON}
    environment = make(cameras=cameras, depth=True, segmentation=True)
    observation, info = environment.reset(seed=0)
    assert environment.observation_space.contains(observation)
    ends = ("", "_wrist", "_side")
    pictures = {kind + end for kind in ("image", "depth", "segmentation") for end in ends}
    assert set(observation) == pictures | COMMON
    assert list(info["cameras"]) == ["front", "wrist", "side"]


def test_another_camera_changes_nothing_of_the_first(make: Make) -> None:
    one, two = make(), make(cameras=("wrist", "front"))
    for environment in (one, two):
        environment.reset(seed=1)
    for step in range(5):
        first, *_, info = one.step(sweep(step))
        second, *_, same = two.step(sweep(step))
        assert all((first[key] == second[key]).all() for key in first)
        assert info["state_hash"] == same["state_hash"]


@pytest.mark.parametrize("randomization", [None, "camera", {"latency": {"observation": 2}}])
def test_the_matrices_in_info_belong_to_the_pictures(make: Make, randomization: Any) -> None:
    environment = make(
        image_size=256,
        cameras={"front": FRONT, "wrist": WRIST, "side": SIDE},
        segmentation=True,
        randomization=randomization,
        scenario={"movable_kinds": ("ball",)},
    )
    _, info = environment.reset(seed=2)
    seen = 0
    for step in range(6):
        observation, *_, info = environment.step(sweep(step))
        for name, camera in info["cameras"].items():
            found = observation["segmentation" if name == "front" else f"segmentation_{name}"]
            for index, position in enumerate(environment.scene.positions_world):
                x, y, z, _ = camera["extrinsics"] @ np.append(position, 1.0)
                column, row, _ = camera["intrinsics"] @ (x / z, y / z, 1.0)
                rows, columns = np.nonzero(found == index)
                edge = not len(rows) or min(*rows, *columns) == 0 or max(*rows, *columns) == 255
                # Those in full view: the hand hides the rest.
                radius = camera["intrinsics"][0, 0] * 0.02 / z
                if edge or len(rows) < 0.95 * np.pi * radius**2:
                    continue
                assert abs(columns.mean() - column) < 0.05 * radius + 1
                assert abs(rows.mean() - row) < 0.05 * radius + 1
                seen += 1
    assert seen > 20


def test_primitives_and_labels_refer_to_the_picture_that_was_seen(make: Make) -> None:
    """With another front camera the expert still succeeds, and would not with the usual one."""
    options = {"control": "primitive", "privileged": True, "segmentation": True}
    other = make(cameras={"front": SIDE}, **options)
    observation, info = other.reset(seed=0)
    assert other.front_camera == Camera((0.5, 0.8, 0.5), (0.5, 0.0, 0.0), 40.0)
    column, row = ((observation[LABEL_POINTS][:2] + 1) / 2 * SIZE).astype(int)
    assert observation["segmentation"][row, column] == info["referent"]
    plan = other.goal.plan(other.scene)
    *_, info = other.step(point_at(plan, FRONT).astype(np.float32))
    assert not info["is_success"]
    other.reset(seed=0)
    *_, info = other.step(aimed(other))
    assert info["is_success"]


def test_noise_is_as_strong_as_it_was_drawn_and_only_there(make: Make) -> None:
    clean = make(depth=True, segmentation=True)
    stds = {"position": 0.01, "yaw": 0.05, "opening": 0.002, "pixels": 6.0, "depth": 0.01}
    noisy = make(depth=True, segmentation=True, randomization={"noise": stds})
    clean.reset(seed=3)
    noisy.reset(seed=3)
    errors: dict[str, list[np.ndarray]] = {"image": [], "depth": [], PROPRIO: []}
    for step in range(40):
        expected, *_, info = clean.step(sweep(step))
        observation, *_, same = noisy.step(sweep(step))
        assert info["state_hash"] == same["state_hash"]
        assert same["randomization"]["noise"] == stds
        np.testing.assert_array_equal(observation["segmentation"], expected["segmentation"])
        for key, rows in errors.items():
            rows.append(observation[key].astype(float) - expected[key])
    measured = np.array(errors[PROPRIO])
    assert measured[:, :3].std() == pytest.approx(0.01, rel=0.3)
    assert measured[:, 3].std() == pytest.approx(0.05, rel=0.4)
    assert measured[:, 4].std() == pytest.approx(0.05, rel=0.4)
    assert measured[:, 5].std() == pytest.approx(0.002, rel=0.4)
    assert (measured[:, 6:] == 0).all()
    assert np.array(errors["depth"]).std() == pytest.approx(0.01, rel=0.02)
    # The brightest pixels are cut off at 255.
    assert np.array(errors["image"]).std() == pytest.approx(6.0, rel=0.1)
    assert abs(np.array(errors["image"]).mean()) < 0.5
    assert not (errors["image"][0] == errors["image"][1]).all()


@pytest.mark.parametrize("late", [0, 1, 3])
def test_late_actions_arrive_after_so_many_steps(make: Make, late: int) -> None:
    punctual, delayed = make(), make(randomization={"latency": {"action": late, "observation": 0}})
    punctual.reset(seed=4)
    delayed.reset(seed=4)
    held = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    for step in range(8):
        arriving = sweep(step - late) if step >= late else np.array(held, np.float32)
        expected, *_, _ = punctual.step(arriving)
        observation, *_, info = delayed.step(sweep(step))
        assert info["randomization"]["latency"] == {"action": late, "observation": 0}
        np.testing.assert_allclose(observation[PROPRIO][:6], expected[PROPRIO][:6], atol=1e-4)
        # The last action is the one that was sent, as a policy knows it.
        np.testing.assert_array_equal(observation[PROPRIO][6:], sweep(step))


@pytest.mark.parametrize("late", [1, 3])
def test_late_observations_are_those_of_earlier_steps(make: Make, late: int) -> None:
    randomization = {"latency": {"action": 0, "observation": late}}
    punctual = make(cameras=("front", "wrist"), privileged=True)
    delayed = make(cameras=("front", "wrist"), privileged=True, randomization=randomization)
    observation, info = punctual.reset(seed=4)
    seen, infos = [observation], [info]
    delayed.reset(seed=4)
    for step in range(8):
        observation, *_, info = punctual.step(sweep(step))
        seen.append(observation)
        infos.append(info)
        found, *_, now = delayed.step(sweep(step))
        old = seen[max(0, step + 1 - late)]
        for key in ("image", "image_wrist"):
            np.testing.assert_array_equal(found[key], old[key])
        np.testing.assert_array_equal(found[PROPRIO][:6], old[PROPRIO][:6])
        np.testing.assert_array_equal(found[PROPRIO][6:], observation[PROPRIO][6:])
        wrist = infos[max(0, step + 1 - late)]["cameras"]["wrist"]["extrinsics"]
        np.testing.assert_array_equal(now["cameras"]["wrist"]["extrinsics"], wrist)
        # Labels fit the picture, facts are of now.
        for key in LABELS:
            np.testing.assert_array_equal(found[key], old[key])
        np.testing.assert_array_equal(found[PRIVILEGED], observation[PRIVILEGED])
        assert now["state_hash"] == info["state_hash"]


def test_every_array_belongs_to_whoever_got_it(make: Make) -> None:
    late = {"latency": {"action": 2, "observation": 3}}
    options = {"depth": True, "segmentation": True, "privileged": True, "randomization": late}
    spoilt, kept = make(**options), make(**options)
    results = [environment.reset(seed=0) for environment in (spoilt, kept)]
    for step in range(6):
        arrays = [every_array(*result) for result in results]
        for given, expected in zip(*arrays, strict=True):
            np.testing.assert_array_equal(given, expected)
        actions = [sweep(step), sweep(step)]
        results = [
            environment.step(action)[::4]
            for environment, action in zip((spoilt, kept), actions, strict=True)
        ]
        for array in (*arrays[0], actions[0]):
            array[...] = 0


def every_array(observation: dict[str, Any], info: dict[str, Any]) -> list[np.ndarray]:
    """Return all arrays that are handed out."""
    matrices = [array for camera in info["cameras"].values() for array in camera.values()]
    return [*observation.values(), *matrices]


def test_a_late_primitive_is_carried_out_and_seen_within_its_own_step(make: Make) -> None:
    late = {"latency": {"action": 3, "observation": 3}}
    environment = make("push", "primitive", randomization=late, segmentation=True)
    observation, _ = environment.reset(seed=0)
    before = observation["segmentation"]
    observation, *_, info = environment.step(aimed(environment))
    assert info["attempted"] == info["referent"]
    target = info["referent"]
    assert ((observation["segmentation"] == target) != (before == target)).any()
