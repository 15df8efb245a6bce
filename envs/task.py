"""A task says which scenarios it draws, how long an episode lasts and what is rewarded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vlsim.goals import GOALS
from vlsim.interface.observation import Channels, channels_for
from vlsim.robots.spec import RobotSpec
from vlsim.scenarios.config import ScenarioConfig
from vlsim.skills import SKILLS


def skills_of(goals: Iterable[str]) -> tuple[str, ...]:
    """Return the motions that goals of these names need, in the order of `SKILLS`."""
    needed = {skill for goal in goals for skill in GOALS[goal].skills}
    return tuple(skill for skill in SKILLS if skill in needed)


@dataclass(frozen=True)
class Task:
    """One task; `envs/tasks/` holds one file for each.

    Args:
        name: What people type.
        env_id: Gymnasium's name for it.
        description: One sentence.
        scenario: What its episodes begin with.
        horizon: Steps of an episode in each control mode that can do it.
        reward_weights: Weight of every progress term of the task's goals.
        success_bonus: Reward of the first step on which the goal is achieved.
        per_motion: Whether the horizon is for each motion that a goal takes, not for all of them.
        firm_grip: Whether the gripper is a firm one (`Gripper.firm`). The first tasks do without:
            their episodes stay as they were.
    """

    name: str
    env_id: str
    description: str
    scenario: ScenarioConfig
    horizon: Mapping[str, int]
    reward_weights: Mapping[str, float] = field(default_factory=dict)
    success_bonus: float = 1.0
    per_motion: bool = False
    firm_grip: bool = False

    @property
    def skills(self) -> tuple[str, ...]:
        """Motions that its goals need, in the order of `SKILLS`.

        With one, every action of `primitive` is that motion; with more, further entries of the
        action choose.
        """
        return skills_of(self.scenario.goals)

    def channels(self, control: str, robot: RobotSpec) -> Channels:
        """Return what a network needs to measure and do, by one control mode with one robot."""
        return channels_for(control, self.skills, len(robot.joints))
