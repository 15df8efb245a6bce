"""Then: one thing after the other."""

from dataclasses import dataclass
from typing import Any, ClassVar

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.goals.base import COMBINED, Atom, Goal, Stage
from vlsim.world import SceneState

MAX_STEPS = 10
"""Steps of the longest chain."""


@COMBINED.register("then")
@dataclass(frozen=True)
class Then(Goal):
    """A chain of goals, 2 to 10.

    Words       "put the ball in the bowl then push the cube left and then put it back"
    Achieved    every step was achieved after the step before it; what comes later may undo it
    Progress    `steps`: share of the chain that is done (`vlsim.goals.monitor`)
    Referents   those of the step that comes next; all phrases mean what they name at the start

    Args:
        steps: The goals in their order.
    """

    name: ClassVar[str] = "then"

    steps: tuple[Goal, ...]

    def __post_init__(self) -> None:
        """Refuse chains that are too short or too long, and chains in chains."""
        if not 2 <= len(self.steps) <= MAX_STEPS:
            raise InvalidValueError(
                f"A chain has 2 to {MAX_STEPS} steps, got {len(self.steps)}; split it."
            )
        if any(isinstance(step, Then) for step in self.steps):
            raise InvalidValueError("A step of a chain is no chain; put its steps into the chain.")

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """Return those of all steps."""
        return tuple(atom for step in self.steps for atom in step.atoms)

    def stages(self, scene: SceneState) -> tuple[Stage, ...]:
        """Return the stages of all steps, bound in the first scene."""
        return tuple(stage for step in self.steps for stage in step.stages(scene))

    def check(self, scene: SceneState) -> None:
        """See `Goal.check`; every step is checked in the scene that the steps before it lead to."""
        at_start = [step.stages(scene) for step in self.steps]
        for number, (step, stages) in enumerate(zip(self.steps, at_start, strict=True), start=1):
            try:
                for atom in step.atoms:
                    if misfit := atom.misfit_in(scene, atom.named(scene)):
                        slot, why = misfit
                        raise InstructionError(f"'{getattr(atom, slot)}' {why}.")
                if number == 1:
                    step.check(scene)
                elif all(stage.achieved(scene, scene) for stage in stages):
                    raise InstructionError("That is true by then; ask for something else.")
            except InstructionError as error:
                raise InstructionError(f"Step {number}: {error}") from error
            for stage in stages:
                scene = stage.expected(scene)

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether nothing is in the way of any step, when the steps before it are done."""
        for stage in self.stages(scene):
            if not stage.is_feasible(scene):
                return False
            scene = stage.expected(scene)
        return True

    def to_json(self) -> dict[str, Any]:
        """See `Goal.to_json`."""
        return {"goal": self.name, "steps": [step.to_json() for step in self.steps]}
