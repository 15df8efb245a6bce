"""Press: push the named button down."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar

from vlsim.goals.base import GOALS, Phrasings
from vlsim.goals.fixture import FixtureGoal, joint_range
from vlsim.world import SceneState


@GOALS.register("press")
@dataclass(frozen=True)
class Press(FixtureGoal):
    """Push the target down; it stays there.

    Words       "press {target}", "push on {target}", …
    Achieved    down to within 4 mm of as far as it goes
    Progress    approach: share of the initial distance from end effector to the top of the button
                that is covered
                move: share of the way to that depth that is covered
    Referents   target (a button)
    """

    name: ClassVar[str] = "press"
    kind: ClassVar[str] = "button"
    skills: ClassVar[tuple[str, ...]] = ("press",)
    tolerance: ClassVar[float] = 0.004
    synonyms: ClassVar[Mapping[str, tuple[str, ...]]] = {"press": ("poke",)}
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "press {target}",
                "please press {target}",
                "press on {target}",
                "push {target}",
                "push on {target}",
                "go and press {target}",
                "go to {target} and press it",
                "move to {target} and press it",
                "find {target} and press it",
                "press {target} down",
                "reach for {target} and press it",
                "reach out and press {target}",
            ),
            held_out=(
                "depress {target}",
                "hit {target}",
                "apply some pressure to {target}",
                "make sure {target} gets pressed",
                "use your fingers to trigger {target}",
                "{target} has to be pressed",
            ),
            reordered=(
                "reach for {target} and push it",
                "find {target} and push it",
                "find {target} and push on it",
                "move the gripper to {target} and press it",
                "it is {target} that is to go down",
            ),
        ),
    )

    def is_said_by(self, words: Collection[str]) -> bool:
        """Whether these words can mean it: to push is this only if a button is called one."""
        return "push" not in words or self.target.kind == self.kind

    def wanted(self, scene: SceneState, target: int) -> float:
        """Return the joint position of the target when it is down, metres."""
        return joint_range(scene, target)[1]
