"""What every goal provides: words, success, progress, what they name, a plan, a JSON form."""

import itertools
import json
import math
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, ClassVar

from vlsim.converter import misfit, read_inner, reads
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.goals.slot import MOVABLE, Fit
from vlsim.reader import read_as
from vlsim.referring.ref import Bound, BoundMany, Many, Ref
from vlsim.referring.resolve import resolve_all, resolve_one
from vlsim.registry import Registry
from vlsim.skills.base import after
from vlsim.skills.motion import Motion
from vlsim.world import MAX_OBJECTS, SceneState
from vlsim.world.orientation import has_fallen
from vlsim.world.support import is_in_bowl
from vlsim.world.things import ObjectSpec

DISPLACED = 0.02
"""An object that moved less than this was not acted on, metres."""

SPARE_MOTIONS = 1
"""How many more motions than it has things to move a goal may take, by a forecast."""

FALLEN = "lies on its side; stand it up first"
"""Why a thing can be in no other goal, for error messages."""
CONTAINED = "lies in a bowl, where the fingers cannot take it; name another thing"
"""Why a thing is no target, for error messages."""


@dataclass(frozen=True)
class Phrasings:
    """Sentences that all mean the same goal; the only place where its words are written.

    `{target}` and `{place}` stand for noun phrases with their article.

    Args:
        train: Sentences that training draws from.
        held_out: Sentences that no training run sees.
        fields: Fields of the goal that these words fix.
        reordered: Sentences that no training run sees, of words that all occur in training.
    """

    train: tuple[str, ...]
    held_out: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    reordered: tuple[str, ...] = ()


class Goal(ABC):
    """What shall become true: an `Atom`, or atoms that are combined."""

    name: ClassVar[str]
    """What `to_json` calls it."""

    @property
    @abstractmethod
    def atoms(self) -> "tuple[Atom, ...]":
        """Return the things that are asked for, in the order in which words name them."""

    @abstractmethod
    def stages(self, scene: SceneState) -> "tuple[Stage, ...]":
        """Return what has to be achieved, one after the other, if it is asked for in `scene`.

        Their phrases are bound to the objects that they name there: "the leftmost cube" stays the
        same cube when it has been pushed to the right.

        Raises:
            InstructionError: If a phrase names nothing, or something else than it says.
        """

    @abstractmethod
    def check(self, scene: SceneState) -> None:
        """Refuse a goal that this scene does not offer.

        Raises:
            InstructionError: If it names nothing or two things, asks for something that the named
                things cannot do, or is already true. The message says which.
        """

    @abstractmethod
    def is_feasible(self, scene: SceneState) -> bool:
        """Whether nothing is in the way of the planned motions."""

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """Return plain strings and numbers that `goal_from_json` turns into an equal goal."""


class Stage(Goal):
    """A goal that can be tested at any moment. It reads two `SceneState`s, never a simulator."""

    @abstractmethod
    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the goal, asked for in `before`, holds now."""

    @abstractmethod
    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return named terms in [0, 1]; rewards are their differences."""

    @abstractmethod
    def n_motions(self) -> int:
        """Return how many motions it takes once it is bound: one for each thing that is moved."""

    @abstractmethod
    def next_atom(self, before: SceneState, now: SceneState) -> "Atom":
        """Return what to do next: the first part that is not achieved, the last if all are."""

    def expected(self, scene: SceneState) -> SceneState:
        """Return the scene as it should be when the goal, asked for in `scene`, is achieved."""
        now = scene
        for _ in range(self.n_motions() + SPARE_MOTIONS):
            if self.achieved(scene, now):
                break
            now = self.next_atom(scene, now).after_motion(now)
        return now


