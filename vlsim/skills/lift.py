"""Lifting a thing into the air."""

from collections.abc import Iterator

from vlsim.skills.base import Skill, Waypoint
from vlsim.skills.motion import Motion
from vlsim.skills.pick_place import carry
from vlsim.skills.room import is_graspable
from vlsim.world import SceneState
from vlsim.world.support import nearest_movable, no_velocities

CARRIED_HEIGHT = 0.10
"""How high a lifted thing is held above where it was, metres."""


class Lift(Skill):
    """Up from the start of the motion; the hand stays in the air."""

    grasps = True
    carries = True

    @staticmethod
    def waypoints(motion: Motion, scene: SceneState) -> Iterator[Waypoint]:
        """Yield the poses that a motion passes through."""
        return carry(scene, motion.start_world, None)

    @staticmethod
    def after(motion: Motion, scene: SceneState) -> SceneState:
        """Return the scene after a motion that goes well."""
        positions = scene.positions_world.copy()
        positions[nearest_movable(scene, motion.start_world), 2] += CARRIED_HEIGHT
        return scene.replace(positions_world=positions, velocities_world=no_velocities(scene))

    @staticmethod
    def has_room(scene: SceneState, target: int) -> bool:
        """Whether the hand can take the target where it is, without hitting anything else."""
        return is_graspable(scene, target)
