"""Lifting a thing into the air."""

from collections.abc import Iterator

from vlsim.skills.base import SKILLS, Skill, Waypoint
from vlsim.skills.motion import Motion
from vlsim.skills.pick_place import carry
from vlsim.world import SceneState
from vlsim.world.support import nearest_movable, no_velocities

CARRIED_HEIGHT = 0.10
"""How high a lifted thing is held above where it was, metres."""


@SKILLS.register("lift")
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
