"""Scenes in the middle of a task, as the goal's own forecast has them: no physics."""

from typing import NamedTuple

import numpy as np

from vlsim.goals.monitor import Monitor, forecast
from vlsim.instruction_sets.base import InstructionSet
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scenarios.scenario import Scenario, sample_scenarios
from vlsim.world import SceneState


class Asked(NamedTuple):
    """A task and what has become of it.

    Args:
        scenario: Where it was asked for.
        monitor: What is done of it, and what comes next.
    """

    scenario: Scenario
    monitor: Monitor


def asked_under_way(
    drawn: list[Scenario],
    config: ScenarioConfig,
    instruction_set: InstructionSet,
    count: int,
    rng: np.random.Generator,
) -> tuple[SceneState, list[Asked]]:
    """Return a scene after some motions of the first task that takes several, and what is asked.

    What is asked is that task and what else the scene offers as a beginning. If no task takes
    several motions, it is the beginning.

    Args:
        drawn: The tasks that share a scene.
        config: What goals are drawn from.
        instruction_set: Decides which goals and words are wanted.
        count: How many are asked, at most.
        rng: Decides how far the task has come, and what else is asked.
    """
    for one in drawn:
        later = [scene for scene, _ in forecast(one.goal, one.scene)][1:]
        if later:
            done = later[: int(rng.integers(len(later))) + 1]
            monitor = Monitor(one.goal, one.scene)
            for scene in done:
                monitor.advance(scene)
            others = sample_scenarios(config, done[-1], instruction_set, rng, count - 1)
            fresh = [Asked(other, Monitor(other.goal, other.scene)) for other in others]
            return done[-1], [Asked(one, monitor), *fresh]
    return drawn[0].scene, [Asked(one, Monitor(one.goal, one.scene)) for one in drawn]
