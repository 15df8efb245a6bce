"""What the scenes and instructions of a task are drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vlsim.errors import InvalidValueError, PlacementError
from vlsim.goals import GOALS
from vlsim.language.vocabulary import INSTRUCTION_LENGTH
from vlsim.reader import read_as
from vlsim.world import MAX_OBJECTS
from vlsim.world.things import KINDS, MATERIALS, PLAIN, SIZES, TRAINED_KINDS

FORMS = ("atom", "then", "and", "for_all", "if")
"""Forms of instructions: one thing to do, and what combines several (`scenarios.composer`)."""


@dataclass(frozen=True)
class ScenarioConfig:
    """What a task draws its scenarios from."""

    goals: tuple[str, ...]
    """Names of the goals, as in `vlsim list goals`."""
    n_movable: tuple[int, int] = (4, 4)
    """Fewest and most objects that the robot can move."""
    n_places: tuple[int, int] = (2, 2)
    """Fewest and most places (bowls and pads)."""
    n_fixtures: tuple[int, int] = (0, 0)
    """Fewest and most fixtures (drawers, buttons and sliders)."""
    movable_kinds: tuple[str, ...] = tuple(k for k in TRAINED_KINDS if KINDS[k].movable)
    """Held-out kinds show in the sets that admit them only."""
    place_kinds: tuple[str, ...] = tuple(
        k for k in TRAINED_KINDS if not KINDS[k].movable and not KINDS[k].joint
    )
    fixture_kinds: tuple[str, ...] = tuple(k for k in TRAINED_KINDS if KINDS[k].joint)
    sizes: tuple[str, ...] = ("small", "large")
    materials: tuple[str, ...] = (PLAIN,)
    """What everything but fixtures, which are plain, is made of."""
    similarity: float = 0.5
    """Chance that an object shares colour or kind with the first one, so that every word counts."""
    lying: float = 0.0
    """Chance that a cylinder lies on its side."""
    forms: tuple[str, ...] = ("atom",)
    """Forms of the instructions, out of `FORMS`, each as likely as it is often here."""
    steps: tuple[int, int] = (2, 2)
    """Fewest and most steps of a chain."""
    n_words: int = INSTRUCTION_LENGTH
    """Words of the longest instruction."""

    def __post_init__(self) -> None:
        """Refuse empty ranges, more objects than a scene holds, and names that do not exist."""
        for goal in self.goals:
            _ = GOALS[goal]
        for form in self.forms:
            if form not in FORMS:
                raise InvalidValueError(f"No form '{form}'. Known: {', '.join(FORMS)}.")
        for name, kinds in (
            ("n_movable", self.movable_kinds),
            ("n_places", self.place_kinds),
            ("n_fixtures", self.fixture_kinds),
        ):
            low, high = getattr(self, name)
            if not 0 <= low <= high:
                raise InvalidValueError(
                    f"{name} must be (fewest, most) with 0 <= fewest <= most, got {(low, high)}."
                )
            if high > 0 and not kinds:
                raise InvalidValueError(f"{name} allows {high} objects, but no kind is given.")
            for kind in kinds:
                if kind not in KINDS:
                    raise InvalidValueError(f"No kind '{kind}'. Known: {', '.join(KINDS)}.")
        for what, names, known in (
            ("size", self.sizes, tuple(SIZES)),
            ("material", self.materials, MATERIALS),
        ):
            if not names:
                raise InvalidValueError(f"{what}s must name at least one {what}.")
            for name in names:
                if name not in known:
                    raise InvalidValueError(f"No {what} '{name}'. Known: {', '.join(known)}.")
        counts = {name: getattr(self, name)[1] for name in ("n_movable", "n_places", "n_fixtures")}
        most = sum(counts.values())
        if most > MAX_OBJECTS:
            raise PlacementError(
                f"Could not place {most} objects in a scene; {MAX_OBJECTS} fit. Lower "
                + " or ".join(f"{name}, which allows {high}," for name, high in counts.items())[:-1]
                + "."
            )
        if self.n_words < 1:
            raise InvalidValueError(f"n_words must be 1 or more, got {self.n_words}.")
        for name in ("similarity", "lying"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise InvalidValueError(f"{name} must lie in [0, 1], got {getattr(self, name)}.")

    @property
    def slots(self) -> frozenset[str]:
        """What the phrases of its goals stand for, such as "target" and "place"."""
        return frozenset(slot for goal in self.goals for slot in GOALS[goal].slots)

    def changed(self, changes: Mapping[str, Any]) -> "ScenarioConfig":
        """Return a copy with some fields changed; lists, which JSON has for tuples, become those.

        Raises:
            UnknownNameError: If there is no such goal.
            InvalidValueError: If `changes` is no mapping, there is no such field, or a value cannot
                be.
        """
        if not isinstance(changes, Mapping):
            raise InvalidValueError(
                "scenario must be a mapping of fields, such as {'n_movable': (2, 6)}, got "
                f"{changes!r:.80}."
            )
        return read_as(ScenarioConfig, {**vars(self), **changes}, "scenario")
