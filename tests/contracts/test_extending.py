"""What a new goal, skill or part of a network takes: a package of one file each, counted."""

import re
from pathlib import Path

import pytest

from tests.test_plugins import PARTS, install, run

SKILL = '''
"""Holding the closed fingers over a point."""

from vlsim.skills import SKILLS, Skill, Waypoint
from vlsim.skills.base import SPEED
from vlsim.world.hand import CLOSED, EndEffectorTarget

HEIGHT = 0.10


@SKILLS.register("hover")
class Hover(Skill):
    @staticmethod
    def waypoints(motion, scene):
        pose = EndEffectorTarget((*motion.start_world, HEIGHT), opening=CLOSED)
        yield Waypoint(pose, SPEED, exact=True)
'''
GOAL = '''
"""Hover over: hold the gripper over the named thing."""

import math
from dataclasses import dataclass
from typing import ClassVar

from vlsim.goals import GOALS, Atom, Phrasings
from vlsim.goals.base import share_covered
from vlsim.skills import Motion

HEIGHT, NEAR = 0.10, 0.02


@GOALS.register("hover_over")
@dataclass(frozen=True)
class HoverOver(Atom):
    name: ClassVar[str] = "hover_over"
    skills: ClassVar[tuple[str, ...]] = ("hover",)
    slots: ClassVar[tuple[str, ...]] = ("target",)
    lasts: ClassVar[bool] = False
    synonyms: ClassVar[dict[str, tuple[str, ...]]] = {"hover": ("float",)}
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=("hover over {target}", "find {target} and hover over it"),
            held_out=("levitate above {target}",),
        ),
    )

    @classmethod
    def can_fill(cls, slot, spec):
        return True

    def achieved(self, before, now):
        return self._away(now) <= NEAR

    def progress(self, before, now):
        return {"approach": share_covered(self._away(before), self._away(now))}

    def plan(self, scene):
        x, y, _ = scene.centres[self.subject(scene)]
        return Motion("hover", (x, y), (x, y))

    def _away(self, scene):
        x, y, _ = scene.centres[self.subject(scene)]
        return math.dist((x, y, HEIGHT), scene.ee_position_world.tolist())
'''
TASK = '''
"""Hover: a task that asks for nothing else."""

from vlsim.envs.task import Task
from vlsim.envs.tasks import add_task
from vlsim.scenarios.config import ScenarioConfig

add_task(
    Task(
        name="hover",
        env_id="garden/Hover-v1",
        description="Hold the gripper over the named thing.",
        scenario=ScenarioConfig(goals=("hover_over",)),
        horizon={"ee_delta": 40, "primitive": 2},
        reward_weights={"approach": 1.0},
    )
)
'''
PLAY = """
import json, sys
import gymnasium, vlsim
from vlsim.agents.scripted import Expert
from vlsim.envs.tasks import TASKS
from vlsim.free_text.understand import understand
from vlsim.goals import goal_from_json
from vlsim.language.writer import realise
from vlsim.seeding import stream

assert TASKS["hover"].skills == ("hover",)
for control in ("primitive", "ee_delta"):
    env = gymnasium.make("garden/Hover-v1", control=control, image_size=32).unwrapped
    expert = Expert()
    for seed in range(4):
        _, info = env.reset(seed=seed)
        assert goal_from_json(info["goal"]) == env.goal
        assert understand(info["instruction"], env.scene) == env.goal
        said = {realise(env.goal, stream(seed, "said", i), "lexical").text for i in range(20)}
        assert any("float over" in text for text in said)
        expert.reset([seed], [info["instruction"]])
        over = False
        while not over:
            expert.inform([env.ground_truth])
            *_, terminated, truncated, info = env.step(expert.act({})[0, 0])
            over = terminated or truncated
        print(control, seed, info["is_success"])
    env.close()
"""
KINDS = {"skill": ("hover",), "goal": ("hover_over", "hover_task")}
"""The files beside the package's `__init__` that each takes, and a line that imports each there."""
MOST = {"skill": 3, "goal": 4}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    lines = [f"from garden import {name}" for names in KINDS.values() for name in names]
    (folder / "garden").mkdir()
    for name, code in {"hover": SKILL, "hover_over": GOAL, "hover_task": TASK}.items():
        (folder / "garden" / f"{name}.py").write_text(code)
    install(folder, "garden", "")
    (folder / "garden.py").unlink()
    (folder / "garden" / "__init__.py").write_text("\n".join(lines))
    return folder


@pytest.mark.parametrize("what", list(KINDS))
def test_it_takes_its_page_and_a_line(site: Path, what: str) -> None:
    written = {path.stem for path in (site / "garden").glob("*.py")}
    assert written == {"__init__", *(name for names in KINDS.values() for name in names)}
    assert len(KINDS[what]) + 1 <= MOST[what]


def test_the_expert_solves_the_new_goal_by_the_new_skill(site: Path) -> None:
    done = run(site, PLAY)
    assert done.returncode == 0, done.stderr
    played = [line.split() for line in done.stdout.splitlines() if line.endswith(("True", "False"))]
    assert len(played) == 8
    assert [line for line in played if line[-1] == "False"] == []


def test_a_part_and_an_objective_are_one_file_and_one_line_each(tmp_path: Path) -> None:
    head, *pages = re.split(r"(?=^@)", PARTS, flags=re.MULTILINE)
    assert len(pages) == 3
    (tmp_path / "shop").mkdir()
    for number, page in enumerate(pages):
        (tmp_path / "shop" / f"page_{number}.py").write_text(head + page)
    lines = [f"from shop import page_{number}" for number in range(3)]
    install(tmp_path, "shop", "", group="vlsim.parts")
    (tmp_path / "shop.py").unlink()
    (tmp_path / "shop" / "__init__.py").write_text("\n".join(lines))
    done = run(
        tmp_path,
        "from vlsim.models.fusion import FUSION\n"
        "from vlsim.models.vision import VISION\n"
        "from vlsim.objectives import OBJECTIVES\n"
        "print('shades' in VISION, 'louder' in FUSION, 'brightness' in OBJECTIVES)",
    )
    assert (done.returncode, done.stdout) == (0, "True True True\n"), done.stderr
