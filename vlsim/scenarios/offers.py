"""The scenes in which a goal can be asked for: what it names is there, and the way is free.

Whatever the words leave open is as in training: the scenes of the task are drawn until one holds
what is named. Only where none does, because the words ask for what training never shows or hardly
ever shows together, is it put there; and only where it is impossible in the sizes of the task, such
as both red cubes in one bowl, in other sizes.
"""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from vlsim.errors import InstructionError, PlacementError
from vlsim.goals import Goal
from vlsim.instruction_sets.seen import SEEN
from vlsim.referring.ref import Many, Ref
from vlsim.referring.resolve import names_clearly, resolve_all, resolve_one
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scenarios.needs import Looks, Needs, are_met, loads, named, needs
from vlsim.scenarios.scenes import draw_scene, draw_specs
from vlsim.seeding import stream
from vlsim.world import SceneState
from vlsim.world.things import SIZES

ATTEMPTS = 100
"""Scenes of each sort that are tried before a goal is refused."""
SEARCHED = 500
"""Scenes of training that are searched for what a goal names before it is put into them."""


def kinds_of(config: ScenarioConfig) -> tuple[str, ...]:
    """Return the kinds that the scenes of a task can hold."""
    lots = (
        (config.n_movable, config.movable_kinds),
        (config.n_places, config.place_kinds),
        (config.n_fixtures, config.fixture_kinds),
    )
    return tuple(kind for (_, most), kinds in lots for kind in kinds if most > 0)


def strangers(config: ScenarioConfig, goal: Goal) -> str | None:
    """Return which of the kinds that a goal names the scenes of a task never hold, None if all."""
    kinds = {ref.kind for ref in named(goal)} - {None, *kinds_of(config)}
    return f"its scenes hold no {' and no '.join(sorted(map(str, kinds)))}" if kinds else None


def scene_offering(config: ScenarioConfig, goal: Goal, seed: int) -> SceneState:
    """Return the scene of `seed` in which a goal is clear, possible and not yet true.

    What the goal names is in it, even if these are more things than the task draws.

    Raises:
        InstructionError: If none is found; says why.
    """
    if lacking := strangers(config, goal):
        raise InstructionError(f"Not possible in this task: {lacking}; use another task.")
    reasons: Counter[str] = Counter()
    for attempt, needed in _draws(config, goal, seed):
        try:
            scene = draw_scene(config, SEEN, seed, attempt, needed)
            goal.check(scene)
        except (InstructionError, PlacementError) as error:
            reasons[str(error)] += 1
            continue
        if is_offered(goal, scene):
            return scene
        reasons["No collision-free, unambiguous scene was found for this instruction."] += 1
    if not reasons:
        raise InstructionError(
            "No scene of this task can hold what this names: more objects than can look different, "
            "or objects that cannot do it."
        )
    ((reason, _),) = reasons.most_common(1)
    raise InstructionError(f"{reason} (Tried {reasons.total()} scenes of this task.)")


def is_offered(goal: Goal, scene: SceneState) -> bool:
    """Whether this scene offers the goal, and every phrase of it is clear."""
    try:
        goal.check(scene)
        refs = [getattr(atom, slot) for atom in goal.atoms for slot in atom.slots]
        clear = all(_is_clear(ref, scene) for ref in refs)
    except InstructionError:
        return False
    return clear and goal.is_feasible(scene)


def _is_clear(ref: Ref, scene: SceneState) -> bool:
    landmarks = ref.relation.landmarks if ref.relation else ()
    if isinstance(ref, Many):
        return bool(resolve_all(ref, scene)) and all(_is_clear(mark, scene) for mark in landmarks)
    return names_clearly(ref, scene, resolve_one(ref, scene)) and all(
        _is_clear(landmark, scene) for landmark in landmarks
    )


def _draws(config: ScenarioConfig, goal: Goal, seed: int) -> Iterator[tuple[int, Needs]]:
    """Yield the attempts in which the scene of `seed` holds what a goal names, and what it needs.

    First those in which it needs nothing: these scenes are exactly those of training in which the
    goal can be asked for.
    """
    looks = Looks(kinds_of(config), config.sizes, config.materials)
    nothing_new = Needs(loads=tuple(loads(goal)))
    if all(map(looks.show, named(goal))):
        drawn = (draw_specs(config, SEEN, stream(seed, "layout", n)) for n in range(SEARCHED))
        trained = (n for n, specs in enumerate(drawn) if are_met(goal, specs))
        yield from ((n, nothing_new) for n in itertools.islice(trained, ATTEMPTS))
    for sizes in (config.sizes, tuple(SIZES)):
        for attempt in range(ATTEMPTS):
            rng = stream(seed, "needed", *sizes, attempt)
            needed = needs(goal, replace(looks, sizes=sizes), rng)
            if needed is not None:
                yield attempt, needed
