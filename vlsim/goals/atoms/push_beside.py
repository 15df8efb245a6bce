"""Push beside: slide the named object until it is next to the named thing."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from vlsim.goals.base import GOALS, Atom, Phrasings, share_covered
from vlsim.goals.handling import approached, lies_still
from vlsim.goals.slot import MOVABLE, Fit
from vlsim.referring.ref import Ref
from vlsim.referring.relations import NEAR
from vlsim.skills.motion import Motion
from vlsim.skills.push import STANDOFF, push_along
from vlsim.skills.room import is_outside_room, is_way_free
from vlsim.world import SceneState
from vlsim.world.distances import distance_xy, is_surface, position_xy
from vlsim.world.things import ObjectSpec

PLANNED_GAP = 0.025
"""Gap between the outlines that the expert leaves, metres: corners need some of it."""
SHORTEST = 0.06
"""The shortest push that is asked for, metres."""


def _stands_up(spec: ObjectSpec) -> bool:
    return not is_surface(spec)


@GOALS.register("push_beside")
@dataclass(frozen=True)
class PushBeside(Atom):
    """Slide the target up to another thing, without lifting it.

    Words       "push {target} up to {place}", "push {target} against {place}", …
    Achieved    the target is clearly next to the place (`vlsim.referring.relations`), from where it
                was and from where it is now; at rest, not lifted
    Progress    approach: share of the initial distance from end effector to target that is covered
                move: share of the initial distance to being next to it that is covered
    Referents   target (movable), place (anything but a flat surface: onto that, things are pushed)
    """

    name: ClassVar[str] = "push_beside"
    skills: ClassVar[tuple[str, ...]] = ("push",)
    slots: ClassVar[tuple[str, ...]] = ("target", "place")
    fits: ClassVar[Mapping[str, Fit]] = {
        "target": MOVABLE,
        "place": Fit(_stands_up, "lies flat; say that something is pushed onto it"),
    }
    defers: ClassVar[bool] = True
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "push {target} to {place}",
                "push {target} up to {place}",
                "please push {target} up to {place}",
                "push {target} against {place}",
                "push {target} up against {place}",
                "push {target} next to {place}",
                "push {target} over to {place}",
                "slide {target} to {place}",
                "slide {target} up to {place}",
                "slide {target} against {place}",
                "move {target} up to {place}",
                "find {target} and push it to {place}",
                "find {target} and push it against {place}",
                "up to {place} push {target}",
                "to {place} push {target}",
            ),
            held_out=(
                "shove {target} across to {place}",
                "shove {target} up against {place}",
                "nudge {target} along until it is near {place}",
                "bring {target} alongside {place} without lifting it",
                "give {target} a shove so that it ends up beside {place}",
                "{target} should be shoved up to {place}",
                "{place} should have {target} shoved against it",
            ),
            reordered=(
                "go and push {target} up to {place}",
                "give {target} a push so that it is next to {place}",
                "against {place} slide {target}",
                "it is {target} that is to slide up to {place}",
            ),
        ),
    )

    place: Ref
    """What the target shall be next to."""

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the target was pushed up to the place and lies still."""
        target, _ = self.indices(before)
        return self._remaining(before, now) <= 0.0 and lies_still(now, target)

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach` and `move`; both are 1 while the target is next to the place."""
        target, _ = self.indices(before)
        remaining = self._remaining(before, now)
        if remaining <= 0.0:
            return {"approach": 1.0, "move": 1.0}
        near = now.specs[target].radius + STANDOFF
        return {
            "approach": approached(before, now, target, near),
            "move": share_covered(self._remaining(before, before), remaining),
        }

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether the straight way of tip and target is free, and long enough to be a push."""
        target, place = self.indices(scene)
        (tx, ty), (px, py) = position_xy(scene, target), position_xy(scene, place)
        distance, length = math.hypot(px - tx, py - ty), self._length(scene, target, place)
        if length < SHORTEST:
            return False
        end = tx + (px - tx) * length / distance, ty + (py - ty) * length / distance
        start, width = self.plan(scene).start_world, scene.specs[target].footprint
        return is_way_free(scene, start, end, width, but=(target, place)) and is_outside_room(
            scene, place, end, width
        )

    def plan(self, scene: SceneState) -> Motion:
        """Return a push straight towards the place that leaves a small gap."""
        target, place = self.indices(scene)
        (tx, ty), (px, py) = position_xy(scene, target), position_xy(scene, place)
        angle = math.atan2(py - ty, px - tx)
        way = math.cos(angle), math.sin(angle)
        return push_along(scene, target, way, self._length(scene, target, place))

    def _remaining(self, before: SceneState, now: SceneState) -> float:
        """Return how far the target still is from being next to the place, metres.

        What counts is the target's way: a place that is brought to it changes nothing.
        """
        target, place = self.indices(before)
        at, there = position_xy(now, target), position_xy(before, place)
        farthest = max(math.dist(at, there), math.dist(at, position_xy(now, place)))
        return farthest - now.specs[target].radius - now.specs[place].radius - NEAR

    def _length(self, scene: SceneState, target: int, place: int) -> float:
        radii = scene.specs[target].radius + scene.specs[place].radius
        return max(0.0, distance_xy(scene, target, place) - radii - PLANNED_GAP)
