"""Draws the scenes of a task."""

from collections.abc import Sequence

import numpy as np

from vlsim.errors import InvalidValueError
from vlsim.instruction_sets.base import InstructionSet
from vlsim.referring.ref import Ref
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scenarios.needs import NOTHING, Needs
from vlsim.scenarios.placement import place
from vlsim.seeding import stream
from vlsim.world import SceneState, resting_scene
from vlsim.world.orientation import laid
from vlsim.world.support import left_on
from vlsim.world.things import COLORS, KINDS, PLAIN, ObjectSpec

MAX_YAW = 0.26
"""Objects are turned by at most this much, radians; the gripper straightens them."""
LYING_YAW = 0.6
"""The axis of what lies is turned by at most this much: the gripper has to turn as far, radians."""
DRAWS = 10_000
"""Objects that are drawn before a scene is given up for want of different ones."""


def draw_scene(
    config: ScenarioConfig,
    instruction_set: InstructionSet,
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
    specs = draw_specs(config, instruction_set, rng, needs)
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
    scene = instruction_set.rearrange(scene, stream(seed, "rearrangement", attempt))
    return _with_loads(scene, needs.loads)


def draw_specs(
    config: ScenarioConfig,
    instruction_set: InstructionSet,
    rng: np.random.Generator,
    needs: Needs = NOTHING,
) -> list[ObjectSpec]:
    """Return the objects of a scene: what it needs, and whatever the task draws beside it.

    Raises:
        InvalidValueError: If there are not as many that look different.
    """
    specs: list[ObjectSpec] = []
    for kinds, count in (
        ((*config.movable_kinds, *instruction_set.kinds), config.n_movable),
        (config.place_kinds, config.n_places),
        (config.fixture_kinds, config.n_fixtures),
    ):
        needed = needs.of(kinds, count[1])
        specs += _draw_group(config, kinds, count, instruction_set, rng, needed=needed)
    if instruction_set.n_objects is not None:
        few, many = (max(0, n - len(specs)) for n in instruction_set.n_objects)
        kinds = config.movable_kinds
        specs += _draw_group(config, kinds, (few, many), instruction_set, rng, besides=specs)
    return specs


def _lay_some(scene: SceneState, share: float, rng: np.random.Generator) -> SceneState:
    """Return the scene with that share of its cylinders on their sides, where they stood."""
    for i, spec in enumerate(scene.specs):
        if spec.kind == "cylinder":
            chance, yaw = rng.random(), rng.uniform(-LYING_YAW, LYING_YAW)
            scene = laid(scene, i, yaw) if chance < share else scene
    return scene


def _with_loads(scene: SceneState, loads: Sequence[tuple[Ref, Ref]]) -> SceneState:
    """Return the scene with everything in its bowl or on its pad that shall lie there."""
    for thing, holder in loads:
        ways = [
            (i, h)
            for i, spec in enumerate(scene.specs)
            for h, holder_spec in enumerate(scene.specs)
            if thing.matches(spec) and holder.matches(holder_spec)
        ]
        loaded = (left_on(scene, *way) for way in ways)
        scene = next((one for one in loaded if one is not None), scene)
    return scene


def _draw_group(
    config: ScenarioConfig,
    kinds: tuple[str, ...],
    count: tuple[int, int],
    instruction_set: InstructionSet,
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
        spec = _draw_spec(config, kinds, instruction_set, rng, specs[:1], others)
        if spec is None:
            raise InvalidValueError(
                f"Could not draw {number} objects that look different, only {len(specs)}: the set "
                f"'{instruction_set.name}' admits no more of {', '.join(kinds)}. Allow more kinds "
                "or fewer objects."
            )
        specs.append(spec)
    return specs


def _draw_spec(
    config: ScenarioConfig,
    kinds: tuple[str, ...],
    instruction_set: InstructionSet,
    rng: np.random.Generator,
    first: Sequence[ObjectSpec],
    others: Sequence[ObjectSpec],
) -> ObjectSpec | None:
    """Return an object that none of the others looks like, often similar to the first."""
    choices = (kinds, tuple(COLORS), instruction_set.sizes or config.sizes)
    materials = instruction_set.materials or config.materials
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
        if spec not in others and instruction_set.admits(spec):
            return spec
    return None
