"""Stack: build a tower of two, three or four named things."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import ClassVar

from vlsim.goals.base import GOALS, Atom, Phrasings, share_covered
from vlsim.goals.handling import approached, is_held, lifted
from vlsim.referring.ref import Ref
from vlsim.skills.motion import Motion
from vlsim.skills.room import free_spot, is_graspable
from vlsim.world import SceneState
from vlsim.world.distances import distance_xy, position_xy
from vlsim.world.orientation import facing
from vlsim.world.support import is_in_bowl, load_of, rests_on
from vlsim.world.things import KINDS, ObjectSpec

UNSTACKABLE = f"cannot be stacked; name one of: {', '.join(k for k in KINDS if KINDS[k].flat)}"
"""Why a thing is no part of a tower, for error messages."""


@dataclass(frozen=True)
class Tower(Atom):
    """Things that shall lie on each other; `slots` name them from the top down."""

    skills: ClassVar[tuple[str, ...]] = ("pick_place",)

    place: Ref
    """The lowest."""

    def n_motions(self) -> int:
        """Return one for each thing above the lowest."""
        return len(self.slots) - 1

    @classmethod
    def can_fill(cls, slot: str, spec: ObjectSpec) -> bool:
        """Whether such an object may fill a slot: parts of a tower have flat ends."""
        return KINDS[spec.kind].flat

    def misfit(self, specs: Mapping[str, ObjectSpec]) -> tuple[str, str] | None:
        """Return what does not fit: everything must be movable and flat."""
        for slot, spec in specs.items():
            if not KINDS[spec.kind].flat:
                return slot, UNSTACKABLE
        for slot in self.slots:
            relation = getattr(self, slot).relation
            # "The cube on the can" is two parts of a tower, and no phrase for one.
            if relation is not None and relation.name == "on" and _is_flat(relation.landmarks[0]):
                return slot, "is called by what it lies on; call it by its looks"
        return None

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether each lies on the next, all at rest and none held."""
        tower = self._indices(before)
        return is_tower(now, tower) and all(
            now.is_at_rest(i) and not is_held(now, i) for i in tower
        )

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return the means of `approach`, `lift` and `move` of all that has to be moved."""
        tower = self._indices(before)
        levels = [
            self._level(before, now, tower[: n + 1], is_built=is_tower(now, tower[: n + 1]))
            for n in range(1, len(tower))
        ]
        return {name: fmean(level[name] for level in levels) for name in levels[0]}

    def attempted(self, before: SceneState, now: SceneState) -> int | None:
        """Return what is next if a thing above the lowest was displaced most; else what was."""
        moved = super().attempted(before, now)
        return self.next_target(before, now) if moved in self._indices(before)[1:] else moved

    def next_target(self, before: SceneState, now: SceneState) -> int:
        """Return the part of the tower that has to be taken next, the highest if it stands.

        Something else that is in the way, and the plan moves first, is no part.
        """
        tower, missing = self._indices(now), self._missing(now)
        if missing is None:
            return tower[-1]
        upper, lower = missing
        first = next(iter(load_of(now, lower) or load_of(now, upper)), upper)
        return first if first in tower else upper

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether nothing lies on the parts, and the hand has room beside the growing tower."""
        tower = self._indices(scene)
        if any(load_of(scene, i) or is_in_bowl(scene, i) for i in tower):
            return False
        for part in tower[1:]:
            if not is_graspable(scene, part, facing(scene, part)):
                return False
            scene = self.after_motion(scene)
        return True

    def plan(self, scene: SceneState) -> Motion:
        """Return the next pick-and-place: what is in the way first, then the lowest level."""
        missing = self._missing(scene)
        if missing is None:
            here = position_xy(scene, self._indices(scene)[-1])
            return Motion("pick_place", here, here)
        upper, lower = missing
        in_the_way = load_of(scene, lower) or load_of(scene, upper)
        if in_the_way:
            here = position_xy(scene, in_the_way[0])
            spot = free_spot(scene, here, scene.specs[in_the_way[0]].footprint)
            return Motion("pick_place", here, spot or position_xy(scene, lower))
        return Motion("pick_place", position_xy(scene, upper), position_xy(scene, lower))

    def _missing(self, scene: SceneState) -> tuple[int, int] | None:
        """Return the lowest part that lies elsewhere, and what it shall lie on; None if it stands.

        With something else on it that lies on the other, a part does not count as being there.
        """
        for lower, upper in pairwise(self._indices(scene)):
            load = load_of(scene, lower)
            if not (load and load[-1] == upper and rests_on(scene, upper, lower)):
                return upper, lower
        return None

    def _level(
        self, before: SceneState, now: SceneState, tower: list[int], *, is_built: bool
    ) -> dict[str, float]:
        """Return the progress of the uppermost thing of the lower part of a tower."""
        if is_built:
            return {"approach": 1.0, "lift": 1.0, "move": 1.0}
        base, thing = tower[0], tower[-1]
        near = now.specs[tower[-2]].radius
        return {
            "approach": approached(before, now, thing),
            "lift": lifted(before, now, thing),
            "move": share_covered(
                distance_xy(before, thing, base) - near, distance_xy(now, thing, base) - near
            ),
        }

    def _indices(self, scene: SceneState) -> list[int]:
        """Return the things of the tower, the lowest first."""
        named = self.named(scene)
        return [named[slot][0] for slot in reversed(self.slots)]


def is_tower(scene: SceneState, tower: list[int]) -> bool:
    """Whether each thing rests on the one before it."""
    return all(rests_on(scene, upper, lower) for lower, upper in pairwise(tower))


