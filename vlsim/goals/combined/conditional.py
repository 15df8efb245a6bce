"""If: what to do depends on what is there."""

from dataclasses import dataclass
from typing import Any, ClassVar

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.goals.base import COMBINED, Atom, Goal, Stage
from vlsim.referring.ref import Ref
from vlsim.referring.resolve import find
from vlsim.world import SceneState


@COMBINED.register("if")
@dataclass(frozen=True)
class If(Goal):
    """One of two goals, chosen by the scene in which it is asked for.

    Words       "if there is a ball put the cube in the bowl otherwise lift the can"
    Achieved    as the chosen goal
    Progress    as the chosen goal
    Referents   as the chosen goal; what the other one names need not be there

    Args:
        condition: What the scene holds at least one of.
        negated: Whether the condition is that there is none.
        then: What to do if the condition is true.
        otherwise: What to do if it is false.
    """

    name: ClassVar[str] = "if"

    condition: Ref
    negated: bool
    then: Goal
    otherwise: Goal | None = None

    def __post_init__(self) -> None:
        """Refuse a condition in a condition."""
        if isinstance(self.then, If) or isinstance(self.otherwise, If):
            raise InvalidValueError("What is done under a condition has no condition of its own.")

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """Return those of both goals."""
        return self.then.atoms + (self.otherwise.atoms if self.otherwise else ())

    def chosen(self, scene: SceneState) -> Goal:
        """Return the goal that counts in this scene.

        Raises:
            InstructionError: If it is hard to say whether the condition is true, or there is
                nothing to do.
        """
        found = find(self.condition, scene)
        if found.unsure and not found.sure:
            raise InstructionError(f"It is hard to say whether there is '{self.condition}' here.")
        chosen = self.then if bool(found.sure) != self.negated else self.otherwise
        if chosen is None:
            raise InstructionError(
                "The condition is false in this scene, so there is nothing to do; say what to do "
                "'otherwise'."
            )
        return chosen

    def stages(self, scene: SceneState) -> tuple[Stage, ...]:
        """Return those of the chosen goal."""
        return self.chosen(scene).stages(scene)

    def check(self, scene: SceneState) -> None:
        """See `Goal.check`; only the chosen goal counts."""
        self.chosen(scene).check(scene)

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether nothing is in the way of the chosen goal."""
        return self.chosen(scene).is_feasible(scene)

    def to_json(self) -> dict[str, Any]:
        """See `Goal.to_json`."""
        return {
            "goal": self.name,
            "condition": self.condition.to_json(),
            "negated": self.negated,
            "then": self.then.to_json(),
            "otherwise": self.otherwise and self.otherwise.to_json(),
        }
