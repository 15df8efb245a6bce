"""Goals that no task of their own draws: the expert reaches them in the simulator."""

from typing import Any

import pytest

from vlsim.agents.scripted.expert import Expert
from vlsim.envs import make_env
from vlsim.envs.tabletop import TabletopEnv
from vlsim.evaluation.rollout import benchmark_seeds, evaluate

KINDS = {"movable_kinds": ("cube", "cylinder"), "place_kinds": ("bowl", "pad")}


@pytest.mark.parametrize("fixtures", [0, 2])
@pytest.mark.parametrize("control", ["ee_delta", "primitive"])
@pytest.mark.parametrize(
    ("goal", "task"), [("push_away", "push"), ("push_beside", "push"), ("place_between", "arrange")]
)
def test_the_expert_reaches_the_goal(goal: str, task: str, control: str, fixtures: int) -> None:
    scenario: dict[str, Any] = {"goals": (goal,), "n_movable": (3, 4), "n_places": (1, 1), **KINDS}
    scenario["n_fixtures"] = (fixtures, fixtures)

    def make(name: str) -> TabletopEnv:
        return make_env(task, control, instruction_set=name, image_size=32, scenario=scenario)

    episodes = evaluate(
        Expert(), make, benchmark_seeds(6), "seen", task=task, control=control, group=6
    )
    assert [e.seed for e in episodes if not e.success_once] == []
    assert [e.seed for e in episodes if e.attempted != e.referent] == []
