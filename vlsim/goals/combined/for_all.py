"""ForAll: the same with each of several things."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.goals.base import COMBINED, Atom, Goal, Stage
from vlsim.goals.combined.both import And
from vlsim.referring.ref import Bound, Many
from vlsim.referring.resolve import resolve_all
from vlsim.world import SceneState


@COMBINED.register("for_all")
@dataclass(frozen=True)
class ForAll(Goal):
    """An atom with a target in the plural: all that it names, or as many as it says.

    Words       "put all the red cubes in the bowl", "push two of the balls to the left"
    Achieved    it is achieved with every object that the target names ("all the", "both", "the
                three"), or with as many of them as are enough ("two of the", "any three")
    Progress    the mean of the atom's terms over the objects

    Args:
        each: The atom; its target is a `Many`.
    """

    name: ClassVar[str] = "for_all"

    each: Atom

    def __post_init__(self) -> None:
        """Refuse a target in the singular, and what is over when the robot goes on."""
        if not isinstance(self.each.target, Many) or "target" in self.each.groups:
            raise InvalidValueError("for_all wants an atom about one thing, and a plural target.")
        if not self.each.lasts:
            raise InstructionError(
                f"'{self.each.name}' is over when the robot goes on, so it cannot be true of "
                "several things at once; ask for one thing after the other, with 'then'."
            )

    @property
    def target(self) -> Many:
        """What it is about."""
        assert isinstance(self.each.target, Many)
        return self.each.target

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """Return the one atom, with its target in the plural."""
        return (self.each,)

    def stages(self, scene: SceneState) -> tuple[Stage, ...]:
        """Return the atom for every object that counts, joined by `And`."""
        parts = self._parts(scene)
        if len(parts) == 1:
            return parts
        return (And(parts, None if self.target.every else self.target.number),)

    def check(self, scene: SceneState) -> None:
        """See `Goal.check`; some objects may be right already, but not enough of them."""
        named = self.each.named(scene)
        for slot, indices in named.items():
            if slot != "target" and set(named["target"]).intersection(indices):
                raise InstructionError(
                    f"'{self.target}' also names '{getattr(self.each, slot)}'; name other things."
                )
        if misfit := self.each.misfit_in(scene, named):
            slot, why = misfit
            raise InstructionError(f"'{getattr(self.each, slot)}' {why}.")
        (stage,) = self.stages(scene)
        if stage.achieved(scene, scene):
            raise InstructionError("That is already true in this scene; ask for something else.")

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether nothing is in the way of any of them."""
        (stage,) = self.stages(scene)
        return stage.is_feasible(scene)

    def to_json(self) -> dict[str, Any]:
        """See `Goal.to_json`."""
        return {"goal": self.name, "each": self.each.to_json()}

    def _parts(self, scene: SceneState) -> tuple[Atom, ...]:
        indices = resolve_all(self.target, scene)
        return tuple(replace(self.each, target=Bound(index=i)).bind(scene) for i in indices)
