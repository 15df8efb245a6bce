"""Close: push the named drawer shut."""

from dataclasses import dataclass
from typing import ClassVar

from vlsim.goals.base import GOALS, Phrasings
from vlsim.goals.fixture import FixtureGoal, joint_range
from vlsim.world import SceneState


@GOALS.register("close")
@dataclass(frozen=True)
class Close(FixtureGoal):
    """Push the target shut.

    Words       "close {target}", "push {target} shut", …
    Achieved    open by at most 1 cm
    Progress    approach: share of the initial distance from end effector to handle that is covered
                move: share of the way to that opening that is covered
    Referents   target (a drawer)
    """

    name: ClassVar[str] = "close"
    kind: ClassVar[str] = "drawer"
    skills: ClassVar[tuple[str, ...]] = ("drag",)
    tolerance: ClassVar[float] = 0.010
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "close {target}",
                "please close {target}",
                "go to {target} and close it",
                "shut {target}",
                "push {target} shut",
                "push shut {target}",
                "push {target} in",
                "slide {target} shut",
                "push {target} back in",
                "go and close {target}",
                "find {target} and close it",
                "take {target} and push it shut",
            ),
            held_out=(
                "shove {target} until it closes",
                "give {target} a shove so that it closes",
                "press {target} all the way back",
                "make sure {target} is no longer open",
                "bring {target} into its closed position",
                "{target} ought to be closed",
            ),
            reordered=(
                "go to {target} and push it shut",
                "reach out and close {target}",
                "move {target} so that it is shut",
                "push in {target}",
                "it is {target} that is to close",
            ),
        ),
    )

    def wanted(self, scene: SceneState, target: int) -> float:
        """Return the joint position of the target when it is closed, metres."""
        return joint_range(scene, target)[0]
