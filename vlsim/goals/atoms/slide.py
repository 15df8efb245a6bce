"""Slide: move the named slider to its left or its right end."""

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from vlsim.errors import InvalidValueError
from vlsim.goals.base import GOALS, Phrasings
from vlsim.goals.fixture import FixtureGoal, joint_range
from vlsim.referring.resolve import resolve_one
from vlsim.world import SceneState

Side = Literal["left", "right"]
SIDES: tuple[str, ...] = get_args(Side)
ACROSS = 0.7
"""A slider whose axis has less than this of the camera's left and right has neither."""


def _phrasings(side: Side) -> Phrasings:
    train = (
        "slide {target} SIDE",
        "please slide {target} SIDE",
        "slide {target} to the SIDE",
        "move {target} SIDE",
        "move {target} to the SIDE",
        "push {target} SIDE",
        "push {target} to the SIDE",
        "go and slide {target} SIDE",
        "find {target} and slide it SIDE",
        "find {target} and move it to the SIDE",
        "to the SIDE slide {target}",
    )
    held_out = (
        "shift {target} SIDEwards",
        "shove {target} towards the SIDE",
        "drag {target} across to its SIDE end",
        "bring {target} over to the SIDE side",
        "make sure {target} is at its SIDE end",
        "{target} should stand at its SIDE end",
    )
    reordered = (
        "go to {target} and slide it SIDE",
        "reach for {target} and move it SIDE",
        "take {target} and push it to the SIDE",
        "it is {target} that is to go to the SIDE",
        "take {target} and slide it SIDE",
        "push SIDE {target}",
        "slide SIDE {target}",
        "move SIDE {target}",
    )
    return Phrasings(
        fields={"side": side},
        train=tuple(sentence.replace("SIDE", side) for sentence in train),
        held_out=tuple(sentence.replace("SIDE", side) for sentence in held_out),
        reordered=tuple(sentence.replace("SIDE", side) for sentence in reordered),
    )


@GOALS.register("slide")
@dataclass(frozen=True)
class Slide(FixtureGoal):
    """Move the target's lever to the end that the front camera sees on that side.

    Words       "slide {target} to the left", "move {target} right", …
    Achieved    within 1 cm of that end
    Progress    approach: share of the initial distance from end effector to lever that is covered
                move: share of the way to that region that is covered
    Referents   target (a slider)
    """

    name: ClassVar[str] = "slide"
    kind: ClassVar[str] = "slider"
    skills: ClassVar[tuple[str, ...]] = ("drag",)
    tolerance: ClassVar[float] = 0.010
    phrasings: ClassVar[tuple[Phrasings, ...]] = (_phrasings("left"), _phrasings("right"))

    side: Side
    """Which end."""

    def __post_init__(self) -> None:
        """Refuse a side that does not exist."""
        if self.side not in SIDES:
            raise InvalidValueError(f"side must be 'left' or 'right', got {self.side!r}.")

    def wanted(self, scene: SceneState, target: int) -> float:
        """Return the joint position of the end on that side, metres."""
        low, high = joint_range(scene, target)
        rightwards = float(scene.joint_axis_world(target)[1]) > 0.0
        return high if rightwards == (self.side == "right") else low

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether the target slides left and right, and not to the front and back."""
        target = resolve_one(self.target, scene)
        return abs(float(scene.joint_axis_world(target)[1])) >= ACROSS
