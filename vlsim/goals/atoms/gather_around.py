"""Gather around: leave all things of a group next to the named thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from vlsim.goals.base import GOALS, Phrasings
from vlsim.goals.group import GroupGoal, radii_of
from vlsim.referring.ref import Ref
from vlsim.referring.relations import NEAR
from vlsim.referring.resolve import resolve_one
from vlsim.skills.rearrange import fit_together, free_spots
from vlsim.world import Array, SceneState


@GOALS.register("gather_around")
@dataclass(frozen=True)
class GatherAround(GroupGoal):
    """Bring the things of the group to another thing, each of them next to it.

    Words       "gather {target} around {place}", "put {target} around {place}", …
    Achieved    each is clearly next to the place (`vlsim.referring.relations`), on the table, at
                rest, not held
    Progress    approach: share of the initial distance from end effector to the nearest of them
                that is covered
                move: share of the way to being next to it, of all of them, that is covered
    Referents   target (movable things; of these the one that has to be moved next), place
    """

    name: ClassVar[str] = "gather_around"
    slots: ClassVar[tuple[str, ...]] = ("target", "place")
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "gather {target} around {place}",
                "please gather {target} around {place}",
                "gather up {target} around {place}",
                "gather {target} close to {place}",
                "put {target} around {place}",
                "place {target} around {place}",
                "set {target} down around {place}",
                "put {target} close to {place}",
                "move {target} close to {place}",
                "move {target} so that they are around {place}",
                "pick up {target} and put them around {place}",
                "around {place} put {target}",
                "around {place} gather {target}",
            ),
            held_out=(
                "collect {target} beside {place}",
                "cluster {target} around {place}",
                "surround {place} with {target}",
                "let {target} stand near {place}",
                "make sure {target} end up around {place}",
                "bring {target} to {place}",
                "{target} belong around {place}",
                "{place} should be surrounded by {target}",
            ),
            reordered=(
                "go and gather {target} around {place}",
                "lift {target} and set them down around {place}",
                "close to {place} gather {target}",
                "it is {target} that are to go around {place}",
            ),
        ),
    )

    place: Ref
    """What they are gathered around."""

    def beside(self, scene: SceneState) -> tuple[int, ...]:
        """Return the place."""
        return (resolve_one(self.place, scene),)

    def has_room(self, scene: SceneState, members: Sequence[int]) -> bool:
        """Whether there are more spots around the place than things that shall go there."""
        (place,) = self.beside(scene)
        spec = scene.specs[place]
        gaps = {
            i: scene.distance_xy(i, place) - spec.radius - scene.specs[i].radius for i in members
        }
        coming = [i for i in members if gaps[i] > NEAR]
        widest = max(coming, key=lambda i: scene.specs[i].radius)
        reach = spec.radius + scene.specs[widest].radius + NEAR
        others = [i for i in range(len(scene.specs)) if i not in coming]
        spots = free_spots(scene, widest, others, {*members, place})
        away = spots - scene.positions_world[place, :2]
        return fit_together(scene, widest, spots[np.hypot(*away.T) <= reach]) > len(coming)

    def lacking(
        self, scene: SceneState, members: Sequence[int], points: Array, spare: float
    ) -> Array:
        """Return by how much they are too far from the place."""
        place = resolve_one(self.place, scene)
        ways = points - scene.positions_world[place, :2]
        gaps = np.hypot(ways[..., 0], ways[..., 1]) - radii_of(scene, members)
        gaps -= scene.specs[place].radius
        return np.asarray(np.maximum(0.0, gaps - NEAR + spare).sum(axis=1))
