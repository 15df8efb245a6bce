"""Open: pull the named drawer open."""

from dataclasses import dataclass
from typing import ClassVar

from vlsim.goals.base import GOALS, Phrasings
from vlsim.goals.fixture import FixtureGoal, joint_range
from vlsim.world import SceneState


@GOALS.register("open")
@dataclass(frozen=True)
class Open(FixtureGoal):
    """Pull the target open as far as it goes.

    Words       "open {target}", "pull {target} open", …
    Achieved    open to within 1 cm of as far as it goes
    Progress    approach: share of the initial distance from end effector to handle that is covered
                move: share of the way to that opening that is covered
    Referents   target (a drawer)
    """

    name: ClassVar[str] = "open"
    kind: ClassVar[str] = "drawer"
    skills: ClassVar[tuple[str, ...]] = ("drag",)
    tolerance: ClassVar[float] = 0.010
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "open {target}",
                "please open {target}",
                "open up {target}",
                "pull {target} open",
                "pull open {target}",
                "pull {target} out",
                "slide {target} open",
                "slide open {target}",
                "go to {target} and open it",
                "go and open {target}",
                "find {target} and open it",
                "take {target} and pull it open",
            ),
            held_out=(
                "tug {target} until it opens",
                "give {target} a tug so that it opens",
                "draw {target} all the way out",
                "make sure {target} is no longer shut",
                "bring {target} into its open position",
                "{target} ought to be open",
            ),
            reordered=(
                "go to {target} and pull it open",
                "reach out and open {target}",
                "move {target} so that it is open",
                "pull {target}",
                "pull on {target}",
                "slide {target} out",
                "it is {target} that is to open",
            ),
        ),
    )

    def wanted(self, scene: SceneState, target: int) -> float:
        """Return the joint position of the target when it is wide open, metres."""
        return joint_range(scene, target)[1]
