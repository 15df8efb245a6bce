"""What a task draws its scenes from, and the scenes that it draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from vlsim.data.needs import NOTHING, Needs
from vlsim.errors import InvalidValueError, PlacementError, UnknownNameError
from vlsim.language.composer import check_forms
from vlsim.language.goals import GOALS
from vlsim.language.sets.base import InstructionSet
from vlsim.observation import INSTRUCTION_LENGTH
from vlsim.scene.placement import place
from vlsim.seeding import stream
from vlsim.world import MAX_OBJECTS, SceneState, resting_scene
from vlsim.world.orientation import laid
from vlsim.world.things import COLORS, KINDS, MATERIALS, PLAIN, SIZES, TRAINED_KINDS, ObjectSpec

MAX_YAW = 0.26
"""Objects are turned by at most this much, radians; the gripper straightens them."""
LYING_YAW = 0.6
"""The axis of what lies is turned by at most this much: the gripper has to turn as far, radians."""
DRAWS = 10_000
"""Objects that are drawn before a scene is given up for want of different ones."""


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
    """Forms of the instructions (`vlsim.language.composer`), each as likely as it is often here."""
    steps: tuple[int, int] = (2, 2)
    """Fewest and most steps of a chain."""
    n_words: int = INSTRUCTION_LENGTH
    """Words of the longest instruction."""

    def __post_init__(self) -> None:
        """Refuse empty ranges, more objects than a scene holds, and names that do not exist."""
        self._check_kinds()
        for goal in self.goals:
            _ = GOALS[goal]
        check_forms(self.forms)
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
        for name in ("similarity", "lying"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise InvalidValueError(f"{name} must lie in [0, 1], got {getattr(self, name)}.")

    def _check_kinds(self) -> None:
        """Refuse a field that is not of the kind of its default: text for a list of names."""
        for name in ("n_movable", "n_places", "n_fixtures", "steps"):
            value = getattr(self, name)
            if not _is_pair(value):
                raise InvalidValueError(
                    f"{name} must be (fewest, most), two whole numbers, got {value!r:.80}."
                )
        for name in (
            "goals",
            "movable_kinds",
            "place_kinds",
            "fixture_kinds",
            "sizes",
            "materials",
            "forms",
        ):
            value = getattr(self, name)
            if not isinstance(value, tuple) or not all(isinstance(one, str) for one in value):
                raise InvalidValueError(f"{name} must be a tuple of names, got {value!r:.80}.")
        for name in ("similarity", "lying"):
            value = getattr(self, name)
            if not isinstance(value, int | float) or isinstance(value, bool):
                raise InvalidValueError(f"{name} must be a number, got {value!r:.80}.")
        if not _is_whole(self.n_words) or self.n_words < 1:
            raise InvalidValueError(f"n_words must be 1 or more, got {self.n_words!r:.80}.")

    def changed(self, changes: Mapping[str, Any]) -> "ScenarioConfig":
        """Return a copy with some fields changed; lists, which JSON has for tuples, become those.

        Raises:
            UnknownNameError: If there is no such field.
            InvalidValueError: If `changes` is no mapping, or a value cannot be.
        """
        if not isinstance(changes, Mapping):
            raise InvalidValueError(
                "scenario must be a mapping of fields, such as {'n_movable': (2, 6)}, got "
                f"{changes!r:.80}."
            )
        known = [f.name for f in fields(self)]
        for name in changes:
            if name not in known:
                raise UnknownNameError("field of a scenario", str(name), known)
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in changes.items()
        }
        return replace(self, **values)


def _is_pair(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(map(_is_whole, value))


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def draw_scene(
    config: ScenarioConfig,
    chosen: InstructionSet,
    seed: int,
    attempt: int = 0,
    needs: Needs = NOTHING,
) -> SceneState:
    """Return a scene at rest, no two objects alike, in which stands what it needs.

    Raises:
        PlacementError: If that many objects do not fit on the table.
        InvalidValueError: If there are not as many that look different.
    """
    rng = stream(seed, "layout", attempt)
    specs = draw_specs(config, chosen, rng, needs)
    positions, yaws = place(specs, rng), rng.uniform(-MAX_YAW, MAX_YAW, len(specs))
    joints = np.zeros(len(specs))
    for i, spec in enumerate(specs):
        if spec.joint:
            # Furniture stands straight: so its room is a rectangle, and its front is in view.
            yaws[i] = 0.0
            starts = spec.joint.starts
            joints[i] = spec.joint.at(starts[int(rng.integers(len(starts)))])
    scene = resting_scene(tuple(specs), positions, yaws, joints)
    scene = _lay_some(scene, config.lying, stream(seed, "lying", attempt))
    return chosen.rearrange(scene, stream(seed, "rearrangement", attempt))


def draw_specs(
    config: ScenarioConfig,
    chosen: InstructionSet,
    rng: np.random.Generator,
    needs: Needs = NOTHING,
) -> list[ObjectSpec]:
    """Return the objects of a scene: what it needs, and whatever the task draws beside it.

    Raises:
        InvalidValueError: If there are not as many that look different.
    """
    specs: list[ObjectSpec] = []
    for kinds, count in (
        ((*config.movable_kinds, *chosen.kinds), config.n_movable),
        (config.place_kinds, config.n_places),
        (config.fixture_kinds, config.n_fixtures),
    ):
        needed = needs.of(kinds, count[1])
        specs += _draw_group(config, kinds, count, chosen, rng, needed=needed)
    if chosen.n_objects is not None:
        few, many = (max(0, n - len(specs)) for n in chosen.n_objects)
        kinds = config.movable_kinds
        specs += _draw_group(config, kinds, (few, many), chosen, rng, besides=specs)
    return specs


def _lay_some(scene: SceneState, share: float, rng: np.random.Generator) -> SceneState:
    """Return the scene with that share of its cylinders on their sides, where they stood."""
    for i, spec in enumerate(scene.specs):
        if spec.kind == "cylinder":
            chance, yaw = rng.random(), rng.uniform(-LYING_YAW, LYING_YAW)
            scene = laid(scene, i, yaw) if chance < share else scene
    return scene


def _draw_group(
    config: ScenarioConfig,
    kinds: tuple[str, ...],
    count: tuple[int, int],
    chosen: InstructionSet,
    rng: np.random.Generator,
    *,
    needed: Sequence[ObjectSpec] = (),
    besides: Sequence[ObjectSpec] = (),
) -> list[ObjectSpec]:
    """Return objects of these kinds, what is needed at random places among those drawn."""
    number = max(int(rng.integers(count[0], count[1] + 1)), len(needed))
    # Without needs nothing more is drawn than before there were any.
    order = rng.permutation(number).tolist() if needed else [number] * number
    specs: list[ObjectSpec] = []
    for which in order:
        if which < len(needed):
            specs.append(needed[which])
            continue
        others = (*specs, *needed, *besides)
        spec = _draw_spec(config, kinds, chosen, rng, specs[:1], others)
        if spec is None:
            raise InvalidValueError(
                f"Could not draw {number} objects that look different, only {len(specs)}: the set "
                f"'{chosen.name}' admits no more of {', '.join(kinds)}. Allow more kinds or fewer "
                "objects."
            )
        specs.append(spec)
    return specs


def _draw_spec(
    config: ScenarioConfig,
    kinds: tuple[str, ...],
    chosen: InstructionSet,
    rng: np.random.Generator,
    first: Sequence[ObjectSpec],
    others: Sequence[ObjectSpec],
) -> ObjectSpec | None:
    """Return an object that none of the others looks like, often similar to the first."""
    choices = (kinds, tuple(COLORS), chosen.sizes or config.sizes)
    materials = chosen.materials or config.materials
    for _ in range(DRAWS):
        kind, color, size = (names[int(rng.integers(len(names)))] for names in choices)
        if first and rng.random() < config.similarity:
            if rng.random() < 0.5:
                kind = first[0].kind
            else:
                color = first[0].color
        material = PLAIN
        if not KINDS[kind].joint:
            # Of one material nothing is drawn, as before there were any.
            which = int(rng.integers(len(materials))) if len(materials) > 1 else 0
            material = materials[which]
        spec = ObjectSpec(kind, color, size, material)
        if spec not in others and chosen.admits(spec):
            return spec
    return None
