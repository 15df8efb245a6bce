"""And: several things that have to be true at the same moment."""

from dataclasses import dataclass
from typing import Any, ClassVar

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.goals.base import COMBINED, Atom, Goal, Stage
from vlsim.world import SceneState


@COMBINED.register("and")
@dataclass(frozen=True)
class And(Stage):
    """All of the parts, or some of them, done in any order.

    Words       "put the ball in the bowl and open the drawer"
    Achieved    `enough` parts are achieved at the same moment
    Progress    every term of the parts, averaged over the parts that have it; all 1 when achieved
    Referents   those of the first part that is not achieved

    Args:
        parts: What is asked for; each lasts when the robot goes on to something else.
        enough: How many of them have to be achieved, all if None.
    """

    name: ClassVar[str] = "and"

    parts: tuple[Goal, ...]
    enough: int | None = None

    def __post_init__(self) -> None:
        """Refuse fewer than two parts, parts that do not last, and stages in parts."""
        if len(self.parts) < 2:
            raise InvalidValueError(f"'and' joins two goals or more, got {len(self.parts)}.")
        if self.enough is not None and not 1 <= self.enough <= len(self.parts):
            raise InvalidValueError(
                f"enough must be from 1 to {len(self.parts)}, the number of parts, "
                f"got {self.enough}."
            )
        for atom in self.atoms:
            if not atom.lasts:
                raise InstructionError(
                    f"'{atom.name}' is over when the robot goes on, so it cannot be true together "
                    "with something else; ask for one thing after the other, with 'then'."
                )

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """Return those of all parts."""
        return tuple(atom for part in self.parts for atom in part.atoms)

    def stages(self, scene: SceneState) -> "tuple[And]":
        """Return this goal alone, its parts bound."""
        return (And(tuple(_stage(part, scene) for part in self.parts), self.enough),)

    def check(self, scene: SceneState) -> None:
        """See `Goal.check`; two parts must not be about the same thing."""
        for part in self.parts:
            part.check(scene)
        targets = [i for atom in self.atoms for i in atom.named(scene)["target"]]
        if len(targets) > len(set(targets)):
            raise InstructionError(
                "Two parts that are joined by 'and' act on the same thing; say 'then' instead."
            )

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether nothing is in the way of any part, when the parts before it are done."""
        (bound,) = self.stages(scene)
        for part in bound._stages():
            if not part.is_feasible(scene):
                return False
            scene = part.expected(scene)
        return True

    def n_motions(self) -> int:
        """Return the sum over the parts."""
        return sum(part.n_motions() for part in self._stages())

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether enough parts are achieved."""
        done = sum(part.achieved(before, now) for part in self._stages())
        return done >= (self.enough or len(self.parts))

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return the mean of each term over the parts that have it."""
        parts = [part.progress(before, now) for part in self._stages()]
        names = dict.fromkeys(name for terms in parts for name in terms)
        if self.achieved(before, now):
            return dict.fromkeys(names, 1.0)
        found = {name: [terms[name] for terms in parts if name in terms] for name in names}
        return {name: sum(values) / len(values) for name, values in found.items()}

    def next_atom(self, before: SceneState, now: SceneState) -> Atom:
        """Return the next one of the first part that is not achieved, else of the last part."""
        stages = self._stages()
        open_parts = (part for part in stages if not part.achieved(before, now))
        return next(open_parts, stages[-1]).next_atom(before, now)

    def to_json(self) -> dict[str, Any]:
        """See `Goal.to_json`."""
        parts = [part.to_json() for part in self.parts]
        return {"goal": self.name, "parts": parts, "enough": self.enough}

    def _stages(self) -> tuple[Stage, ...]:
        # Only a bound goal is tested, and `stages` made its parts.
        assert all(isinstance(part, Stage) for part in self.parts)
        return self.parts  # type: ignore[return-value]


def _stage(part: Goal, scene: SceneState) -> Stage:
    first, *others = part.stages(scene)
    if others:
        raise InstructionError(
            f"'{part.name}' has several stages, so it cannot be a part of 'and'; say 'then'."
        )
    return first
