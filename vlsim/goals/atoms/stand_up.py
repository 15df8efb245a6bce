"""StandUp: set the named can, which lies on its side, upright."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

from vlsim.goals.base import GOALS, Atom, Phrasings
from vlsim.goals.handling import approached, was_left
from vlsim.goals.slot import Fit, has_round_ends
from vlsim.referring.resolve import resolve_one
from vlsim.skills.base import SKILLS
from vlsim.skills.motion import Motion
from vlsim.skills.room import FREE_GAP
from vlsim.world import SceneState
from vlsim.world.distances import is_surface, position_xy
from vlsim.world.orientation import has_fallen, is_standing, upwards
from vlsim.world.space import Point
from vlsim.world.support import footprint

NOTICED_DEG = 20.0
"""A cylinder that leans by this much more or less than before was acted on."""
SPOTS_X = (0.36, 0.38, 0.40, 0.42)
"""How far from the robot things are set up, metres: there every arm can lean its hand enough."""
SPOTS_Y = tuple(k / 50 for k in range(-9, 10))
"""How far to the left or right, metres."""
UNSTANDABLE = "has no ends to stand on, or always stands; name a cylinder"
"""Why a thing is no target, for error messages."""
ASKEW = "neither lies on its side nor stands on the table; name a cylinder that lies"
"""The same of a cylinder that leans on something, or stands on another thing."""


@GOALS.register("stand_up")
@dataclass(frozen=True)
class StandUp(Atom):
    """Make the target, which lies on its side, stand.

    Words       "stand {target} up", "put {target} upright", …
    Achieved    the target's axis is vertical within 15 degrees; on the table, at rest, not held
    Progress    approach: share of the initial distance from end effector to target that is covered
                move: share of 90 degrees that the target has been raised
    Referents   target (a cylinder)
    """

    name: ClassVar[str] = "stand_up"
    skills: ClassVar[tuple[str, ...]] = ("stand",)
    slots: ClassVar[tuple[str, ...]] = ("target",)
    fits: ClassVar[Mapping[str, Fit]] = {"target": Fit(has_round_ends, UNSTANDABLE)}
    takes_fallen: ClassVar[bool] = True
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "stand {target} up",
                "please stand {target} up",
                "stand up {target}",
                "stand {target} upright",
                "please stand {target} upright",
                "stand {target} on its end",
                "put {target} upright",
                "set {target} upright",
                "place {target} upright",
                "put {target} on its end",
                "go to {target} and stand it up",
                "find {target} and stand it up",
                "find {target} and set it upright",
                "pick up {target} and stand it on its end",
                "take {target} and put it upright",
            ),
            held_out=(
                "erect {target}",
                "make {target} vertical",
                "bring {target} to a standing position",
                "get {target} standing again",
                "see that {target} stands",
                "{target} should be standing",
            ),
            reordered=(
                "go and stand {target} up",
                "stand {target} back up",
                "reach for {target} and stand it upright",
                "move {target} so that it is upright",
                "it is {target} that is to stand up",
            ),
        ),
    )

    def misfit_in(
        self, scene: SceneState, named: Mapping[str, tuple[int, ...]]
    ) -> tuple[str, str] | None:
        """Return what does not fit: the target lies, or has been set up already."""
        if misfit := super().misfit_in(scene, named):
            return misfit
        ready = all(has_fallen(scene, i) or _stands(scene, i) for i in named["target"])
        return None if ready else ("target", ASKEW)

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the target stands still, and the gripper has let go."""
        return _stands(now, resolve_one(self.target, before))

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach` and `move`; both are 1 when it is achieved."""
        target = resolve_one(self.target, before)
        if _stands(now, target):
            return {"approach": 1.0, "move": 1.0}
        return {
            "approach": approached(before, now, target),
            "move": 1.0 - _lean(now, target) / (math.pi / 2),
        }

    def attempted(self, before: SceneState, now: SceneState) -> int | None:
        """Return the cylinder whose lean changed most, if by 20 degrees; else what was moved."""
        changes = {
            i: abs(_lean(now, i) - _lean(before, i))
            for i, spec in enumerate(now.specs)
            if self.misfit({"target": spec}) is None
        }
        most = max(changes, key=lambda i: changes[i], default=None)
        if most is not None and changes[most] >= math.radians(NOTICED_DEG):
            return most
        return super().attempted(before, now)

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether the fingers can go round the target, and there is room to set it up."""
        target = resolve_one(self.target, scene)
        has_room = SKILLS["stand"].has_room(scene, target)
        return has_room and self._spot(scene, target) is not None

    def plan(self, scene: SceneState) -> Motion:
        """Return a motion that takes the target where it lies and sets it up at a free spot."""
        target = resolve_one(self.target, scene)
        spot = self._spot(scene, target) or (SPOTS_X[0], 0.0)
        return Motion("stand", position_xy(scene, target), spot)

    def _spot(self, scene: SceneState, target: int) -> Point | None:
        """Return the nearest spot for the target with room for a hand that leans beyond it."""
        here, radius = position_xy(scene, target), scene.specs[target].radius
        length, width = scene.hand.leaning
        others = [
            (*position_xy(scene, i), footprint(scene, i))
            for i, spec in enumerate(scene.specs)
            if i != target and not is_surface(spec)
        ]
        for x, y in sorted(product(SPOTS_X, SPOTS_Y), key=lambda spot: math.dist(here, spot)):
            if all(
                other_x - x <= -radius - FREE_GAP - other
                or other_x - x >= length + other
                or abs(other_y - y) >= width + other
                for other_x, other_y, other in others
            ):
                return x, y
        return None


def _stands(scene: SceneState, target: int) -> bool:
    return is_standing(scene, target) and was_left(scene, target)


def _lean(scene: SceneState, target: int) -> float:
    """Return how far a cylinder is from vertical, either end up, between 0 and pi/2."""
    return math.acos(min(1.0, abs(upwards(scene, target))))
