"""Scenes, goals and generators for the language tests."""

from collections.abc import Callable

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from vlsim.goals import GOALS, Atom
from vlsim.goals.atoms.stack import Tower
from vlsim.instruction_sets import InstructionSet
from vlsim.referring.ref import Many, Ref
from vlsim.seeding import stream
from vlsim.world import WORKSPACE, SceneState, resting_scene
from vlsim.world.orientation import laid
from vlsim.world.things import COLORS, KINDS, MATERIALS, SIZES, TRAINED_KINDS, ObjectSpec

PROPERTY = settings(deadline=None, max_examples=200)

SPECS = st.builds(
    ObjectSpec,
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(sorted(COLORS)),
    st.sampled_from(sorted(SIZES)),
)
REFS = st.builds(
    Ref,
    st.sampled_from([None, *TRAINED_KINDS]),
    st.sampled_from([None, *COLORS]),
    st.sampled_from([None, *SIZES]),
    material=st.sampled_from([None, *MATERIALS]),
)
MANIES = st.builds(
    Many,
    st.sampled_from([None, *TRAINED_KINDS]),
    st.sampled_from([None, *COLORS]),
    st.sampled_from([None, *SIZES]),
    number=st.sampled_from([None, 2, 3, 4, 5]),
)
SHORT_REFS = st.builds(
    Ref, st.sampled_from([k for k in KINDS if KINDS[k].flat]), st.sampled_from([None, *COLORS])
)
"""Phrases of which four fit in a sentence."""


def _in_words(goal: type[Atom]) -> st.SearchStrategy[Atom]:
    """Return what builds a goal that has words, with a phrase in each of its slots."""
    phrases = REFS if len(goal.slots) < 3 else SHORT_REFS
    refs = {slot: MANIES if slot in goal.groups else phrases for slot in goal.slots}
    meanings = st.sampled_from([dict(phrasings.fields) for phrasings in goal.phrasings])
    return st.builds(goal.build, st.fixed_dictionaries(refs), meanings)


GOALS_IN_WORDS = st.one_of([_in_words(goal) for _, goal in GOALS.items() if goal.stands_alone])
POOLS = st.sampled_from(["train", "held-out", "lexical", "syntactic"])
RNGS = st.integers(0, 2**32).map(lambda seed: stream(seed, "tests"))


def scatter(specs: tuple[ObjectSpec, ...], rng: np.random.Generator) -> SceneState:
    """Return the things on the table at random, fixtures in any position; they may overlap."""
    (x_low, x_high), (y_low, y_high) = WORKSPACE
    k = len(specs)
    xy = np.stack([rng.uniform(x_low, x_high, k), rng.uniform(y_low, y_high, k)], 1)
    yaws = rng.uniform(-np.pi, np.pi, k)
    joints = [
        spec.joint.at(spec.joint.starts[int(rng.integers(len(spec.joint.starts)))])
        if spec.joint
        else 0.0
        for spec in specs
    ]
    return resting_scene(specs, xy, yaws, np.array(joints))


SCENES = st.builds(scatter, st.lists(SPECS, min_size=1, max_size=8).map(tuple), RNGS)


def random_scene(
    rng: np.random.Generator,
    admits: Callable[[ObjectSpec], bool],
    movables: int = 4,
    places: int = 2,
    fixture: str | None = None,
    kinds: tuple[str, ...] = TRAINED_KINDS,
    sizes: tuple[str, ...] = ("small", "large"),
    *,
    flat: bool = False,
) -> SceneState:
    """Return a scene of the size that the demo uses, of admitted things.

    With a `fixture` there are three of that kind instead of the places. If `flat`, all that moves
    can be stacked.
    """
    every = [ObjectSpec(k, c, s) for k in kinds for c in COLORS for s in sizes]
    every = [spec for spec in every if admits(spec)]
    if flat:
        every = [spec for spec in every if KINDS[spec.kind].flat or not spec.movable]
    lots = (
        [spec for spec in every if spec.movable],
        [spec for spec in every if not spec.movable and not spec.joint],
        [spec for spec in every if spec.kind == fixture],
    )
    numbers = (movables, 0, 3) if fixture else (movables, places, 0)
    specs = [
        lot[i] for lot, n in zip(lots, numbers, strict=True) for i in rng.integers(len(lot), size=n)
    ]
    return scatter(tuple(specs), rng)


def scene_for(goal: str, rng: np.random.Generator, instruction_set: InstructionSet) -> SceneState:
    """Return a random scene of the set that holds what the goal acts on."""
    if GOALS[goal].groups:
        return random_scene(rng, lambda s: instruction_set.admits(s) and _is_common(s), 6, 1)
    tower = issubclass(GOALS[goal], Tower)
    # Fingers that go round a thing need room, and so do things that fall over.
    alone = only_kind(GOALS[goal])
    scene = random_scene(
        rng,
        instruction_set.admits,
        movables=3 if alone else len(GOALS[goal].slots) + 2 if tower else 4,
        places=1 if alone else 2,
        fixture=getattr(GOALS[goal], "kind", None),
        kinds=(alone, "pad") if alone else (*TRAINED_KINDS, *instruction_set.kinds),
        sizes=instruction_set.sizes or ("small", "large"),
        flat=tower,
    )
    return all_laid(scene, rng) if goal == "stand_up" else scene


def only_kind(goal: type[Atom]) -> str | None:
    """Return the one kind of thing on the table that a goal can act on, None if there are more."""
    kinds = [kind for kind in TRAINED_KINDS if KINDS[kind].movable]
    able = [kind for kind in kinds if goal.can_fill("target", ObjectSpec(kind, "red", "small"))]
    return able[0] if len(able) == 1 else None


def all_laid(scene: SceneState, rng: np.random.Generator) -> SceneState:
    """Return the scene with every cylinder on its side, as the gripper can take it."""
    for i, spec in enumerate(scene.specs):
        if spec.kind == "cylinder":
            scene = laid(scene, i, rng.uniform(-0.6, 0.6))
    return scene


def _is_common(spec: ObjectSpec) -> bool:
    """Whether it is one of a few things that are alike, of which there are groups."""
    return spec.kind in ("cube", "cylinder", "bowl") and spec.color in ("red", "green", "purple")


def table(*things: tuple[str, float, float], yaws: tuple[float, ...] | None = None) -> SceneState:
    """Return a scene of things like ("small red cube", x, y)."""
    words = [thing[0].split() for thing in things]
    specs = tuple(ObjectSpec(w[-1], w[-2], w[0] if len(w) == 3 else "small") for w in words)
    xy = np.array([thing[1:] for thing in things])
    return resting_scene(specs, xy, np.array(yaws or (0.0,) * len(specs)))


def moved(scene: SceneState, index: int, *, to: tuple[float, float, float]) -> SceneState:
    """Return the scene with one centre elsewhere."""
    positions = scene.positions_world.copy()
    positions[index] = to
    return scene.replace(positions_world=positions)


def with_ee(scene: SceneState, *xyz: float, opening: float = 0.08) -> SceneState:
    """Return the scene with the end effector elsewhere."""
    return scene.replace(ee_position_world=np.array(xyz), gripper_opening=opening)


def with_joint(scene: SceneState, index: int, position: float) -> SceneState:
    """Return the scene with the part of one fixture elsewhere."""
    joints = scene.joint_positions.copy()
    joints[index] = position
    return scene.replace(joint_positions=joints)


def with_speed(scene: SceneState, index: int, speed: float) -> SceneState:
    """Return the scene with one thing moving along x."""
    velocities = scene.velocities_world.copy()
    velocities[index, 0] = speed
    return scene.replace(velocities_world=velocities)
