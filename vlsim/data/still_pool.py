"""A large pool of still scenes with sentences: what the grounded objectives learn from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.goals import Atom, Goal
from vlsim.goals.monitor import Monitor
from vlsim.instruction_sets import SETS
from vlsim.interface.labels import ROLES
from vlsim.language.tokenizer import default_tokenizer
from vlsim.parallel.pool import run_tasks
from vlsim.parallel.worker import Stateless
from vlsim.referring.ref import Ref
from vlsim.robots.catalogue import PANDA
from vlsim.robots.spec import RobotSpec
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scenarios.scenario import draw_scenarios
from vlsim.scene.randomization import choose_terms
from vlsim.scene.randomization.randomizer import RandomizationChoice
from vlsim.scene.randomization.stills import VariedStills
from vlsim.scene.randomization.term import Term
from vlsim.scene.still import StillScenes
from vlsim.seeding import derive, stream
from vlsim.world import MAX_OBJECTS, SceneState
from vlsim.world.camera import FRONT
from vlsim.world.things import COLORS, KINDS, MATERIALS, SIZES, ObjectSpec

CHUNK = 125
"""Scenes that one task of a worker draws."""
REMEDY = "Continue with vlsim train --resume RUN, or start again with fewer --workers."
_ATTRIBUTES = (tuple(KINDS), tuple(COLORS), tuple(SIZES), MATERIALS)


@dataclass(frozen=True)
class StillConfig:
    """Still scenes: rendered scenes without physics, with instructions."""

    n_scenes: int = 20_000
    """Number of scenes, all different."""
    n_sentences: int = 4
    """Instructions per scene."""
    moving_arm: bool = False
    """Render the arm at random poses instead of at home; use this for closed-loop control."""

    def __post_init__(self) -> None:
        """Refuse a pool without scenes or sentences."""
        for name in ("n_scenes", "n_sentences"):
            if getattr(self, name) < 1:
                raise InvalidValueError(f"{name} must be at least 1, got {getattr(self, name)}.")


@dataclass(frozen=True, eq=False)
class StillPool:
    """N scenes with S sentences each, drawn as episodes begin; for the labels see `labels`.

    Args:
        images: Shape (N, H, W, 3), uint8.
        tokens: Shape (N, S, L), int64; L is `ScenarioConfig.n_words`.
        uv: Image coordinates of what the phrases of `ROLES` name. Shape (N, S, R, 2), float32.
        present: Whether what is done first has that role. Shape (N, S, R), bool.
        objects: Kind, colour, size and material index of every object, -1 for none. Shape
            (N, K, 4), int8.
        refs: The same of every phrase, -1 where it is silent. Shape (N, S, R, 4), int8.
    """

    images: NDArray[np.uint8]
    tokens: NDArray[np.int64]
    uv: NDArray[np.float32]
    present: NDArray[np.bool_]
    objects: NDArray[np.int8]
    refs: NDArray[np.int8]

    def __len__(self) -> int:
        """Count the scenes."""
        return len(self.images)

    def head(self, count: int) -> "StillPool":
        """Return the first `count` scenes."""
        return StillPool(*(getattr(self, f.name)[:count] for f in fields(self)))

    def tail(self, count: int) -> "StillPool":
        """Return the last `count` scenes."""
        return StillPool(*(getattr(self, f.name)[len(self) - count :] for f in fields(self)))


def draw_pool(
    scenario: ScenarioConfig,
    config: StillConfig,
    image_size: int,
    seed: int,
    workers: int = 2,
    *,
    robot: RobotSpec = PANDA,
    randomization: RandomizationChoice | None = None,
) -> Iterator[StillPool]:
    """Yield the pool in parts, in order; the same for any number of workers.

    Args:
        scenario: What scenes and goals are drawn from.
        config: How many, and how.
        image_size: Side of the pictures, pixels.
        seed: Of all chance in the pool.
        workers: Processes; 1 draws in this one.
        robot: What stands behind the table.
        randomization: What differs between the pictures beside the scene, as in `EnvConfig`.

    Raises:
        PlacementError: If a scene's objects do not fit on the table, time after time.
        WorkerError: If worker processes die over the same scenes again and again.
    """
    terms = choose_terms(randomization)
    tasks = [
        _Part(
            scenario,
            config,
            image_size,
            seed,
            range(start, min(start + CHUNK, config.n_scenes)),
            robot,
            terms,
        )
        for start in range(0, config.n_scenes, CHUNK)
    ]
    processes = workers if workers > 1 else 0
    draw = partial(Stateless, _draw_part)
    yield from run_tasks(draw, tasks, processes, in_order=True, remedy=REMEDY)


def join(parts: list[StillPool]) -> StillPool:
    """Return one pool of several."""
    return StillPool(
        *(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(StillPool))
    )


def labels(goal: Goal, scene: SceneState) -> dict[str, tuple[int, Ref]]:
    """Return what each role of a sentence is about, and the phrase that names it.

    A combined goal is labelled with what the robot has to do first, as an episode's first
    observation is: the first step of a chain, the first part that is not true yet, the side of a
    condition that counts in this scene, one of the things of a plural.

    Args:
        goal: What the sentence asks for.
        scene: Where it is asked for.
    """
    monitor = Monitor(goal, scene)
    first, roles = monitor.atom, monitor.roles
    phrases = next(atom for atom in goal.atoms if _means(atom, first, scene))
    # Of a tower, what is moved first is not what its target names.
    slots = {i: slot for slot, indices in first.named(scene).items() for i in indices}
    return {
        role: (roles[role], getattr(phrases, slots[roles[role]])) for role in ROLES if role in roles
    }


def _means(said: Atom, bound: Atom, scene: SceneState) -> bool:
    """Whether the phrases of an atom name what a bound one is about."""
    if type(said) is not type(bound):
        return False
    try:
        named = said.named(scene)
    except InstructionError:
        # The side of a condition that does not count may name what is not there.
        return False
    return all(set(indices) <= set(named[slot]) for slot, indices in bound.named(scene).items())


@dataclass(frozen=True)
class _Part:
    """What one task of a worker is: some scenes of the pool."""

    scenario: ScenarioConfig
    config: StillConfig
    image_size: int
    seed: int
    numbers: range
    robot: RobotSpec
    terms: Mapping[str, Term]


def _draw_part(task: _Part) -> StillPool:
    # With simulators of its own, so that what was drawn before changes nothing.
    config, scenario, image_size, seed = task.config, task.scenario, task.image_size, task.seed
    stills, tokenizer, seen = StillScenes(task.robot), default_tokenizer(), SETS["seen"]
    # Without terms the scene need not be built anew for every picture, which takes a while.
    varied = VariedStills(task.robot, task.terms) if task.terms else None
    count = len(task.numbers)
    shape = (count, config.n_sentences)
    part = StillPool(
        images=np.zeros((count, image_size, image_size, 3), np.uint8),
        tokens=np.zeros((*shape, scenario.n_words), np.int64),
        uv=np.zeros((*shape, len(ROLES), 2), np.float32),
        present=np.zeros((*shape, len(ROLES)), bool),
        objects=np.full((count, MAX_OBJECTS, len(_ATTRIBUTES)), -1, np.int8),
        refs=np.full((*shape, len(ROLES), len(_ATTRIBUTES)), -1, np.int8),
    )
    poses = stills.arm_poses(stream(seed, "arm poses")) if config.moving_arm else [None]
    for row, number in enumerate(task.numbers):
        scene_seed = derive(seed, "still", number)
        rng = stream(scene_seed, "sentences")
        drawn = draw_scenarios(scenario, seen, scene_seed, config.n_sentences, rng)
        scene = drawn[0].scene
        joints = poses[int(rng.integers(len(poses)))]
        camera = FRONT
        if varied is None:
            part.images[row] = stills.draw(scene, FRONT, image_size, joints).rgb
        else:
            part.images[row], camera = varied.draw(scene, image_size, scene_seed, joints)
        part.objects[row, : len(scene.specs)] = [_indices(spec) for spec in scene.specs]
        for column in range(config.n_sentences):
            one = drawn[column % len(drawn)]
            part.tokens[row, column] = tokenizer.encode(one.instruction, scenario.n_words)
            for role, (index, phrase) in labels(one.goal, scene).items():
                r = ROLES.index(role)
                part.present[row, column, r] = True
                part.uv[row, column, r] = camera.project(scene.hold_world(index))
                part.refs[row, column, r] = _indices(phrase)
    stills.close()
    if varied is not None:
        varied.close()
    return part


def _indices(thing: ObjectSpec | Ref) -> tuple[int, ...]:
    values = (thing.kind, thing.color, thing.size, thing.material)
    return tuple(
        -1 if value is None else names.index(value)
        for value, names in zip(values, _ATTRIBUTES, strict=True)
    )
