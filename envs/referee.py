"""Judges a running episode: its reward, its success, and when it is over."""

import json
from typing import Any

from vlsim.envs.task import Task
from vlsim.goals import Atom, Goal
from vlsim.goals.failure import why_failed
from vlsim.goals.monitor import Monitor
from vlsim.world import SceneState

MOST_MOTIONS = 10
"""Motions that the longest episode has time for, where the horizon is that of one."""
NOTHING = -1
"""`info["attempted"]` where the agent has acted on no object, `info["lost_object"]` of none."""
SUCCESS = "success"
"""The reward term of the bonus; the others are those of the task's `reward_weights`."""


class Referee:
    """Compares one scene after the other with the goal of the episode.

    Args:
        task: Has the horizon, the reward weights and the bonus.
        control: Name of the control mode, for the horizon.
        goal: What was asked for.
        scene: Where it was asked for.

    Raises:
        InstructionError: If the goal does not fit the scene.
    """

    def __init__(self, task: Task, control: str, goal: Goal, scene: SceneState) -> None:
        """See the class."""
        self._task = task
        self._goal = json.dumps(goal.to_json())
        self._monitor = Monitor(goal, scene)
        self._progress = self._monitor.progress
        motions = min(self._monitor.n_motions, MOST_MOTIONS) if task.per_motion else 1
        self.n_steps = task.horizon[control] * motions
        """Steps that the episode may have."""
        self.steps = 0
        """Steps that it has had."""
        self.has_lost = False
        """Whether an object has left the table: that ends the episode."""
        self.is_success = self.success_once = False
        self.reward_terms = dict.fromkeys((*task.reward_weights, SUCCESS), 0.0)
        """Of the last step; zeros at the reset."""

    def judge(self, scene: SceneState) -> float:
        """Take note of the scene that a step has led to. Returns the step's reward."""
        self.steps += 1
        self._monitor.advance(scene)
        before, now = self._progress, self._monitor.progress
        self._progress = now
        self.has_lost = scene.lost_object is not None
        self.is_success = self._monitor.is_achieved and not self.has_lost
        bonus = self._task.success_bonus * float(self.is_success and not self.success_once)
        self.success_once |= self.is_success
        # Always the same names: a goal that has no such term gets 0 for it.
        self.reward_terms = {
            name: weight * (now[name] - before[name]) if name in now else 0.0
            for name, weight in self._task.reward_weights.items()
        } | {SUCCESS: bonus}
        return sum(self.reward_terms.values())

    @property
    def is_spent(self) -> bool:
        """Whether no step is left."""
        return self.steps >= self.n_steps

    @property
    def stages(self) -> tuple[int, int]:
        """How many stages of the goal are done, and how many there are."""
        return self._monitor.n_done, self._monitor.n_stages

    @property
    def atom(self) -> Atom:
        """What to do next: the goal, or its first part that is not done, bound to its objects."""
        return self._monitor.atom

    @property
    def roles(self) -> dict[str, int]:
        """Index of the object in each slot: the target is what the present motion is about."""
        return self._monitor.roles

    def failure(self, scene: SceneState) -> str:
        """Return why an episode that ends in this scene failed, in words; "" after a success."""
        return "" if self.success_once else why_failed(self._monitor, scene)

    def info(self, scene: SceneState) -> dict[str, Any]:
        """Return what `info` says of goal, success, reward and objects."""
        attempted, lost = self._monitor.attempted, scene.lost_object
        return {
            "is_success": self.is_success,
            "success_once": self.success_once,
            "reward_terms": dict(self.reward_terms),
            # Words, not a mapping: goals have different fields, and Gymnasium's vectors merge
            # the mappings of all environments into one.
            "goal": self._goal,
            "stages": self._monitor.n_stages,
            "stages_done": self._monitor.n_done,
            "steps": self.steps,
            "referent": self.roles["target"],
            # A number also for nothing: Gymnasium's vectors keep it in an array of integers.
            "attempted": NOTHING if attempted is None else attempted,
            "lost_object": NOTHING if lost is None else lost,
            # Set where the episode ends.
            "failure": "",
        }
