"""Numbers of things: "both red cubes", "two of the balls"; training says "all", never how many."""

from dataclasses import dataclass, replace

from vlsim.goals import Atom
from vlsim.instruction_sets.base import InstructionSet, add
from vlsim.referring.ref import Many
from vlsim.world import SceneState


@dataclass(frozen=True)
class Counted(InstructionSet):
    """Says how many things are meant."""

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether the set has this goal; one about a single thing is an example, without number."""
        is_example = not isinstance(goal.target, Many)
        asked = replace(self, combinations=None) if is_example else self
        return super(Counted, asked).matches(goal, scene)


COUNT = add(
    Counted("count", "Says how many objects are meant.", forms=("for_all",), says_numbers=True)
)
