"""A large pool of still scenes, with sentences and what to do next: cheap, since nothing moves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial

import numpy as np
from numpy.typing import NDArray

from vlsim.data.still_labels import labels
from vlsim.data.under_way import Asked, asked_under_way
from vlsim.errors import InvalidValueError
from vlsim.goals.monitor import Monitor
from vlsim.instruction_sets import SETS
from vlsim.interface.action import POINTS
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
from vlsim.skills import SKILLS
from vlsim.world import MAX_OBJECTS
from vlsim.world.camera import FRONT
from vlsim.world.things import COLORS, KINDS, MATERIALS, SIZES, ObjectSpec

CHUNK = 125
"""Scenes that one task of a worker draws."""
REMEDY = "Continue with vlsim train --resume RUN, or start again with fewer --workers."
MOST_MOVES = 4
"""Equally good motions that are kept of a scene and a sentence."""
N_POINTS = len(POINTS)
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
    under_way: float = 0.0
    """Share of the scenes that a task has come to after some of its motions, by its forecast."""

    def __post_init__(self) -> None:
        """Refuse a pool without scenes or sentences, and a share that is none."""
        for name in ("n_scenes", "n_sentences"):
            if getattr(self, name) < 1:
                raise InvalidValueError(f"{name} must be at least 1, got {getattr(self, name)}.")
        if not 0.0 <= self.under_way <= 1.0:
            raise InvalidValueError(f"under_way must lie in [0, 1], got {self.under_way}.")


@dataclass(frozen=True, eq=False)
class StillPool:
    """N scenes with S sentences each, drawn as episodes begin or go on; see `StillConfig`.

    Args:
        images: Shape (N, H, W, 3), uint8.
        tokens: Shape (N, S, L), int64; L is `ScenarioConfig.n_words`.
        uv: Image coordinates of what the phrases of `ROLES` name. Shape (N, S, R, 2), float32.
        present: Whether what is done first has that role. Shape (N, S, R), bool.
        objects: Kind, colour, size and material index of every object, -1 for none. Shape
            (N, K, 4), int8.
        refs: The same of every phrase, -1 where it is silent. Shape (N, S, R, 4), int8.
        skills: The motion that comes next, its place in `SKILLS`. Shape (N, S), int64.
        moves: Where it begins and ends, image coordinates u0 v0 u1 v1: M motions, each of which is
            as good as the expert's, which comes first. Shape (N, S, M, 4), float32.
        n_moves: How many of the M there are. Shape (N, S), int64.
    """

    images: NDArray[np.uint8]
    tokens: NDArray[np.int64]
    uv: NDArray[np.float32]
    present: NDArray[np.bool_]
    objects: NDArray[np.int8]
    refs: NDArray[np.int8]
    skills: NDArray[np.int64]
    moves: NDArray[np.float32]
    n_moves: NDArray[np.int64]

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
    instruction_set: str = "seen",
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
        instruction_set: Name of the set that decides about goals and words.
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
            instruction_set,
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


@dataclass(frozen=True)
class _Part:
    """What one task of a worker is: some scenes of the pool."""

    scenario: ScenarioConfig
    config: StillConfig
    image_size: int
    seed: int
    numbers: range
    set_name: str
    robot: RobotSpec
    terms: Mapping[str, Term]


def _draw_part(task: _Part) -> StillPool:
    # With simulators of its own, so that what was drawn before changes nothing.
    config, scenario, image_size, seed = task.config, task.scenario, task.image_size, task.seed
    stills, tokenizer, chosen = StillScenes(task.robot), default_tokenizer(), SETS[task.set_name]
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
        skills=np.zeros(shape, np.int64),
        moves=np.zeros((*shape, MOST_MOVES, N_POINTS), np.float32),
        n_moves=np.ones(shape, np.int64),
    )
    poses = stills.arm_poses(stream(seed, "arm poses")) if config.moving_arm else [None]
    for row, number in enumerate(task.numbers):
        scene_seed = derive(seed, "still", number)
        rng = stream(scene_seed, "sentences")
        drawn, drawn_from = draw_scenarios(scenario, chosen, scene_seed, config.n_sentences, rng)
        scene, asked = drawn[0].scene, [Asked(one, Monitor(one.goal, one.scene)) for one in drawn]
        if stream(scene_seed, "under way").random() < config.under_way:
            scene, asked = asked_under_way(drawn, scenario, drawn_from, config.n_sentences, rng)
        joints = poses[int(rng.integers(len(poses)))]
        camera = FRONT
        if varied is None:
            part.images[row] = stills.draw(scene, FRONT, image_size, joints).rgb
        else:
            part.images[row], camera = varied.draw(scene, image_size, scene_seed, joints)
        part.objects[row, : len(scene.specs)] = [_indices(spec) for spec in scene.specs]
        for column in range(config.n_sentences):
            one, monitor = asked[column % len(asked)]
            part.tokens[row, column] = tokenizer.encode(one.instruction, scenario.n_words)
            for role, (index, phrase) in labels(one.goal, one.scene, monitor).items():
                r = ROLES.index(role)
                part.present[row, column, r] = True
                part.uv[row, column, r] = camera.project(scene.hold_world(index))
                part.refs[row, column, r] = _indices(phrase)
            plans = monitor.atom.plans(scene)[:MOST_MOVES]
            part.skills[row, column] = list(SKILLS).index(plans[0].name)
            part.n_moves[row, column] = len(plans)
            moves = [plan.in_picture(camera) for plan in plans]
            part.moves[row, column, : len(plans)] = moves
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