def _is_flat(ref: Ref) -> bool:
    return ref.kind is None or KINDS[ref.kind].flat


@GOALS.register("stack")
@dataclass(frozen=True)
class Stack(Tower):
    """Leave the target on top of another thing.

    Words       "stack {target} on {place}", "put {target} on top of {place}", …
    Achieved    both stand, the target's centre is over the place's top and within 1 cm of lying
                there, at rest and not held
    Progress    approach: share of the initial distance from end effector to target that is covered
                lift: share of an 8 cm rise
                move: share of the initial distance of the two that is covered
                (all 1 while the target lies there)
    Referents   target, place (movable, with flat ends)
    """

    name: ClassVar[str] = "stack"
    slots: ClassVar[tuple[str, ...]] = ("target", "place")
    defers: ClassVar[bool] = True
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "stack {target} on {place}",
                "please stack {target} on {place}",
                "stack {target} onto {place}",
                "stack {target} on top of {place}",
                "put {target} on {place}",
                "put {target} onto {place}",
                "put {target} on top of {place}",
                "place {target} on {place}",
                "place {target} on top of {place}",
                "set {target} on top of {place}",
                "pick up {target} and stack it on {place}",
                "take {target} and put it on top of {place}",
                "take {target} and stack it on {place}",
                "on {place} stack {target}",
                "on top of {place} put {target}",
            ),
            held_out=(
                "pile {target} onto {place}",
                "balance {target} on top of {place}",
                "make sure {target} ends up on top of {place}",
                "grab {target} then pile it on {place}",
                "{target} belongs on top of {place}",
                "{place} should have {target} on top",
            ),
            reordered=(
                "go and stack {target} on {place}",
                "find {target} and stack it on {place}",
                "move {target} so that it is on top of {place}",
                "it is {target} that is to go on top of {place}",
            ),
        ),
    )


@GOALS.register("stack_three")
@dataclass(frozen=True)
class StackThree(Tower):
    """Build a tower of three in this order.

    Words       "stack {target} on {middle} on {place}", "stack {place} {middle} and {target} bottom
                to top", …
    Achieved    as for two, on both levels
    Progress    approach, lift, move: means of what they are for two, over target and middle
    Referents   target (the highest), middle, place (the lowest); all movable, with flat ends
    """

    name: ClassVar[str] = "stack_three"
    slots: ClassVar[tuple[str, ...]] = ("target", "middle", "place")
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "stack {target} on {middle} on {place}",
                "please stack {target} on {middle} on {place}",
                "stack {target} on top of {middle} on top of {place}",
                "stack {place} {middle} and {target} bottom to top",
                "please stack {place} {middle} and {target} bottom to top",
                "stack {target} {middle} and {place} top to bottom",
                "stack {middle} on {place} and {target} on top",
                "stack {middle} onto {place} and {target} on top",
                "build a tower of {place} {middle} and {target} bottom to top",
                "build a tower of {target} {middle} and {place} top to bottom",
                "on {place} stack {middle} and {target}",
                "on top of {place} stack {middle} and {target}",
            ),
            held_out=(
                "pile {target} onto {middle} onto {place}",
                "pile {place} {middle} and {target} bottom to top",
                "erect a tower of {place} {middle} and {target} bottom to top",
                "balance {middle} on {place} and {target} on top",
                "upon {place} pile {middle} and {target}",
                "{place} should carry {middle} and {target} on top",
            ),
            reordered=(
                "go and stack {target} on {middle} on {place}",
                "bottom to top stack {place} {middle} and {target}",
                "top to bottom stack {target} {middle} and {place}",
                "on {place} stack {middle} and {target} on top",
            ),
        ),
    )

    middle: Ref
    """What lies between the target and the place."""


@GOALS.register("stack_four")
@dataclass(frozen=True)
class StackFour(Tower):
    """Build a tower of four in this order.

    Words       "stack {target} on {upper} on {lower} on {place}", …
    Achieved    as for two, on all three levels
    Progress    approach, lift, move: means of what they are for two, over all but the place
    Referents   target (the highest), upper, lower, place (the lowest); all movable, with flat ends
    """

    name: ClassVar[str] = "stack_four"
    slots: ClassVar[tuple[str, ...]] = ("target", "upper", "lower", "place")
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "stack {target} on {upper} on {lower} on {place}",
                "please stack {target} on {upper} on {lower} on {place}",
                "stack {place} {lower} {upper} and {target} bottom to top",
                "please stack {place} {lower} {upper} and {target} bottom to top",
                "stack {target} {upper} {lower} and {place} top to bottom",
                "please stack {target} {upper} {lower} and {place} top to bottom",
                "build {place} {lower} {upper} and {target} into a tower bottom to top",
                "build {target} {upper} {lower} and {place} into a tower top to bottom",
                "on {place} stack {lower} {upper} and {target}",
                "on top of {place} stack {lower} {upper} and {target}",
            ),
            held_out=(
                "pile {target} onto {upper} onto {lower} onto {place}",
                "pile {place} {lower} {upper} and {target} bottom to top",
                "erect {place} {lower} {upper} and {target} bottom to top",
                "upon {place} pile {lower} {upper} and {target}",
                "{place} should carry {lower} {upper} and {target}",
            ),
            reordered=(
                "go and stack {target} on {upper} on {lower} on {place}",
                "bottom to top stack {place} {lower} {upper} and {target}",
                "top to bottom stack {target} {upper} {lower} and {place}",
                "on {place} stack {lower} {upper} and {target} on top",
            ),
        ),
    )

    upper: Ref
    """What lies under the target."""
    lower: Ref
    """What lies on the place."""
