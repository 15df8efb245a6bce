import json
from pathlib import Path
from typing import Any

import imageio.v3 as imageio
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.evaluation.fakes import SIDE, FakeEnv, Guesser, Looker, MovingEnv, Planner, Reader
from vlsim.errors import InvalidValueError
from vlsim.evaluation.film import (
    EVERY,
    HOLD_AFTER,
    HOLD_BEFORE,
    SLOW_MOTION,
    FilmConfig,
    film_episode,
)
from vlsim.evaluation.rollout import Setting, benchmark_seeds, evaluate
from vlsim.evaluation.screen import panel_side
from vlsim.interface.environment import EnvFactory
from vlsim.interface.policy import Observations, Policy

SETTING = Setting("reader", "say", "voice", "seen")
SILENT = Setting("reader", "say", "voice", "no-instruction")
THREE = 3
"""A seed whose number is not 0: without words, the reader needs both steps and fails."""


def frames(path: Path) -> int:
    return int(imageio.imread(path, index=None).shape[0])


@pytest.mark.parametrize(
    ("make_env", "control", "fps", "moving"),
    [
        (FakeEnv, "voice", 5, 2),
        (MovingEnv, "voice", 20 / EVERY, 2 * 4 // EVERY),
        # Slower, with every frame, and with a pause before the second attempt.
        (MovingEnv, "primitive", 20 * SLOW_MOTION["primitive"], 2 * 4 + round(1.2 * 8)),
    ],
)
def test_a_film_has_the_beginning_every_motion_and_the_outcome(
    tmp_path: Path, make_env: EnvFactory, control: str, fps: float, moving: int
) -> None:
    setting = Setting("reader", "say", control, "no-instruction")
    film_episode(Reader(), make_env, THREE, setting, tmp_path / "a.mp4")
    held = round(HOLD_BEFORE * fps) + round(HOLD_AFTER * fps)
    assert frames(tmp_path / "a.mp4") == held + moving
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


def test_a_film_of_chunks_shows_every_action(tmp_path: Path) -> None:
    config = FilmConfig(steps=True)
    film_episode(Planner(), MovingEnv, THREE, SETTING, tmp_path / "a.mp4", config=config)
    steps = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [(s["number"], s["action"]) for s in steps] == [(1, [0.0]), (2, [pytest.approx(0.2)])]
    fps = 20 / EVERY
    held = round(HOLD_BEFORE * fps) + round(HOLD_AFTER * fps)
    assert frames(tmp_path / "a.mp4") == held + 2 * 4 // EVERY


def test_gif_poster_and_steps_lie_beside_the_film(tmp_path: Path) -> None:
    config = FilmConfig(gif=True, poster=True, steps=True)
    film_episode(Reader(), FakeEnv, THREE, SILENT, tmp_path / "a.mp4", config=config)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == ["a.gif", "a.jpg", "a.jsonl", "a.mp4"]
    steps = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [(s["number"], s["reward"], s["is_success"]) for s in steps] == [
        (1, -0.25, False),
        (2, -0.25, False),
    ]
    last = imageio.imread(tmp_path / "a.mp4", index=None)[-1]
    with Image.open(tmp_path / "a.jpg") as poster:
        # The codec has added a row, since it needs an even number.
        assert np.abs(np.asarray(poster).astype(int) - last[: poster.height]).mean() < 6
    assert frames(tmp_path / "a.gif") >= 3


def test_the_scene_is_shown_without_the_words_that_the_environment_writes(tmp_path: Path) -> None:
    film_episode(Reader(), FakeEnv, THREE, SILENT, tmp_path / "a.mp4")
    first = imageio.imread(tmp_path / "a.mp4", index=0)
    assert not (first > 250).all(axis=(1, 2)).any()
    # Beside the scene is a column of panels, half as wide.
    assert first.shape[1] == SIDE + 8 + panel_side(SIDE)


class Place(FakeEnv):
    """Its goals have a place."""

    def _info(self, is_success: bool) -> dict[str, Any]:
        return super()._info(is_success) | {"goal": json.dumps({"goal": "place", "place": {}})}


@pytest.mark.parametrize(("make_env", "maps"), [(FakeEnv, 1), (Place, 2)])
def test_heat_maps_of_what_the_goal_names_stand_beside_the_scene(
    tmp_path: Path, make_env: EnvFactory, maps: int
) -> None:
    config = FilmConfig(heatmap=True)
    film_episode(Looker(), make_env, THREE, SETTING, tmp_path / "a.mp4", config=config)
    first = imageio.imread(tmp_path / "a.mp4", index=0).astype(int)
    side = panel_side(SIDE)
    assert first.shape[1] == SIDE + 2 * (8 + side)
    column = first[:, -side:]
    is_line = (column[:, :, 2] - column[:, :, 0] > 150) & (column[:, :, 1] > 150)
    upper, lower = np.array_split(is_line[len(first) - SIDE - 80 : len(first) - 80], 2)
    assert [upper.any(), lower.any()] == [True, maps == 2]


class Bored(Looker):
    def attention(self, observations: Observations) -> dict[str, NDArray[np.float32]]:
        return {}


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
