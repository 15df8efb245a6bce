"""What a policy cannot read is one line that says what it reads, before any network runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vlsim.agents.load import load_policy
from vlsim.deploy.engine_policy import EnginePolicy
from vlsim.envs import make_env
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.world.hand import AT_HOME

Observation = dict[str, Any]
PICTURE = np.zeros((8, 8, 3), np.uint8)


@pytest.fixture(scope="module")
def demo() -> EnginePolicy:
    policy = load_policy("zoo:demo")
    assert isinstance(policy, EnginePolicy)
    return policy


def good() -> Observation:
    return {
        "image": np.zeros((2, 64, 64, 3), np.uint8),
        "proprio": np.zeros((2, 19), np.float32),
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
        ({"proprio": np.zeros((2, 9), np.float32)}, r"numbers \(B, 19\), got float32 \(2, 9\)"),
        ({"proprio": np.zeros(19, np.float32)}, r"finite numbers \(B, 19\), got float32 \(19,\)"),
        (
            {"proprio": np.full((2, 19), np.nan)},
            r"finite numbers \(B, 19\), got float64 \(2, 19\) with nan at \[0, 0\]",
        ),
        ({"proprio": [[1], [1, 2]]}, "reads 'proprio' as an array, got rows of different lengths"),
    ],
)
def test_an_observation_of_another_form_is_refused(
    demo: EnginePolicy, change: Observation, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*args: object) -> None:
        raise AssertionError("a network ran")

    demo.reset([0, 1], ["lift it", "lift it"])
    monkeypatch.setattr(demo._engine, "act", never)
    for method in (demo.act, demo.attention):
        with pytest.raises(InvalidValueError, match=words) as caught:
            method(good() | change)
        assert "\n" not in str(caught.value)
        assert "'zoo:demo'" in str(caught.value)


@pytest.mark.parametrize("key", ["image", "proprio"])
def test_a_missing_observation_is_named(demo: EnginePolicy, key: str) -> None:
    observation = good()
    del observation[key]
    demo.reset([0, 1], ["lift it", "lift it"])
    with pytest.raises(InvalidValueError, match=f"reads '{key}', and the observation has "):
        demo.act(observation)


@pytest.mark.parametrize("size", [64, 480])
def test_a_picture_from_the_disk_is_acted_on_as_in_an_episode(
    demo: EnginePolicy, tmp_path: Path, size: int
) -> None:
    env = make_env("pick_place", "primitive")
    observation, info = env.reset(seed=3)
    assert observation["proprio"] == pytest.approx([*AT_HOME, *[0] * 13], abs=1e-3)
    demo.reset([3], [info["instruction"]])
    expected = demo.act({k: v[None] for k, v in observation.items()})
    picture = observation["image"] if size == 64 else env.camera_picture("front", size)
    Image.fromarray(picture).save(tmp_path / "picture.png")
    action = demo.act(demo.observe(tmp_path / "picture.png"))
    assert action.shape == (1, 1, 13)
    # A picture drawn larger and made smaller is smoother than one that is drawn small.
    assert action == pytest.approx(expected, abs=1e-4 if size == 64 else 0.05)
    assert env.step(action[0, 0])[4]["is_success"]
    env.close()


def test_pixels_and_the_pose_can_be_given_too(demo: EnginePolicy) -> None:
    picture, other = np.zeros((10, 20, 3), np.uint8), np.full((64, 64, 3), 200, np.uint8)
    told = [*AT_HOME, *[0] * 13]
    assert demo.observe(picture)["proprio"].tolist() == [pytest.approx(told)]
    both = demo.observe(picture, other, proprio=[1.0] * 19)
    assert both["image"].shape == (2, 64, 64, 3)
    assert (both["image"][1] == other).all()
    assert (both["proprio"] == np.ones((2, 19), np.float32)).all()
    demo.reset([0], ["lift it"])
    at_home, elsewhere = (demo.act(demo.observe(picture, proprio=p)) for p in (None, [1.0] * 19))
    assert np.array_equal(at_home, demo.act(demo.observe(picture, proprio=told)))
    assert not np.array_equal(at_home, elsewhere)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda p: p.observe("no.png"), "There is no file no.png"),
        (lambda p: p.observe(np.zeros((8, 8))), "must be uint8"),
        (
            lambda p: p.observe(PICTURE, proprio=[0.0] * 9),
            r"'proprio' as finite numbers \(19,\), got float64 \(9,\). It is the same for all",
        ),
        (lambda p: p.observe(PICTURE, proprio="abc"), r"finite numbers \(19,\), got <U3 \(\)"),
        (lambda p: p.observe(PICTURE, proprio=np.zeros((2, 19))), r"got float64 \(2, 19\). It is"),
        (lambda p: p.observe(PICTURE, proprio=[np.inf] * 19), r"with inf at \[0\]"),
        (lambda p: p.act(None), "'zoo:demo' acts on observations by name, .* got None"),
        (lambda p: p.act(np.zeros(3)), r"acts on observations by name, .* got array\(\[0"),
        (lambda p: p.attention("image"), "acts on observations by name, .* got 'image'"),
        (lambda p: p.observe([PICTURE]), "got a list; give each picture as its own argument"),
        (lambda p: p.observe(PICTURE[None]), "give each picture as its own argument"),
        (lambda p: p.observe(b"png"), "give the name of a file, or an array"),
        (lambda p: p.observe(None), "give the name of a file, or an array"),
        (lambda p: p.observe(np.zeros((8, 8, 4), np.uint8)), r"with picture\[..., :3\]"),
        (lambda p: p.observe(np.zeros((8, 8, 3))), r"\(255 \* picture\).round"),
        (
            lambda p: p.reset([0], "put it"),
            "instructions of a reset must be a list .* got 'put it'",
        ),
        (lambda p: p.reset(0, ["put it"]), "The seeds of a reset must be a list .* got 0"),
        (lambda p: p.reset([0], [None]), "An instruction must be a string, got None; where"),
    ],
)
def test_what_cannot_be_acted_on_is_one_line(
    demo: EnginePolicy, act: Callable[[EnginePolicy], object], words: str
) -> None:
    demo.reset([0], ["lift it"])
    with pytest.raises(InvalidValueError, match=words) as caught:
        act(demo)
    assert "\n" not in str(caught.value)


def test_a_picture_of_a_camera_that_a_policy_does_not_have_is_refused(demo: EnginePolicy) -> None:
    with pytest.raises(UnknownNameError, match=r"'zoo:demo' named 'wrsit'.* Known: front\."):
        demo.observe({"front": PICTURE, "wrsit": PICTURE})


def test_instructions_may_come_as_an_array(demo: EnginePolicy) -> None:
    demo.reset(np.array([0, 1]), np.array(["lift it", "touch it"]))
    assert demo.act(good()).shape == (2, 1, 13)
