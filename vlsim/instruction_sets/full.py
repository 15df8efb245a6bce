"""The regime `full`: training says everything, and withholds combinations of what it says."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from vlsim.goals import Atom
from vlsim.instruction_sets.base import InstructionSet, add
from vlsim.instruction_sets.containment import CONTAINMENT, NESTED
from vlsim.instruction_sets.count import COUNT
from vlsim.instruction_sets.material import MATERIAL
from vlsim.instruction_sets.negation import NEGATION
from vlsim.instruction_sets.ordinal import ORDINAL
from vlsim.instruction_sets.relation import RELATION
from vlsim.instruction_sets.relative_size import RELATIVE_SIZE
from vlsim.instruction_sets.seen import SEEN
from vlsim.world import SceneState
from vlsim.world.things import ObjectSpec

SEEN_SHARE = 0.4
"""Share of the scenes of `full` that are those of `seen`; all other parts have equal shares."""
SUFFIX = "-combo"
"""What follows the name of a set in that of the combinations which `full` withholds of it."""
SAID = (CONTAINMENT, COUNT, MATERIAL, NEGATION, NESTED, ORDINAL, RELATION, RELATIVE_SIZE)
"""Sets whose language `full` says; `combinations` has a rule of each one's name."""


@dataclass(frozen=True)
class Mixture(InstructionSet):
    """Each scene is drawn from one of several sets.

    Args:
        parts: These sets.
        shares: How likely each is, where a task has the forms that it draws; in sum 1.
    """

    parts: tuple[InstructionSet, ...] = ()
    shares: tuple[float, ...] = ()

    def admits(self, spec: ObjectSpec) -> bool:
        """Whether some part has such objects."""
        return any(part.admits(spec) for part in self.parts)

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether some part has this goal."""
        return any(part.matches(goal, scene) for part in self.parts)

    def part(self, forms: Collection[str], rng: np.random.Generator) -> InstructionSet:
        """Draw one of the parts that ask for no form which the task lacks."""
        possible = [
            (part, share)
            for part, share in zip(self.parts, self.shares, strict=True)
            if set(part.forms or ()) <= set(forms)
        ]
        chances = np.array([share for _, share in possible])
        drawn, _ = possible[int(rng.choice(len(possible), p=chances / chances.sum()))]
        return replace(drawn, pool=self.pool)


FULL = add(
    Mixture(
        "full",
        "The training distribution of the regime full, in new scenes.",
        parts=tuple(replace(part, combinations=()) for part in (SEEN, *SAID)),
        shares=(SEEN_SHARE, *[(1 - SEEN_SHARE) / len(SAID)] * len(SAID)),
    )
)
WITHHELD_FROM_FULL = tuple(
    add(
        replace(
            said,
            name=said.name + SUFFIX,
            description=f"{said.description[:-1]}, in combinations that full withholds.",
            combinations=(said.name,),
        )
    )
    for said in SAID
)
REGIMES: dict[str, str] = {"plain": "seen", "full": "full"}
"""The regimes of training, each with the set that it draws from."""