@dataclass(frozen=True)
class Atom(Stage):
    """One thing to do. Each has a file of its own, with its words, its test and its plan."""

    slots: ClassVar[tuple[str, ...]]
    """Fields that hold a `Ref`, the target first."""
    lasts: ClassVar[bool] = True
    """Whether it stays achieved when the robot goes on to something else."""
    stands_alone: ClassVar[bool] = True
    """Whether it makes sense as the first thing that is asked for."""
    fits: ClassVar[Mapping[str, Fit]] = {"target": MOVABLE}
    """What may fill a slot; any object may fill one that is not named here."""
    groups: ClassVar[tuple[str, ...]] = ()
    """Those of them that are about several things (`Many`)."""
    skills: ClassVar[tuple[str, ...]]
    """Motions that its plan uses, names in `SKILLS`."""
    phrasings: ClassVar[tuple[Phrasings, ...]]
    """All words for this goal."""
    synonyms: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Words that training never says, for words of its sentences, beside those of all goals."""
    takes_fallen: ClassVar[bool] = False
    """Whether it can be about a thing that lies on its side; all others refuse it."""
    takes_contained: ClassVar[bool] = False
    """Whether its target can lie in a bowl, where the fingers cannot take it."""
    defers: ClassVar[bool] = False
    """Whether words that fit another goal too mean that one, unless kinds or the scene decide."""

    target: Ref
    """What the robot shall act on."""

    @classmethod
    def build(cls, refs: Mapping[str, Ref], fixed: Mapping[str, str]) -> "Atom":
        """Return the goal with its slots filled and with the fields that its words fix."""
        arguments: dict[str, Any] = {**refs, **fixed}
        return cls(**arguments)

    @property
    def atoms(self) -> "tuple[Atom, ...]":
        """Return this goal alone."""
        return (self,)

    def is_said_by(self, words: Collection[str]) -> bool:
        """Whether a phrasing with these words can mean this of what its phrases call things."""
        return True

    def stages(self, scene: SceneState) -> "tuple[Atom, ...]":
        """Return this goal alone, bound."""
        return (self.bind(scene),)

    def n_motions(self) -> int:
        """Return the number of things in its groups, 1 if it has none."""
        groups = [getattr(self, slot) for slot in self.groups]
        return sum(len(group.indices) for group in groups) or 1

    def next_atom(self, before: SceneState, now: SceneState) -> "Atom":
        """Return this goal."""
        return self

    @abstractmethod
    def plan(self, scene: SceneState) -> Motion:
        """Return the motion that reaches the goal from this scene, whatever happened before."""

    def plans(self, scene: SceneState) -> tuple[Motion, ...]:
        """Return all motions that are as good as the planned one, which is the first."""
        return (self.plan(scene),)

    def after_motion(self, scene: SceneState) -> SceneState:
        """Return the scene as it should be after the planned motion."""
        return after(self.plan(scene), scene)

    @classmethod
    def can_fill(cls, slot: str, spec: ObjectSpec) -> bool:
        """Whether such an object may fill a slot at all; `misfit` knows more, and says why not."""
        return slot not in cls.fits or cls.fits[slot].admits(spec)

    def misfit(self, specs: Mapping[str, ObjectSpec]) -> tuple[str, str] | None:
        """Return the slot that an object of these specs cannot fill and why, None if all fit."""
        for slot, spec in specs.items():
            if slot in self.fits and not self.fits[slot].admits(spec):
                return slot, self.fits[slot].why_not
        return None

    def misfit_in(
        self, scene: SceneState, named: Mapping[str, tuple[int, ...]]
    ) -> tuple[str, str] | None:
        """Return what `misfit` does for the objects of each slot, every one of a group tried.

        In a scene a thing can have fallen, or lie in a bowl, too.
        """
        if not self.takes_fallen:
            for slot, found in named.items():
                for i in found:
                    if has_fallen(scene, i):
                        return slot, FALLEN
        if not self.takes_contained and any(is_in_bowl(scene, i) for i in named["target"]):
            return "target", CONTAINED
        specs = scene.specs
        for indices in itertools.product(*named.values()):
            if misfit := self.misfit(
                {slot: specs[i] for slot, i in zip(named, indices, strict=True)}
            ):
                return misfit
        return None

    def check(self, scene: SceneState) -> None:
        """See `Goal.check`."""
        named = self.named(scene)
        if sum(map(len, named.values())) > len(set().union(*named.values())):
            names = " and ".join(f"'{getattr(self, slot)}'" for slot in self.slots)
            raise InstructionError(f"{names} name the same thing; name two different things.")
        misfit = self.misfit_in(scene, named)
        # What lies in the bowl that it shall be put in is there already.
        if (misfit is None or CONTAINED in misfit) and self.achieved(scene, scene):
            raise InstructionError("That is already true in this scene; ask for something else.")
        if misfit:
            slot, why = misfit
            raise InstructionError(f"'{getattr(self, slot)}' {why}.")

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether nothing is in the way of the planned motion."""
        return True

    def named(self, scene: SceneState) -> dict[str, tuple[int, ...]]:
        """Return the indices of the objects that each slot names: one, or those of a group.

        Raises:
            InstructionError: If a phrase names nothing, or something else than it says.
        """
        found: dict[str, tuple[int, ...]] = {}
        for slot in self.slots:
            ref = getattr(self, slot)
            found[slot] = (
                resolve_all(ref, scene) if isinstance(ref, Many) else (resolve_one(ref, scene),)
            )
        return found

    def indices(self, scene: SceneState) -> tuple[int, ...]:
        """Return the index of the object in each slot, in the order of `slots`.

        Raises:
            InstructionError: If a phrase names nothing, or something else than it says.
        """
        return tuple(resolve_one(getattr(self, slot), scene) for slot in self.slots)

    def next_target(self, before: SceneState, now: SceneState) -> int:
        """Return the index of what the present motion is about.

        It is what the target names, unless several things have to be moved, one after the other.

        Raises:
            InstructionError: If a phrase names nothing, or something else than it says.
        """
        return self.named(now)["target"][0]

    def subject(self, scene: SceneState) -> int:
        """Return the index of what the target names; of several, what has to be moved first.

        Raises:
            InstructionError: If a phrase names nothing, or something else than it says.
        """
        named = self.named(scene)["target"]
        return named[0] if len(named) == 1 else self.next_target(scene, scene)

    def bind(self, scene: SceneState) -> "Atom":
        """Return this goal about the objects that its phrases name in `scene`, wherever they go.

        Raises:
            InstructionError: If a phrase names nothing, or something else than it says.
        """
        return replace(self, **self.bindings(self.named(scene)))

    @classmethod
    def bindings(cls, named: Mapping[str, tuple[int, ...]]) -> dict[str, Ref]:
        """Return a phrase for each slot that means these objects, by their indices."""
        return {
            slot: BoundMany(indices=indices) if slot in cls.groups else _bound(indices[0])
            for slot, indices in named.items()
        }

    def attempted(self, before: SceneState, now: SceneState) -> int | None:
        """Return the movable object that was displaced most, None if none by 2 cm."""
        moved = [
            (math.dist(a, b), -i)
            for i, (a, b, spec) in enumerate(
                zip(
                    before.positions_world.tolist(),
                    now.positions_world.tolist(),
                    now.specs,
                    strict=True,
                )
            )
            if spec.movable
        ]
        distance, index = max(moved, default=(0.0, 0))
        return -index if distance > DISPLACED else None

    def to_json(self) -> dict[str, Any]:
        """Return plain strings and numbers that `goal_from_json` turns into an equal goal."""
        data: dict[str, Any] = {"goal": self.name}
        for f in fields(self):
            value = getattr(self, f.name)
            if isinstance(value, Ref):
                value = value.to_json()
            data[f.name] = value
        return data


