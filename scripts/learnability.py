"""What speaks against a training run before it begins: it would take its time and learn nothing."""

import math
from collections.abc import Iterator

from vlsim.agents.config import TrainConfig
from vlsim.envs.task import Task
from vlsim.envs.tasks import TASKS
from vlsim.objectives.base import learned_from
from vlsim.objectives.sources import ROLLOUT, DemonstrationSource, StillSource
from vlsim.scripts.presets import PRESETS
from vlsim.training.config import WEIGHTS

POINTED_GOALS = (
    "reach",
    "lift",
    "press",
    "place",
    "push_to",
    "push_beside",
    "push_away",
    "stack",
)
"""Goals of which it is enough to know where their target and their place are."""
LEAST_EXPLORATION = 0.1
"""Smallest standard deviation of actions with which trying finds something in closed loop."""
LEAST_EPISODES = 1_000
"""The preset `reach` has 1,280, `demo` 8,192."""


def doubts(config: TrainConfig) -> Iterator[str]:
    """Yield every reason to expect that a run will not learn its task, each with what to change."""
    task = TASKS[config.task]
    learns_by_trying = config.ppo.total_timesteps > 0
    is_closed_loop = config.control != "primitive"
    if not is_pointed(task) and not _is_shown(config):
        able = ", ".join(name for name, other in TASKS.items() if is_pointed(other))
        yield (
            f"Of an instruction the networks learn {_learned(task, config.control)}, and nothing "
            f"else. '{task.name}' needs more ({_needs(task)}), so expect little success. "
            f"Choose another task: {able}."
        )
    deviation = math.exp(config.ppo.log_std_init)
    if learns_by_trying and is_closed_loop and not config.imitation.steps:
        if deviation < LEAST_EXPLORATION:
            yield (
                f"The exploration of {deviation:.2f} (--ppo.log-std-init "
                f"{config.ppo.log_std_init:g}) suits 'primitive'; in '{config.control}' it finds "
                "nothing. Use --ppo.log-std-init -1, or imitate the expert first "
                "(--demonstrations FOLDER --imitation.steps 600)."
            )
        draws_stills = learned_from(StillSource.holds, config.objectives.by_name)
        if draws_stills and not config.still.moving_arm:
            yield (
                f"In '{config.control}' the arm moves through the picture, and the still scenes "
                "show it at home only. Use --still.moving-arm."
            )
    episodes = config.ppo.total_timesteps // task.horizon[config.control]
    if learns_by_trying and episodes < LEAST_EPISODES and not config.imitation.steps:
        frames = LEAST_EPISODES * task.horizon[config.control]
        yield (
            f"{config.ppo.total_timesteps:,} frames at a horizon of "
            f"{task.horizon[config.control]} (full episodes: {episodes:,}) are too few to learn by "
            "trial and error. "
            f"Use --ppo.total-timesteps {frames} or more."
        )
    # The weights that nobody chose are also for stages that a run may leave out.
    if config.objectives.weights != WEIGHTS:
        used = {name for names in stages(config).values() for name in names}
        weights = config.objectives.by_name
        if unused := [name for name, weight in weights.items() if weight and name not in used]:
            yield (
                f"No stage of this run learns the objective '{unused[0]}'. Leave it out of "
                "--objectives.weights, or add the stage that has its data."
            )
    measured = {
        (preset.config.task, preset.config.control) for preset in PRESETS.values() if preset.success
    }
    if (config.task, config.control) not in measured:
        known = ", ".join(f"'{name}' by '{control}'" for name, control in sorted(measured))
        yield (
            f"Nobody has measured whether '{config.task}' by '{config.control}' can be learned, "
            f"only {known}: vlsim list presets"
        )


def stages(config: TrainConfig) -> dict[str, list[str]]:
    """Return the stages that do something, by name, and the objectives that each learns."""
    weights = config.objectives.by_name
    of_stills = learned_from(StillSource.holds, weights)
    learned: dict[str, list[str]] = {}
    if config.grounding.steps and of_stills:
        learned["grounding"] = of_stills
    if config.imitation.steps:
        learned["imitation"] = [*learned_from(DemonstrationSource.holds, weights), *of_stills]
    if config.ppo.total_timesteps:
        learned["ppo"] = [*learned_from(ROLLOUT, weights), *of_stills]
    return learned


def is_pointed(task: Task) -> bool:
    """Whether where target and place are says what to do in a task."""
    goals = task.scenario.goals
    return len(goals) == 1 and goals[0] in POINTED_GOALS


def _is_shown(config: TrainConfig) -> bool:
    """Whether still scenes say what to do in them."""
    return config.control == "primitive" and config.objectives.by_name.get("motion", 0.0) > 0


def _learned(task: Task, control: str) -> str:
    """Return what the networks learn of a task's words."""
    if control == "primitive" and len(task.skills) > 1:
        return f"where its target and its place are and which of {len(task.skills)} motions to do"
    return "where its target and its place are"


def _needs(task: Task) -> str:
    """Return what else of its words a task needs."""
    goals = task.scenario.goals
    if len(goals) > 1:
        return f"which of {len(goals)} goals is meant"
    return f"the goal '{goals[0]}' has a direction or further things"
