"""Push: slide the named object until it rests on the named place."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from vlsim.goals.base import GOALS, Atom, Phrasings, check_tolerance, share_covered
from vlsim.goals.handling import approached, lies_still
from vlsim.goals.slot import MOVABLE, Fit
from vlsim.referring.ref import Ref
from vlsim.skills.motion import Motion
from vlsim.skills.push import STANDOFF
from vlsim.skills.room import is_way_free
from vlsim.world import SceneState
from vlsim.world.distances import distance_xy, is_surface, position_xy


@GOALS.register("push_to")
@dataclass(frozen=True)
class PushTo(Atom):
    """Slide the target onto the place without lifting it.

    Words       "push {target} to {place}", "slide …", "move …"
    Achieved    target centre within `tolerance` of the place's centre, at rest, not lifted
    Progress    approach: share of the initial distance from end effector to target that is covered
                move: share of the initial distance from target to place that is covered
    Referents   target (movable), place (a flat surface)
    """

    name: ClassVar[str] = "push_to"
    skills: ClassVar[tuple[str, ...]] = ("push",)
    slots: ClassVar[tuple[str, ...]] = ("target", "place")
    fits: ClassVar[Mapping[str, Fit]] = {
        "target": MOVABLE,
        "place": Fit(is_surface, "is nothing to push things onto; name a pad"),
    }
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "push {target} to {place}",
                "please push {target} to {place}",
                "push {target} onto {place}",
                "push {target} over to {place}",
                "slide {target} to {place}",
                "slide {target} onto {place}",
                "move {target} to {place}",
                "find {target} and push it to {place}",
                "to {place} push {target}",
                "onto {place} slide {target}",
            ),
            held_out=(
                "shove {target} across to {place}",
                "nudge {target} along until it reaches {place}",
                "shift {target} across to {place} without lifting it",
                "give {target} a shove so that it ends up on {place}",
                "{place} is where {target} should be shoved",
            ),
            reordered=(
                "go and push {target} over to {place}",
                "give {target} a push so that it is on {place}",
                "over to {place} slide {target}",
                "it is {target} that is to slide onto {place}",
            ),
        ),
    )

    place: Ref
    """Where the target shall rest."""
    tolerance: float = 0.04
    """Largest distance of the centres that counts as there, metres."""

    def __post_init__(self) -> None:
        """Refuse a tolerance that is not positive."""
        check_tolerance(self.tolerance)

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the target lies on the place."""
        target, place = self.indices(now)
        return distance_xy(now, target, place) <= self.tolerance and lies_still(now, target)

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach` and `move`; both are 1 while the target is within `tolerance`."""
        target, place = self.indices(now)
        remaining = distance_xy(now, target, place) - self.tolerance
        if remaining <= 0.0:
            return {"approach": 1.0, "move": 1.0}
        near = now.specs[target].radius + STANDOFF
        return {
            "approach": approached(before, now, target, near),
            "move": share_covered(distance_xy(before, target, place) - self.tolerance, remaining),
        }

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether the straight way of tip and target to the place is free of other things."""
        target, place = self.indices(scene)
        skill = self.plan(scene)
        end = position_xy(scene, place)
        width = scene.specs[target].footprint
        return is_way_free(scene, skill.start_world, end, width, but=(target,))

    def plan(self, scene: SceneState) -> Motion:
        """Return a push from behind the target, ending where the target's centre is the place's."""
        target, place = self.indices(scene)
        (tx, ty), (px, py) = position_xy(scene, target), position_xy(scene, place)
        distance = math.hypot(px - tx, py - ty)
        ux, uy = ((px - tx) / distance, (py - ty) / distance) if distance > 0.0 else (1.0, 0.0)
        radius = scene.specs[target].radius
        behind, contact = radius + STANDOFF, radius + scene.hand.tip
        return Motion(
            "push",
            (tx - behind * ux, ty - behind * uy),
            (px - contact * ux, py - contact * uy),
        )
