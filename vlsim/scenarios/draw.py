"""What the parts of an instruction are drawn from."""

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from vlsim.errors import InstructionError
from vlsim.goals import GOALS, Atom, Stage
from vlsim.instruction_sets.base import InstructionSet
from vlsim.scenarios.sampler import Offer, candidates
from vlsim.skills import SKILLS
from vlsim.world import SceneState

LOOKED_AT = 5
"""Goals that are looked at for the second of two parts, and for what is done with several."""
OF_EACH = 2
"""Candidates of each goal that are looked at for what has to go together with something else."""


class Draw:
    """What the forms draw from: a scene, the goals of a task, a set, and a generator."""

    def __init__(
        self,
        scene: SceneState,
        names: Sequence[str],
        instruction_set: InstructionSet,
        rng: np.random.Generator,
        steps: tuple[int, int],
    ) -> None:
        """See the class; `steps` are the fewest and the most of a chain."""
        self.scene = scene
        self.names = [name for name in names if not GOALS[name].groups]
        self.lasting_names = [name for name in self.names if GOALS[name].lasts]
        self.instruction_set = instruction_set
        self.rng = rng
        self.steps = steps

    def atoms(
        self,
        now: SceneState,
        names: Sequence[str],
        targets: Collection[int] | None = None,
        of_each: int | None = None,
    ) -> Iterator[Offer]:
        """Yield what can be done in a later scene and is called the same in the first one."""
        for goal, bound in candidates(
            now, names, self.instruction_set, self.rng, targets=targets, of_each=of_each
        ):
            try:
                same = now is self.scene or goal.named(self.scene) == bound.named(now)
            except InstructionError:
                continue
            if same and is_in_reach(bound, now) and self.instruction_set.matches(goal, self.scene):
                yield goal, bound

    def lasting_atoms(
        self, now: SceneState, targets: Collection[int] | None = None
    ) -> Iterator[Offer]:
        """Yield a few of each goal that lasts, so that many are tried and not one at length."""
        return self.atoms(now, self.lasting_names, targets, OF_EACH)

    def chance(self, share: float) -> bool:
        """Whether something happens that has this probability."""
        return bool(self.rng.random() < share)


def is_in_reach(bound: Atom, now: SceneState) -> bool:
    """Whether the fingers can take what they have to, where it is by then."""
    return SKILLS[bound.plan(now).name].has_room(now, bound.subject(now))


def comes_true(stage: Stage, scene: SceneState) -> bool:
    """Whether a bound goal is achieved in the scene that it should lead to."""
    return stage.achieved(scene, stage.expected(scene))