GOALS: Registry[type[Atom]] = Registry("goal")
"""Every atom."""
COMBINED: "Registry[type[Goal]]" = Registry("combined goal")
"""What combines atoms."""


def goal_from_json(data: Mapping[str, Any] | str) -> Goal:
    """Build the goal that `Goal.to_json` wrote, also from the text that `info["goal"]` is.

    Raises:
        UnknownNameError: If there is no such goal.
        InvalidValueError: If a field is missing, unknown or of the wrong kind.
    """
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except json.JSONDecodeError as error:
            raise InvalidValueError(f"Not a goal: {data!r:.80} is no JSON ({error}).") from error
    name = data.get("goal") if isinstance(data, Mapping) else None
    what = f"The goal '{name}'" if isinstance(name, str) else "A goal"
    return read_as(Goal, data, what)  # type: ignore[type-abstract]


@reads(Goal, "a mapping with 'goal', its name")
def _read_goal(data: object, _: object) -> Goal:
    if not isinstance(data, Mapping) or "goal" not in data:
        raise misfit(Goal, data)
    values = dict(data)
    name = values.pop("goal")
    goal: Goal = read_inner(COMBINED[name] if name in list(COMBINED) else GOALS[name], values)
    return goal


@reads(Atom, "one thing to do")
def _read_atom(data: object, _: object) -> Atom:
    goal = read_inner(Goal, data)
    if not isinstance(goal, Atom):
        raise misfit(Atom, goal.name)
    return goal


@lru_cache(maxsize=MAX_OBJECTS)
def _bound(index: int) -> Bound:
    return Bound(index=index)


def share_covered(start: float, now: float) -> float:
    """Return which share of a distance is covered: 0 at `start` or beyond, 1 at 0 or below.

    >>> share_covered(0.4, 0.1), share_covered(0.4, 0.5), share_covered(0.4, -0.1)
    (0.75, 0.0, 1.0)
    """
    if now <= 0.0:
        return 1.0
    return max(0.0, 1.0 - now / start) if start > 0.0 else 0.0


def check_tolerance(value: float) -> None:
    """Refuse a tolerance that is not a positive, finite number of metres."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise InvalidValueError(f"tolerance must be a positive number of metres, got {value!r}.")
