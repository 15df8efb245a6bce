import json
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.evaluation.fakes import FakeEnv, Guesser, Looker, MovingEnv, Reader
from vlsim.errors import InvalidValueError
from vlsim.evaluation.film import EVERY, HOLD_SECONDS, STILL_HEIGHT, FilmConfig, film_episode
from vlsim.evaluation.policy import EnvFactory, Policy
from vlsim.evaluation.rollout import Setting, benchmark_seeds, evaluate

SETTING = Setting("reader", "say", "voice", "seen")
SILENT = Setting("reader", "say", "voice", "no-instruction")
THREE = 3
"""A seed whose number is not 0: without words, the reader needs both steps and fails."""


def frames(path: Path) -> int:
    return int(imageio.imread(path, index=None).shape[0])


@pytest.mark.parametrize(
    ("make_env", "fps", "moving"), [(FakeEnv, 5, 2), (MovingEnv, 20 / EVERY, 2 * 4 // EVERY)]
)
def test_a_film_has_the_beginning_every_motion_and_the_outcome(
    tmp_path: Path, make_env: EnvFactory, fps: float, moving: int
) -> None:
    film_episode(Reader(), make_env, THREE, SILENT, tmp_path / "a.mp4")
    assert frames(tmp_path / "a.mp4") == 1 + moving + round(HOLD_SECONDS * fps)
    assert imageio.immeta(tmp_path / "a.mp4")["fps"] == fps
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]


def test_the_film_shows_the_episode_that_was_measured(tmp_path: Path) -> None:
    seeds = benchmark_seeds(20)
    measured = evaluate(Guesser(), FakeEnv, seeds, "seen", task="say", control="voice")
    setting = Setting("guesser", "say", "voice", "seen")
    for i in (0, 7, 17):
        path = tmp_path / f"{i}.mp4"
        again = film_episode(Guesser(), FakeEnv, seeds[i], setting, path, row=i % 16)
        assert again == measured[i]


def test_gif_stills_and_steps_lie_beside_the_film(tmp_path: Path) -> None:
    config = FilmConfig(gif=True, strip=True, steps=True)
    film_episode(Reader(), FakeEnv, THREE, SILENT, tmp_path / "a.mp4", config=config)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == ["a.gif", "a.jpg", "a.jsonl", "a.mp4"]
    steps = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [(s["number"], s["reward"], s["is_success"]) for s in steps] == [
        (1, -0.25, False),
        (2, -0.25, False),
    ]
    with Image.open(tmp_path / "a.jpg") as strip:
        assert strip.height == STILL_HEIGHT
        assert strip.width == 4 * 300 + 3 * 4
    assert frames(tmp_path / "a.gif") >= 3


class Captioned(FakeEnv):
    """Draws a square scene with a white bar of words below it."""

    def render(self) -> NDArray[np.uint8]:
        bar = np.full((30, 60, 3), 255, np.uint8)
        return np.vstack([np.full((60, 60, 3), 90, np.uint8), bar])


def test_stills_leave_out_the_words_below_the_scene(tmp_path: Path) -> None:
    config = FilmConfig(strip=True)
    film_episode(Reader(), Captioned, THREE, SILENT, tmp_path / "a.mp4", config=config)
    with Image.open(tmp_path / "a.jpg") as strip:
        assert strip.size == (4 * STILL_HEIGHT + 3 * 4, STILL_HEIGHT)
        assert np.asarray(strip).max() < 120


def test_a_heat_map_stands_beside_the_picture(tmp_path: Path) -> None:
    film_episode(Looker(), FakeEnv, THREE, SETTING, tmp_path / "a.mp4")
    config = FilmConfig(heatmap=True)
    film_episode(Looker(), FakeEnv, THREE, SETTING, tmp_path / "b.mp4", config=config)
    plain, both = (imageio.imread(tmp_path / f"{n}.mp4", index=0) for n in "ab")
    assert both.shape[1] == plain.shape[1] + 8 + 60
    panel = both[:60, -60:].astype(int)
    coolness = panel[:, :, 2] - panel[:, :, 0]
    hottest = np.unravel_index(coolness.argmax(), coolness.shape)
    assert 15 <= hottest[0] < 30
    assert 30 <= hottest[1] < 45


class Bored(Looker):
    def attention(self, observations: object) -> None:
        return None


@pytest.mark.parametrize("policy", [Reader(), Bored()])
def test_a_policy_without_a_heat_map_is_refused_and_leaves_no_file(
    tmp_path: Path, policy: Policy
) -> None:
    config = FilmConfig(heatmap=True)
    with pytest.raises(InvalidValueError, match="has no heat-map to show"):
        film_episode(policy, FakeEnv, THREE, SETTING, tmp_path / "a.mp4", config=config)
    assert not list(tmp_path.iterdir())


def test_the_environment_stops_filming_and_is_closed(tmp_path: Path) -> None:
    made: list[MovingEnv] = []

    def make(set_name: str) -> MovingEnv:
        made.append(MovingEnv(set_name))
        return made[-1]

    film_episode(Reader(), make, THREE, SETTING, tmp_path / "a.mp4")
    assert made[0].callback is None
    assert made[0].is_closed
