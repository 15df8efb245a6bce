"""Place: pick the named object up and leave it in or on the named place."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from vlsim.errors import InvalidValueError
from vlsim.goals.base import GOALS, Atom, Phrasings, share_covered
from vlsim.goals.handling import approached, is_held, lifted
from vlsim.goals.slot import MOVABLE
from vlsim.referring.ref import Ref
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.distances import distance_xy, is_surface, position_xy
from vlsim.world.orientation import facing
from vlsim.world.space import Point
from vlsim.world.things import KINDS, ObjectSpec

Relation = Literal["on", "in"]
RELATIONS: tuple[str, ...] = get_args(Relation)

ON_TOP = 0.02
"""How far above its resting height a thing still lies on a surface, metres."""
EDGE = 0.004
"""A thing is left this far within the edge of a surface, metres."""
SQUEEZE = 0.002
"""How much closer than their outlines two things are left: they give way, metres."""


@GOALS.register("place")
@dataclass(frozen=True)
class Place(Atom):
    """Leave the target in a container or on a surface.

    Words       "put {target} in {place}", "put {target} on {place}", …
    Achieved    in: target centre over the opening and below the rim; on: target centre over the
                surface and within 2 cm of lying on it; both: at rest and not held
    Progress    approach: share of the initial distance from end effector to target that is covered
                lift: share of an 8 cm rise
                move: share of the target's initial distance to that region that is covered
                (all 1 while the target is over the place: lowering and leaving cost nothing)
    Referents   target (movable), place (in: a container, on: a flat surface)
    """

    name: ClassVar[str] = "place"
    skills: ClassVar[tuple[str, ...]] = ("pick_place",)
    slots: ClassVar[tuple[str, ...]] = ("target", "place")
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            fields={"relation": "in"},
            train=(
                "put {target} in {place}",
                "please put {target} in {place}",
                "put {target} into {place}",
                "place {target} in {place}",
                "drop {target} in {place}",
                "drop {target} into {place}",
                "move {target} into {place}",
                "pick up {target} and put it in {place}",
                "take {target} and drop it into {place}",
                "in {place} put {target}",
                "into {place} drop {target}",
            ),
            held_out=(
                "deposit {target} inside {place}",
                "transfer {target} so that it sits inside {place}",
                "make sure {target} ends up inside {place}",
                "grab {target} then deposit it inside {place}",
                "{target} belongs inside {place}",
                "{place} should contain {target}",
            ),
            reordered=(
                "go and put {target} in {place}",
                "find {target} and set it down in {place}",
                "move {target} so that it is in {place}",
                "it is {target} that is to go in {place}",
            ),
        ),
        Phrasings(
            fields={"relation": "on"},
            train=(
                "put {target} on {place}",
                "please put {target} on {place}",
                "put {target} onto {place}",
                "place {target} on {place}",
                "set {target} on {place}",
                "set {target} onto {place}",
                "move {target} onto {place}",
                "pick up {target} and put it on {place}",
                "take {target} and set it on {place}",
                "on {place} put {target}",
                "onto {place} set {target}",
            ),
            held_out=(
                "deposit {target} upon {place}",
                "transfer {target} so that it rests upon {place}",
                "lay {target} down atop {place}",
                "make sure {target} ends up atop {place}",
                "grab {target} then lay it upon {place}",
                "{target} belongs atop {place}",
                "{place} should carry {target}",
            ),
            reordered=(
                "go and put {target} on {place}",
                "find {target} and set it down on {place}",
                "move {target} so that it is on {place}",
                "it is {target} that is to go on {place}",
            ),
        ),
    )

    place: Ref
    """Where the target shall be left."""
    relation: Relation
    """How the target shall lie there."""

    def __post_init__(self) -> None:
        """Refuse a relation that does not exist."""
        if self.relation not in RELATIONS:
            raise InvalidValueError(f"relation must be 'on' or 'in', got {self.relation!r}.")

    @classmethod
    def can_fill(cls, slot: str, spec: ObjectSpec) -> bool:
        """Whether such an object may fill a slot: the place holds things or is flat."""
        return spec.movable if slot == "target" else spec.inner_radius > 0.0 or is_surface(spec)

    def misfit(self, specs: Mapping[str, ObjectSpec]) -> tuple[str, str] | None:
        """Return what does not fit: a movable target goes in a container or on a flat surface."""
        if not specs["target"].movable:
            return "target", MOVABLE.why_not
        if self.relation == "in" and specs["place"].inner_radius < specs["target"].footprint:
            return "place", "is nothing to put this into; name a bowl"
        if self.relation == "on" and not is_surface(specs["place"]):
            return "place", "is nothing to put things on; name a pad"
        return None

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the target lies there and the gripper has let go."""
        target, place = self.indices(now)
        return (
            self._outside(now, target, place) <= 0.0
            and self._is_low(now, target, place)
            and now.is_at_rest(target)
            and not is_held(now, target)
        )

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach`, `lift` and `move`."""
        target, place = self.indices(now)
        remaining = self._outside(now, target, place)
        if remaining <= 0.0:
            return {"approach": 1.0, "lift": 1.0, "move": 1.0}
        return {
            "approach": approached(before, now, target),
            "lift": lifted(before, now, target),
            "move": share_covered(self._outside(before, target, place), remaining),
        }

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether there is room in or on the place."""
        return self._spot(scene) is not None

    def plan(self, scene: SceneState) -> Motion:
        """Return a pick at the target's centre and a release over the place's, or beside it."""
        target, place = self.indices(scene)
        spot = self._spot(scene) or position_xy(scene, place)
        return Motion("pick_place", position_xy(scene, target), spot)

    def _spot(self, scene: SceneState) -> Point | None:
        """Return where to let go: the middle of an empty place, else beside what is there."""
        target, place = self.indices(scene)
        spec, middle = scene.specs[place], position_xy(scene, place)
        there = [
            i
            for i, other in enumerate(scene.specs)
            if other.movable
            and i != target
            and distance_xy(scene, i, place) <= spec.radius + other.footprint
        ]
        if not there:
            return middle
        radius = scene.specs[target].radius
        inner = spec.inner_radius - radius if self.relation == "in" else spec.radius - EDGE
        # The fingers open to the left and right, so things lie one behind the other.
        # At the edge of a surface a ball would roll off.
        rolls = self.relation == "on" and scene.specs[target].kind == "ball"
        signs = (0.0,) if rolls else (0.0, 1.0, -1.0)
        spots = [(middle[0] + sign * inner, middle[1]) for sign in signs]
        level = self.relation == "on"
        fits = (spot for spot in spots if _has_room(scene, spot, target, there, level=level))
        return next(fits, None)

    def _outside(self, scene: SceneState, target: int, place: int) -> float:
        """Return the horizontal distance from the target's centre to the region that counts."""
        spec = scene.specs[place]
        if self.relation == "in":
            return distance_xy(scene, target, place) - spec.inner_radius
        (tx, ty), (px, py) = position_xy(scene, target), position_xy(scene, place)
        x, y, z, w = scene.orientations_xyzw[place].tolist()
        yaw = math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
        cos, sin, dx, dy = math.cos(yaw), math.sin(yaw), tx - px, ty - py
        along, across = abs(cos * dx + sin * dy), abs(cos * dy - sin * dx)
        return math.hypot(max(0.0, along - spec.radius), max(0.0, across - spec.radius))

    def _is_low(self, scene: SceneState, target: int, place: int) -> bool:
        height = float(scene.positions_world[target, 2])
        top = float(scene.positions_world[place, 2]) + scene.specs[place].height / 2
        resting = top + scene.specs[target].height / 2
        return height < resting if self.relation == "in" else height <= resting + ON_TOP


def _has_room(
    scene: SceneState, spot: Point, target: int, there: Sequence[int], *, level: bool
) -> bool:
    """Whether a thing fits between the things that lie there.

    On a level place corners count; in a bowl things slide past each other.
    """
    for i in there:
        (x, y), (sx, sy) = position_xy(scene, i), spot
        line = math.atan2(y - sy, x - sx)
        widths = sum(
            _half_width(scene, j, line) if level else scene.specs[j].radius for j in (target, i)
        )
        if math.hypot(x - sx, y - sy) < widths - SQUEEZE:
            return False
    return True


def _half_width(scene: SceneState, index: int, along: float) -> float:
    """Return how far a thing reaches from its centre along a direction (radians), metres."""
    radius = scene.specs[index].radius
    if not KINDS[scene.specs[index].kind].square:
        return radius
    off = along - facing(scene, index)
    return radius * (abs(math.cos(off)) + abs(math.sin(off)))
