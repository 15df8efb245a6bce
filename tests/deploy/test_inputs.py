"""What a policy cannot read is one line that says what it reads, before any network runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vlsim.agents.load import load_policy
from vlsim.deploy.inputs import AT_HOME
from vlsim.deploy.torch_policy import TorchPolicy
from vlsim.envs import make_env
from vlsim.errors import InstructionError, InvalidValueError

Observation = dict[str, Any]


@pytest.fixture(scope="module")
def demo() -> TorchPolicy:
    policy = load_policy("zoo:demo")
    assert isinstance(policy, TorchPolicy)
    return policy


def good() -> Observation:
    return {
        "image": np.zeros((2, 64, 64, 3), np.uint8),
        "instruction": np.zeros((2, 20), np.int64),
        "proprio": np.zeros((2, 9), np.float32),
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"image": np.zeros((2, 32, 32, 3), np.uint8)},
            r"uint8 \(2, 64, 64, 3\), got uint8 \(2, ",
        ),
        ({"image": np.zeros((2, 64, 48, 3), np.uint8)}, r"got uint8 \(2, 64, 48, 3\)"),
        ({"image": np.zeros((2, 64, 64, 4), np.uint8)}, r"got uint8 \(2, 64, 64, 4\)"),
        ({"image": np.zeros((2, 3, 64, 64), np.uint8)}, r"got uint8 \(2, 3, 64, 64\)"),
        (
            {"image": np.zeros((2, 64, 64, 3), np.float32)},
            r"float32 .*fit_picture\(picture, 64",
        ),
        ({"image": np.zeros((64, 64, 3), np.uint8)}, r"got uint8 \(64, 64, 3\)"),
        ({"image": np.zeros((1, 64, 64, 3), np.uint8)}, r"got uint8 \(1, 64, 64, 3\)"),
        ({"instruction": np.zeros((2, 20))}, r"token ids \(2, L\), whole numbers, got float64"),
        ({"instruction": np.zeros(20, np.int64)}, r"got int64 \(20,\).*default_tokenizer"),
        ({"instruction": np.array([["lift"], ["it"]])}, "got <U4"),
        ({"instruction": np.full((2, 20), -1)}, "ids from 0 to"),
        ({"instruction": np.full((2, 20), 10**6)}, "ids from 0 to .*, got 1000000"),
        ({"proprio": np.zeros((2, 10), np.float32)}, "with 9 entries, this task has 10"),
        ({"proprio": np.zeros(9, np.float32)}, r"finite numbers \(B, 9\), got float32 \(9,\)"),
        ({"proprio": np.full((2, 9), np.nan)}, "finite numbers"),
    ],
)
def test_an_observation_of_another_form_is_refused(
    demo: TorchPolicy, change: Observation, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*args: object) -> None:
        raise AssertionError("a network ran")

    monkeypatch.setattr(demo._actor, "look", never)
    monkeypatch.setattr(demo._actor.backbone, "read", never)
    for method in (lambda o: demo.act(o, [None, None]), demo.attention):
        with pytest.raises(InvalidValueError, match=words) as caught:
            method(good() | change)
        assert "\n" not in str(caught.value)
        assert "'zoo:demo'" in str(caught.value)


@pytest.mark.parametrize("key", ["image", "instruction", "proprio"])
def test_a_missing_observation_is_named(demo: TorchPolicy, key: str) -> None:
    observation = good()
    del observation[key]
    with pytest.raises(InvalidValueError, match=f"reads '{key}', and the observation has "):
        demo.act(observation, [None, None])


@pytest.mark.parametrize("size", [64, 480])
def test_a_picture_from_the_disk_is_acted_on_as_in_an_episode(
    demo: TorchPolicy, tmp_path: Path, size: int
) -> None:
    env = make_env("pick_place", "primitive")
    observation, info = env.reset(seed=3)
    assert observation["proprio"] == pytest.approx([*AT_HOME, 0, 0, 0, 0], abs=1e-3)
    expected = demo.act({k: v[None] for k, v in observation.items()}, [env])[0]
    picture = observation["image"] if size == 64 else env.front_picture(size)
    Image.fromarray(picture).save(tmp_path / "picture.png")
    action = demo.act_on(tmp_path / "picture.png", info["instruction"])
    assert action.shape == (4,)
    # A picture drawn larger and made smaller is smoother than one that is drawn small.
    assert action == pytest.approx(expected, abs=1e-4 if size == 64 else 0.05)
    assert env.step(action)[4]["is_success"]
    env.close()


def test_pixels_and_the_pose_can_be_given_too(demo: TorchPolicy) -> None:
    picture = np.zeros((10, 20, 3), np.uint8)
    at_home = demo.act_on(picture, "lift it")
    told = demo.act_on(picture, "lift it", [*AT_HOME, 0, 0, 0, 0])
    assert np.array_equal(at_home, told)
    assert not np.array_equal(told, demo.act_on(picture, "lift it", [1.0] * 9))


@pytest.mark.parametrize(
    ("act", "error", "words"),
    [
        (lambda p: p.act_on("no.png", "lift it"), InvalidValueError, "There is no file no.png"),
        (lambda p: p.act_on(np.zeros((8, 8)), "lift it"), InvalidValueError, "must be uint8"),
        (
            lambda p: p.act_on(np.zeros((8, 8, 3), np.uint8), "lift it " * 11),
            InstructionError,
            "22 words, allowed are 20",
        ),
        (
            lambda p: p.act_on(np.zeros((8, 8, 3), np.uint8), "lift it", [0.0] * 8),
            InvalidValueError,
            "with 9 entries",
        ),
    ],
)
def test_what_cannot_be_acted_on_is_one_line(
    demo: TorchPolicy,
    act: Callable[[TorchPolicy], object],
    error: type[Exception],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        act(demo)
