"""Turn: turn the named cube on its spot by an eighth or a quarter of a whole turn."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from vlsim.errors import InvalidValueError
from vlsim.goals.base import GOALS, Atom, Phrasings, share_covered
from vlsim.goals.handling import approached, was_left
from vlsim.goals.slot import Fit
from vlsim.referring.resolve import resolve_one
from vlsim.skills.base import SKILLS
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.distances import position_xy
from vlsim.world.quaternion import turned, wrapped
from vlsim.world.things import KINDS, ObjectSpec

TOLERANCE_DEG = 15.0
"""How far the angle may be off, and how far the cube may be tilted."""
NOTICED_DEG = 20.0
"""A cube that was turned by less was not acted on: the fingers straighten what they grasp."""
POINTER = 0.06
"""Distance of the two points whose direction says the angle of a motion, metres."""
UNTURNABLE = "looks the same however it is turned, or cannot be turned; name a cube"
"""Why a thing is no target, for error messages."""

TURNS_DEG: dict[str, float] = {
    "left": 90.0,
    "right": -90.0,
    "half left": 45.0,
    "half right": -45.0,
}
"""Angle of each turn; to the left is counter-clockwise as seen from above."""
CLOCK = {"left": "counterclockwise", "right": "clockwise"}


def _phrasings(turn: str) -> Phrasings:
    """Return what says that something is turned this way and this far."""
    train, held_out, reordered = _BY_HALVES if turn.startswith("half") else _BY_QUARTERS
    side = turn.split()[-1]

    def said(sentences: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(s.replace("SIDE", side).replace("CLOCK", CLOCK[side]) for s in sentences)

    return Phrasings(
        fields={"turn": turn},
        train=said(train),
        held_out=said(held_out),
        reordered=said(reordered),
    )


_BY_QUARTERS = (
    (
        "turn {target} to the SIDE",
        "please turn {target} to the SIDE",
        "turn {target} SIDE",
        "turn {target} CLOCK",
        "rotate {target} to the SIDE",
        "rotate {target} CLOCK",
        "turn {target} ninety degrees to the SIDE",
        "turn {target} to the SIDE by ninety degrees",
        "rotate {target} ninety degrees CLOCK",
        "rotate {target} CLOCK by ninety degrees",
        "give {target} a quarter turn to the SIDE",
        "find {target} and turn it to the SIDE",
        "find {target} and rotate it CLOCK",
    ),
    (
        "twist {target} to the SIDE",
        "spin {target} ninety degrees CLOCK",
        "swivel {target} by a right angle to the SIDE",
        "pivot {target} CLOCK on its spot",
        "give {target} a quarter twist to the SIDE",
        "{target} should be twisted to the SIDE",
    ),
    (
        "go and turn {target} to the SIDE",
        "take {target} and rotate it to the SIDE",
        "to the SIDE turn {target}",
        "by ninety degrees turn {target} CLOCK",
        "it is {target} that is to turn to the SIDE",
    ),
)
_BY_HALVES = (
    (
        "turn {target} forty five degrees to the SIDE",
        "please turn {target} forty five degrees to the SIDE",
        "turn {target} forty five degrees CLOCK",
        "turn {target} to the SIDE by forty five degrees",
        "turn {target} CLOCK by forty five degrees",
        "rotate {target} forty five degrees to the SIDE",
        "rotate {target} forty five degrees CLOCK",
        "rotate {target} to the SIDE by forty five degrees",
        "rotate {target} CLOCK by forty five degrees",
        "find {target} and turn it forty five degrees to the SIDE",
        "find {target} and rotate it forty five degrees CLOCK",
    ),
    (
        "twist {target} forty five degrees to the SIDE",
        "spin {target} forty five degrees CLOCK",
        "swivel {target} by half a right angle to the SIDE",
        "pivot {target} forty five degrees CLOCK on its spot",
        "{target} should be twisted forty five degrees to the SIDE",
    ),
    (
        "go and turn {target} forty five degrees to the SIDE",
        "take {target} and rotate it forty five degrees to the SIDE",
        "forty five degrees to the SIDE turn {target}",
        "by forty five degrees turn {target} CLOCK",
        "it is {target} that is to turn forty five degrees to the SIDE",
    ),
)


def _is_square(spec: ObjectSpec) -> bool:
    return spec.movable and KINDS[spec.kind].square


@GOALS.register("turn")
@dataclass(frozen=True)
class Turn(Atom):
    """Turn the target on its spot; to the left is counter-clockwise as seen from above.

    Words       "turn {target} to the left", "rotate {target} clockwise by ninety degrees" (90
                degrees), "turn {target} forty five degrees to the left" (45)
    Achieved    the target is turned by that angle, within 15 degrees, and tilted by no more; on the
                table, at rest, not held. A cube looks the same every 90 degrees, but the facts tell
    Progress    approach: share of the initial distance from end effector to target that is covered
                move: share of the angle that is covered
    Referents   target (a cube)
    """

    name: ClassVar[str] = "turn"
    skills: ClassVar[tuple[str, ...]] = ("turn",)
    slots: ClassVar[tuple[str, ...]] = ("target",)
    fits: ClassVar[Mapping[str, Fit]] = {"target": Fit(_is_square, UNTURNABLE)}
    synonyms: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "turn": ("twist", "swivel"),
        "rotate": ("spin",),
    }
    phrasings: ClassVar[tuple[Phrasings, ...]] = tuple(_phrasings(turn) for turn in TURNS_DEG)

    turn: str
    """One of `TURNS_DEG`."""
    begun_xyzw: tuple[float, ...] | None = None
    """The target's orientation that the angle counts from; `next_atom` notes it down."""

    def __post_init__(self) -> None:
        """Refuse a turn that does not exist."""
        if self.turn not in TURNS_DEG:
            raise InvalidValueError(
                f"turn must be one of {', '.join(TURNS_DEG)}, got {self.turn!r}."
            )

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the target is turned that far, lies still, and the gripper has let go."""
        target = resolve_one(self.target, before)
        return self._is_turned(before, now, target) and was_left(now, target)

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach` and `move`; both are 1 while the target is turned that far."""
        target = resolve_one(self.target, before)
        if self._is_turned(before, now, target):
            return {"approach": 1.0, "move": 1.0}
        left, _ = self._left(_xyzw(before, target), now, target)
        return {
            "approach": approached(before, now, target),
            "move": share_covered(abs(self._angle), abs(left)),
        }

    def attempted(self, before: SceneState, now: SceneState) -> int | None:
        """Return the cube that was turned most, if any by 20 degrees; else what was displaced."""
        angles = {
            i: abs(turned(_xyzw(before, i), _xyzw(now, i))[0])
            for i, spec in enumerate(now.specs)
            if spec.movable and KINDS[spec.kind].square
        }
        most = max(angles, key=lambda i: angles[i], default=None)
        if most is not None and angles[most] >= math.radians(NOTICED_DEG):
            return most
        return super().attempted(before, now)

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether nothing stands where the fingers go round the target."""
        return SKILLS["turn"].has_room(scene, resolve_one(self.target, scene))

    def next_atom(self, before: SceneState, now: SceneState) -> "Turn":
        """Return this goal with the orientation that the angle counts from."""
        return replace(self, begun_xyzw=_xyzw(before, resolve_one(self.target, before)))

    def plan(self, scene: SceneState) -> Motion:
        """Return a turn of the target by what is left of the angle."""
        target = resolve_one(self.target, scene)
        left, _ = self._left(self.begun_xyzw or _xyzw(scene, target), scene, target)
        x, y = position_xy(scene, target)
        end = x + POINTER * math.cos(left), y + POINTER * math.sin(left)
        return Motion("turn", (x, y), end)

    @property
    def _angle(self) -> float:
        return math.radians(TURNS_DEG[self.turn])

    def _is_turned(self, before: SceneState, now: SceneState, target: int) -> bool:
        most = math.radians(TOLERANCE_DEG)
        left, tilt = self._left(_xyzw(before, target), now, target)
        return abs(left) <= most and tilt <= most

    def _left(
        self, begun_xyzw: tuple[float, ...], now: SceneState, target: int
    ) -> tuple[float, float]:
        """Return what is left of the angle, between -pi and pi, and the tilt, radians."""
        turn, tilt = turned(begun_xyzw, _xyzw(now, target))
        return wrapped(self._angle - turn), tilt


def _xyzw(scene: SceneState, index: int) -> tuple[float, ...]:
    return tuple(scene.orientations_xyzw[index].tolist())
