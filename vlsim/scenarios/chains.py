"""Draws chains: every step is possible where the steps before it lead."""

from collections.abc import Collection, Iterator, Sequence

from vlsim.goals import Atom, Goal, PutBack, Then
from vlsim.scenarios.draw import Draw, is_in_reach
from vlsim.scenarios.sampler import Offer
from vlsim.skills import SKILLS
from vlsim.world import SceneState

SAME_SHARE = 0.3
"""How often a step of a chain is about the same thing as the step before it, where possible."""
BACK_SHARE = 0.15
"""How often a step puts something back, where that is possible."""
TRIES = 4
"""Chains that are drawn until each step is possible."""


def chain(draw: Draw) -> Goal | None:
    """Return a chain, or its only step; None if none is found."""
    low, high = draw.steps
    for _ in range(TRIES):
        steps = _steps(draw, int(draw.rng.integers(low, high + 1)))
        if steps is not None:
            return steps[0] if len(steps) == 1 else Then(steps)
    return None


def _steps(draw: Draw, count: int) -> tuple[Atom, ...] | None:
    steps: list[Atom] = []
    now = draw.scene
    for number in range(count):
        offer = _step(draw, now, steps, is_last=number == count - 1)
        if offer is None:
            return None
        goal, bound = offer
        then = bound.expected(now)
        if not bound.achieved(now, then):
            return None
        steps.append(goal)
        now = then
    return tuple(steps)


def _step(draw: Draw, now: SceneState, before: Sequence[Atom], *, is_last: bool) -> Offer | None:
    names = draw.names if is_last else draw.lasting_names

    def possible(targets: Collection[int] | None = None) -> Iterator[Offer]:
        offers = draw.atoms(now, names, targets)
        return ((goal, bound) for goal, bound in offers if is_last or _is_predictable(bound, now))

    if before:
        last = before[-1].target
        if draw.chance(BACK_SHARE):
            back = PutBack(last)
            wanted = draw.instruction_set.matches
            if _can_be_put_back(back, draw.scene, now) and wanted(back, draw.scene):
                return back, back.bind(draw.scene)
        if draw.chance(SAME_SHARE):
            same = next(possible(before[-1].named(draw.scene)["target"]), None)
            if same is not None:
                return same
    return next(possible(), None)


def _is_predictable(bound: Atom, now: SceneState) -> bool:
    """Whether it is clear where things will be afterwards: a ball rolls on when it is pushed."""
    rolls = now.specs[bound.subject(now)].kind == "ball"
    return not (rolls and SKILLS[bound.plan(now).name].pushes)


def _can_be_put_back(goal: PutBack, start: SceneState, now: SceneState) -> bool:
    bound = goal.bind(start)
    return (
        goal.misfit_in(start, goal.named(start)) is None
        and not bound.achieved(start, now)
        and bound.is_feasible(now)
        and is_in_reach(bound, now)
    )
