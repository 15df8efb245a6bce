"""The scenes in which a goal can be asked for: what it names is there, and the way is free."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from vlsim.data.needs import named, needs
from vlsim.data.scenes import ScenarioConfig, draw_scene
from vlsim.errors import InstructionError, PlacementError
from vlsim.language.goals import Goal, Ref
from vlsim.language.goals.forecast import left_on
from vlsim.language.sets.base import InstructionSet
from vlsim.language.sets.written import is_offered
from vlsim.seeding import stream
from vlsim.world import SceneState

ATTEMPTS = 300
"""Scenes that are drawn before a goal is refused."""
LIES = ("in", "on")
"""Relations of a thing to what it lies in or on."""


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


def scene_offering(
    config: ScenarioConfig, goal: Goal, chosen: InstructionSet, seed: int
) -> SceneState:
    """Return the scene of `seed` in which a goal is clear, possible and not yet true.

    What the goal names is put into it, even if these are more things than the task draws.

    Raises:
        InstructionError: If none is found; says why.
    """
    if lacking := strangers(config, goal):
        raise InstructionError(f"Not in this task: {lacking}; take another one.")
    reasons: Counter[str] = Counter()
    for attempt in range(ATTEMPTS):
        needed = needs(goal, kinds_of(config), stream(seed, "needed", attempt))
        if needed is None:
            reasons["It names more things than differ, or things that cannot do this."] += 1
            break
        try:
            scene = draw_scene(config, chosen, seed, attempt, needed)
            scene = _with_loads(scene, goal)
            goal.check(scene)
        except (InstructionError, PlacementError) as error:
            reasons[str(error)] += 1
            continue
        if is_offered(goal, scene):
            return scene
        reasons["Something is in the way of that, or it is hard to say what is meant."] += 1
    ((reason, _),) = reasons.most_common(1)
    raise InstructionError(f"{reason} (In {attempt + 1} scenes of this task it was not possible.)")


def _with_loads(scene: SceneState, goal: Goal) -> SceneState:
    """Return the scene with everything in its bowl or on its pad that a goal says is there."""
    for thing, place in _loads(goal):
        ways = [
            (i, p)
            for i, spec in enumerate(scene.specs)
            for p, place_spec in enumerate(scene.specs)
            if thing.matches(spec) and place.matches(place_spec)
        ]
        loaded = (left_on(scene, *way) for way in ways)
        scene = next((found for found in loaded if found is not None), scene)
    return scene


def _loads(goal: Goal) -> Iterator[tuple[Ref, Ref]]:
    """Yield the phrases of which a goal says that the first lies in or on the second, by looks."""
    for ref in named(goal):
        if ref.relation is not None:
            (first, *_), looks = ref.relation.landmarks, replace(ref, relation=None)
            landmark = replace(first, relation=None)
            if ref.relation.name in LIES:
                yield looks, landmark
            elif ref.relation.name == "holding":
                yield landmark, looks
