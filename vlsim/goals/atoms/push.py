"""Push: slide the named object in one of eight directions."""

import math
from dataclasses import dataclass
from typing import ClassVar

from vlsim.errors import InvalidValueError
from vlsim.goals.base import GOALS, Atom, Phrasings
from vlsim.goals.handling import approached, lies_still
from vlsim.referring.lexicon import DIRECTION_WORDS
from vlsim.referring.relations import AXES
from vlsim.referring.resolve import resolve_one
from vlsim.skills.motion import Motion
from vlsim.skills.push import PLANNED, STANDOFF, push_along
from vlsim.skills.room import is_way_free
from vlsim.world import SceneState
from vlsim.world.distances import position_xy
from vlsim.world.space import Point, is_inside_workspace

FAR_ENOUGH = 0.05
"""A thing that came this far was pushed, metres."""
LARGEST_ANGLE_DEG = 22.5
"""Half the angle between two neighbouring directions."""


VERBS = ("push", "slide", "move")
"""What may be said with a direction of one word before the thing."""


def _unit(name: str) -> Point:
    axes = {"left": "left of", "right": "right of", "front": "in front of", "back": "behind"}
    parts = [AXES[axes[word]] for word in name.split()]
    x, y = (sum(column) for column in zip(*parts, strict=True))
    length = math.hypot(x, y)
    return x / length, y / length


DIRECTIONS: dict[str, Point] = {name: _unit(name) for name in DIRECTION_WORDS}
"""Each direction of the front camera as (x, y) in the world frame, length 1."""


def _phrasings(direction: str) -> Phrasings:
    """Return what says that something is pushed this way."""
    said = DIRECTION_WORDS[direction]
    train = (
        "push {target} %s",
        "please push {target} %s",
        "slide {target} %s",
        "please slide {target} %s",
        "move {target} %s",
        "push {target} over %s",
        "slide {target} over %s",
        "give {target} a push %s",
        "find {target} and push it %s",
        "find {target} and slide it %s",
    )
    held_out = (
        "shove {target} %s",
        "nudge {target} %s",
        "shift {target} %s without lifting it",
        "give {target} a shove %s",
        "{target} should be shoved %s",
    )
    reordered = (
        "go and push {target} %s",
        "take {target} and slide it %s",
        "%s push {target}",
        "it is {target} that is to move %s",
    )
    return Phrasings(
        fields={"direction": direction},
        # "Push it over to the back" is English, "push it over back" is not.
        train=tuple(
            words % way
            for words in train
            for way in said
            if "over" not in words or way.startswith("to the")
        ),
        held_out=tuple(words % way for words in held_out for way in said),
        reordered=(
            *(words % way for words in reordered for way in said),
            *(f"{verb} {said[0]} {{target}}" for verb in VERBS if " " not in said[0]),
        ),
    )


@GOALS.register("push")
@dataclass(frozen=True)
class Push(Atom):
    """Slide the target some way in a direction, without lifting it.

    Words       "push {target} to the left", "slide {target} forward", …
    Achieved    the target has come 5 cm or more, within 22.5 degrees of the direction, at rest, not
                lifted
    Progress    approach: share of the initial distance from end effector to target that is covered
                move: share of 5 cm in that direction
    Referents   target (movable)
    """

    name: ClassVar[str] = "push"
    skills: ClassVar[tuple[str, ...]] = ("push",)
    slots: ClassVar[tuple[str, ...]] = ("target",)
    phrasings: ClassVar[tuple[Phrasings, ...]] = tuple(_phrasings(name) for name in DIRECTIONS)

    direction: str
    """One of `DIRECTIONS`; they are the front camera's."""

    def __post_init__(self) -> None:
        """Refuse a direction that does not exist."""
        if self.direction not in DIRECTIONS:
            raise InvalidValueError(
                f"direction must be one of {', '.join(DIRECTIONS)}, got {self.direction!r}."
            )

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the target was pushed that way and lies still."""
        target = resolve_one(self.target, before)
        along, across = self._moved(before, now, target)
        return (
            along >= FAR_ENOUGH
            and math.degrees(math.atan2(across, along)) <= LARGEST_ANGLE_DEG
            and lies_still(now, target)
        )

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach` and `move`; both are 1 once the target has come far enough."""
        target = resolve_one(self.target, before)
        along, _ = self._moved(before, now, target)
        if along >= FAR_ENOUGH:
            return {"approach": 1.0, "move": 1.0}
        near = now.specs[target].radius + STANDOFF
        return {
            "approach": approached(before, now, target, near),
            "move": max(0.0, along / FAR_ENOUGH),
        }

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether the way of tip and target is free and ends on the workspace."""
        target = resolve_one(self.target, scene)
        dx, dy = DIRECTIONS[self.direction]
        x, y = position_xy(scene, target)
        end = x + PLANNED * dx, y + PLANNED * dy
        start, width = self.plan(scene).start_world, scene.specs[target].footprint
        return is_inside_workspace(end) and is_way_free(scene, start, end, width, but=(target,))

    def plan(self, scene: SceneState) -> Motion:
        """Return a push from behind the target."""
        return push_along(scene, resolve_one(self.target, scene), DIRECTIONS[self.direction])

    def _moved(self, before: SceneState, now: SceneState, target: int) -> tuple[float, float]:
        """Return how far the target came along the direction, and how far beside it, metres."""
        (bx, by), (nx, ny) = position_xy(before, target), position_xy(now, target)
        dx, dy = DIRECTIONS[self.direction]
        wx, wy = nx - bx, ny - by
        return wx * dx + wy * dy, abs(wx * dy - wy * dx)
