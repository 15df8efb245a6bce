"""Push away: slide the named object farther from the named thing."""

import math
from dataclasses import dataclass
from typing import ClassVar

from vlsim.goals.base import GOALS, Atom, Phrasings
from vlsim.goals.handling import approached, lies_still
from vlsim.referring.ref import Ref
from vlsim.skills.motion import Motion
from vlsim.skills.push import PLANNED, STANDOFF, push_along
from vlsim.skills.room import is_way_free
from vlsim.world import SceneState
from vlsim.world.distances import position_xy
from vlsim.world.space import Point, is_inside_workspace

FARTHER = 0.05
"""A gap that grew by this much grew clearly, metres."""
SPARE = 0.01
"""How much more than that the expert plans for, metres."""
TURNS_DEG = (0, 15, -15, 30, -30, 45, -45, 90, -90, 135, -135, 180)
"""Ways that the expert tries, beside the one straight away from the thing, degrees."""


@GOALS.register("push_away")
@dataclass(frozen=True)
class PushAway(Atom):
    """Slide the target away from another thing, without lifting it.

    Words       "push {target} away from {place}", "slide …", "move …"
    Achieved    the target is 5 cm or more farther from the place, from where it was and from where
                it is now; at rest, not lifted
    Progress    approach: share of the initial distance from end effector to target that is covered
                move: share of 5 cm by which the distance has grown
    Referents   target (movable), place (anything)
    """

    name: ClassVar[str] = "push_away"
    skills: ClassVar[tuple[str, ...]] = ("push",)
    slots: ClassVar[tuple[str, ...]] = ("target", "place")
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "push {target} away from {place}",
                "please push {target} away from {place}",
                "slide {target} away from {place}",
                "please slide {target} away from {place}",
                "move {target} away from {place}",
                "go and push {target} away from {place}",
                "give {target} a push away from {place}",
                "find {target} and push it away from {place}",
                "find {target} and slide it away from {place}",
                "away from {place} push {target}",
                "away from {place} slide {target}",
            ),
            held_out=(
                "shove {target} away from {place}",
                "nudge {target} farther from {place}",
                "widen the gap between {target} and {place}",
                "give {target} a shove so that it ends up farther from {place}",
                "{target} should be shoved away from {place}",
                "{target} is too near to {place}",
            ),
            reordered=(
                "away from {place} move {target}",
                "go and slide {target} away from {place}",
                "give {target} a push so that it is away from {place}",
                "it is {target} that is to slide away from {place}",
            ),
        ),
    )

    place: Ref
    """What the target shall be farther from."""

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the target was pushed away and lies still."""
        target, _ = self.indices(before)
        return self._grown(before, now) >= FARTHER and lies_still(now, target)

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach` and `move`; both are 1 once the target is far enough away."""
        target, _ = self.indices(before)
        grown = self._grown(before, now)
        if grown >= FARTHER:
            return {"approach": 1.0, "move": 1.0}
        near = now.specs[target].radius + STANDOFF
        return {
            "approach": approached(before, now, target, near),
            "move": max(0.0, grown / FARTHER),
        }

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether some way leads far enough, is free, and ends on the workspace."""
        return self._way(scene) is not None

    def plan(self, scene: SceneState) -> Motion:
        """Return a push from the place's side of the target."""
        target, place = self.indices(scene)
        way = self._way(scene) or self._away(scene, target, place, 0.0)
        return push_along(scene, target, way)

    def _way(self, scene: SceneState) -> Point | None:
        """Return a direction in which nothing stands, the straightest first; None without any."""
        target, place = self.indices(scene)
        x, y = at = position_xy(scene, target)
        width, there = scene.specs[target].footprint, position_xy(scene, place)
        for turn in TURNS_DEG:
            dx, dy = way = self._away(scene, target, place, math.radians(turn))
            end = x + PLANNED * dx, y + PLANNED * dy
            is_far = math.dist(end, there) - math.dist(at, there) >= FARTHER + SPARE
            if not is_far or not is_inside_workspace(end):
                continue
            start = push_along(scene, target, way).start_world
            if is_way_free(scene, start, at, scene.hand.tip_room, but=(target,)) and is_way_free(
                scene, at, end, width, but=(target, place)
            ):
                return way
        return None

    def _away(self, scene: SceneState, target: int, place: int, turn: float) -> Point:
        """Return the direction from the place to the target, turned to the left, length 1."""
        (tx, ty), (px, py) = position_xy(scene, target), position_xy(scene, place)
        angle = math.atan2(ty - py, tx - px) + turn
        return math.cos(angle), math.sin(angle)

    def _grown(self, before: SceneState, now: SceneState) -> float:
        """Return by how much the target is farther from the place, metres.

        What counts is the target's way: a place that is dragged along, or off, changes nothing.
        """
        target, place = self.indices(before)
        at, there = position_xy(now, target), position_xy(before, place)
        nearest = min(math.dist(at, there), math.dist(at, position_xy(now, place)))
        return nearest - math.dist(position_xy(before, target), there)
