"""Episodes begin as they did: words and facts of a few seeds of every task are kept in a file.

Where one has to change, the version in the environment's id rises (while nothing is released, the
changelog says so), and `python -m tests.contracts.test_beginnings` keeps the new ones.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from vlsim.envs.tasks import TASKS
from vlsim.files import read_json, write_json
from vlsim.goals import GOALS, Atom
from vlsim.scenarios.scenario import draw_scenario
from vlsim.world import SceneState

KEPT = Path(__file__).parent / "beginnings.json"
SEEDS = 8
DIGITS = 6
"""Of metres: the last bits of a sine differ between machines."""


def beginnings(task: str) -> list[list[str]]:
    """Return the words of the first seeds, and a digest of their scenes."""
    config = TASKS[task].scenario
    drawn = (draw_scenario(config, "seen", seed) for seed in range(SEEDS))
    return [[scenario.instruction, digest(scenario.scene)] for scenario in drawn]


def digest(scene: SceneState) -> str:
    """Return something that is equal where scenes are, to the micrometre."""
    facts: list[Any] = [[spec.kind, spec.color, spec.size, spec.material] for spec in scene.specs]
    for array in (scene.positions_world, scene.orientations_xyzw, scene.joint_positions):
        facts.append((array.round(DIGITS) + 0.0).tolist())
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


@pytest.mark.parametrize("task", list(TASKS))
def test_every_task_begins_its_episodes_as_it_did(task: str) -> None:
    assert beginnings(task) == read_json(KEPT)[task]


def test_another_goal_changes_no_episode(monkeypatch: pytest.MonkeyPatch) -> None:
    class Juggle(Atom):
        name = "juggle"
        phrasings = ()

    items = {"juggle": Juggle, **dict(GOALS.items())}
    monkeypatch.setattr(GOALS, "_items", items)
    assert next(iter(GOALS)) == "juggle"
    assert beginnings("tabletop") == read_json(KEPT)["tabletop"]


def test_tabletop_asks_for_every_goal_that_stands_alone() -> None:
    alone = {name for name, goal in GOALS.items() if goal.stands_alone}
    assert set(TASKS["tabletop"].scenario.goals) == alone


if __name__ == "__main__":
    write_json(KEPT, {task: beginnings(task) for task in TASKS})
