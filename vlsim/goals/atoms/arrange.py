"""Arrange: leave the named object on the table on one side of another, or next to it."""

import math
from dataclasses import dataclass
from typing import ClassVar

from vlsim.errors import InvalidValueError
from vlsim.goals.base import GOALS, Atom, Phrasings
from vlsim.goals.handling import carried, was_left
from vlsim.referring.lexicon import RELATION_WORDS
from vlsim.referring.ref import Ref
from vlsim.referring.relations import AXES, holds
from vlsim.referring.resolve import resolve_one
from vlsim.skills.motion import Motion
from vlsim.skills.room import is_graspable, is_spot_free, least_distance
from vlsim.world import SceneState
from vlsim.world.distances import position_xy
from vlsim.world.space import Point, is_inside_workspace

NEXT_GAP = 0.034
"""Gap between outlines where something is left next to a thing, metres; a release may add 2 cm."""
ROUNDING = 1e-6
"""What a spot is farther away than it has to be, metres: sines and cosines are not exact."""
SPARE = 0.005
"""So much more room has what is drawn: things lie a little beside their forecast, metres."""
STEPS, STEP = 6, 0.02
"""How often the expert tries a place farther out, and by how much, metres."""
TURNS_DEG = (0, 12, -12, 24, -24)
"""Where it looks beside the axis, degrees …"""
TURNS = tuple((math.cos(math.radians(turn)), math.sin(math.radians(turn))) for turn in TURNS_DEG)
"""… and their cosines and sines."""
SIDES: tuple[str, ...] = (*AXES, "next to")
"""Relations in which something can be left."""


def _phrasings(relation: str) -> Phrasings:
    """Return what says that something shall be left there."""
    train = (
        "put {target} %s {place}",
        "please put {target} %s {place}",
        "place {target} %s {place}",
        "set {target} %s {place}",
        "set {target} down %s {place}",
        "move {target} so that it is %s {place}",
        "pick up {target} and put it %s {place}",
        "take {target} and set it %s {place}",
        "put {target} down %s {place}",
        "%s {place} put {target}",
    )
    held_out = (
        "deposit {target} %s {place}",
        "transfer {target} so that it rests %s {place}",
        "make sure {target} ends up %s {place}",
        "grab {target} then lay it down %s {place}",
        "{target} belongs %s {place}",
    )
    reordered = (
        "go and put {target} %s {place}",
        "lift {target} and set it down %s {place}",
        "move {target} over so that it is %s {place}",
        "it is {target} that is to go %s {place}",
    )
    said = RELATION_WORDS[relation]
    return Phrasings(
        fields={"relation": relation},
        train=tuple(words % way for words in train for way in said),
        held_out=tuple(words % way for words in held_out for way in said),
        reordered=tuple(words % way for words in reordered for way in said),
    )


@GOALS.register("arrange")
@dataclass(frozen=True)
class Arrange(Atom):
    """Leave the target on the table left of, right of, in front of, behind or next to the place.

    Words       "put {target} left of {place}", "set {target} next to {place}", …
    Achieved    the relation holds clearly (`vlsim.referring.relations`), the target is on the
                table, at rest and not held
    Progress    approach: share of the initial distance from end effector to target that is covered
                lift: share of an 8 cm rise
                move: share of the initial distance to the expert's spot that is covered
                (all 1 while the relation holds)
    Referents   target (movable), place (anything)
    """

    name: ClassVar[str] = "arrange"
    skills: ClassVar[tuple[str, ...]] = ("pick_place",)
    slots: ClassVar[tuple[str, ...]] = ("target", "place")
    phrasings: ClassVar[tuple[Phrasings, ...]] = tuple(_phrasings(name) for name in SIDES)

    place: Ref
    """What the target is left beside."""
    relation: str
    """On which side: one of `SIDES`."""

    def __post_init__(self) -> None:
        """Refuse a relation that does not exist."""
        if self.relation not in SIDES:
            raise InvalidValueError(
                f"relation must be one of {', '.join(SIDES)}, got {self.relation!r}."
            )

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the target lies there and the gripper has let go."""
        target, place = self.indices(before)
        return holds(self.relation, now, target, (place,)) is True and was_left(now, target)

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach`, `lift` and `move`."""
        target, place = self.indices(before)
        if holds(self.relation, now, target, (place,)):
            return {"approach": 1.0, "lift": 1.0, "move": 1.0}
        spot = self._spot(before) or position_xy(before, place)
        return carried(before, now, target, spot)

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether the hand can take it, and some spot there is free with room to spare, and counts.

        Beside what has moving parts the nearest free spot may be too far away to be next to it.
        """
        return (
            is_graspable(scene, resolve_one(self.target, scene))
            and self._spot(scene, SPARE) is not None
            and self.achieved(scene, self.after_motion(scene))
        )

    def plan(self, scene: SceneState) -> Motion:
        """Return a pick at the target's centre and a release over the nearest free spot there."""
        target, place = self.indices(scene)
        spot = self._spot(scene) or position_xy(scene, place)
        return Motion("pick_place", position_xy(scene, target), spot)

    def _spot(self, scene: SceneState, spare: float = 0.0) -> Point | None:
        """Return a free spot in that relation to the place, None if there is none.

        Args:
            scene: The facts.
            spare: Room around the spot beyond what is needed, metres.
        """
        target, place = self.indices(scene)
        width = scene.specs[target].footprint + spare
        px, py = position_xy(scene, place)
        nearest = max(
            scene.specs[target].radius + scene.specs[place].radius + NEXT_GAP,
            least_distance(width, scene, place) + ROUNDING,
        )
        axes = AXES.values() if self.relation == "next to" else (AXES[self.relation],)
        for step in range(1 if self.relation == "next to" else STEPS):
            for dx, dy in axes:
                for c, s in TURNS:
                    far = nearest + step * STEP
                    spot = px + far * (dx * c - dy * s), py + far * (dx * s + dy * c)
                    if is_inside_workspace(spot) and is_spot_free(scene, spot, width, target):
                        return spot
        return None
