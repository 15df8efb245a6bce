"""What a skill is, and what all of them share: waypoints, speeds and heights."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from vlsim.registry import Registry
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.hand import EndEffectorTarget
from vlsim.world.support import movables

SPEED = 1.0
"""Of the end effector with an object or near one, metres per second."""
FREE_SPEED = 2.0
"""Of the end effector on its way to the object and back home, metres per second."""
CAREFUL_SPEED, CAREFUL_FREE_SPEED = 0.3, 0.6
"""The two speeds where something stands on something, metres per second."""
PUSH_SPEED = 0.25
"""Of the end effector while it presses against something, metres per second."""
TURN_SPEED = 1.5
"""Of the hand about its axis, radians per second."""
TRANSIT_HEIGHT = 0.13
"""Of the end effector on its way over the things, metres."""
GRASP_HEIGHT = 0.018
"""Of the end effector where it takes what stands on the table, metres."""


class Waypoint(NamedTuple):
    """A pose on the way.

    Args:
        pose: The pose.
        speed: Of the way there, metres per second.
        exact: Whether the arm comes close before it goes on, instead of cutting the corner.
        turns: Whether the hand has to face as the pose says.
    """

    pose: EndEffectorTarget
    speed: float
    exact: bool
    turns: bool = False


class Skill(ABC):
    """One kind of motion; each has a page of its own. It is never instantiated."""

    grasps: ClassVar[bool] = False
    """Whether it needs fingers."""
    carries: ClassVar[bool] = False
    """Whether it holds a thing that can be moved between the fingers."""
    tilts: ClassVar[bool] = False
    """Whether the hand leaves pointing down."""
    pushes: ClassVar[bool] = False
    """Whether closed fingers shove a thing over the table, where a ball rolls on."""
    on_rails: ClassVar[bool] = False
    """Whether what it moves has a joint, which ends before the fingers would."""
    planar_height: ClassVar[float] = 0.026
    """Where a tip that moves in the plane does it best, metres above the table."""

    @staticmethod
    @abstractmethod
    def waypoints(motion: Motion, scene: SceneState) -> Iterator[Waypoint]:
        """Yield the poses that a motion passes through in this scene.

        Where two poses in a row differ in their opening only, the fingers move and the arm waits.
        """

    @staticmethod
    def after(motion: Motion, scene: SceneState) -> SceneState:
        """Return the scene, in which something can be moved, after a motion that goes well.

        What it acts on is where it should be, and at rest. Fixtures are forecast by their goals,
        which know where the moving part is wanted.
        """
        return scene

    @staticmethod
    def has_room(scene: SceneState, target: int) -> bool:
        """Whether the hand can take the target where it is, without hitting anything else."""
        return True

    @staticmethod
    def is_idle(motion: Motion) -> bool:
        """Whether there is nothing to do: what the motion is about is where it shall be."""
        return False


SKILLS: Registry[type[Skill]] = Registry("skill")
"""Every skill, in the order in which actions choose among them."""


def waypoints(motion: Motion, scene: SceneState) -> Iterator[Waypoint]:
    """Yield the poses that a motion passes through; see `Skill.waypoints`."""
    return SKILLS[motion.name].waypoints(motion, scene)


def after(motion: Motion, scene: SceneState) -> SceneState:
    """Return the scene after a motion that goes well; see `Skill.after`."""
    return SKILLS[motion.name].after(motion, scene) if movables(scene) else scene
