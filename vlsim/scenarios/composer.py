"""Draws instructions of every form: one thing to do, chains, several things at once, conditions."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.goals import GOALS, And, Atom, ForAll, Goal, If, PutBack, Stage, Then
from vlsim.instruction_sets.base import InstructionSet
from vlsim.language.vocabulary import INSTRUCTION_LENGTH
from vlsim.language.writer import try_realise
from vlsim.referring.describe import describe_groups
from vlsim.referring.ref import Many, Ref
from vlsim.referring.resolve import find
from vlsim.scenarios.sampler import Offer, candidates, sample_goal
from vlsim.skills.room import is_graspable
from vlsim.world import SceneState
from vlsim.world.things import COLORS, KINDS, ObjectSpec

SAME_SHARE = 0.3
"""How often a step of a chain is about the same thing as the step before it, where possible."""
BACK_SHARE = 0.15
"""How often a step puts something back, where that is possible."""
SOME_SHARE = 0.5
"""How often a set that says numbers says "two of the …" where there are more than two."""
OTHERWISE_SHARE = 0.7
"""How often a condition that is true has an "otherwise"."""
LOOKED_AT = 5
"""Goals that are looked at for the second of two parts, and for what is done with several."""
OF_EACH = 2
"""Candidates of each goal that are looked at for what has to go together with something else."""
TRIES = 4
"""Chains that are drawn until each step is possible, and instructions until one is short enough."""


def sample_instruction(
    scene: SceneState,
    goal_names: Sequence[str],
    instruction_set: InstructionSet,
    rng: np.random.Generator,
    *,
    forms: Sequence[str] = ("atom",),
    steps: tuple[int, int] = (2, 2),
    n_words: int = INSTRUCTION_LENGTH,
) -> tuple[Goal, str] | None:
    """Return an instruction for this scene: a goal, and the sentence that the policy is told.

    Every phrase names what it says, the goal is not already true, and nothing is in the way when
    its parts are done in their order.

    Args:
        scene: Where the goal shall be reached.
        goal_names: Names in `GOALS` to draw from.
        instruction_set: Which goals and words are wanted; it may demand forms and steps.
        rng: Decides everything.
        forms: Out of `FORMS`; each is as likely as it is often in here, where it is possible.
        steps: Fewest and most steps of a chain.
        n_words: Words of the longest sentence.

    Returns:
        The goal and its sentence, None if this scene offers none.
    """
    forms, steps = instruction_set.forms or forms, instruction_set.steps or steps
    if tuple(forms) == ("atom",):
        return sample_goal(scene, goal_names, instruction_set, rng)
    for f in rng.permutation(len(forms)).tolist():
        if forms[f] == "atom":
            found = sample_goal(scene, goal_names, instruction_set, rng)
        else:
            draw = _Draw(scene, goal_names, instruction_set, rng, steps)
            found = _worded(FORMS[forms[f]], draw, n_words)
        if found is not None:
            return found
    return None


def check_forms(forms: Sequence[str]) -> None:
    """Refuse a form that does not exist."""
    known = ("atom", *FORMS)
    for form in forms:
        if form not in known:
            raise InvalidValueError(f"No form '{form}'. Known: {', '.join(known)}.")


class _Draw:
    """What the forms draw from."""

    def __init__(
        self,
        scene: SceneState,
        names: Sequence[str],
        chosen: InstructionSet,
        rng: np.random.Generator,
        steps: tuple[int, int],
    ) -> None:
        self.scene = scene
        self.names = [name for name in names if not GOALS[name].groups]
        self.lasting_names = [name for name in self.names if GOALS[name].lasts]
        self.chosen = chosen
        self.rng = rng
        self.steps = steps

    def atoms(
        self,
        now: SceneState,
        names: Sequence[str],
        targets: Collection[int] | None = None,
        of_each: int | None = None,
    ) -> Iterator[Offer]:
        """Yield what can be done in a later scene and is called the same in the first one."""
        for goal, bound in candidates(
            now, names, self.chosen, self.rng, targets=targets, of_each=of_each
        ):
            try:
                same = now is self.scene or goal.named(self.scene) == bound.named(now)
            except InstructionError:
                continue
            if same and _is_in_reach(bound, now) and self.chosen.matches(goal, self.scene):
                yield goal, bound

    def lasting_atoms(
        self, now: SceneState, targets: Collection[int] | None = None
    ) -> Iterator[Offer]:
        """Yield a few of each goal that lasts, so that many are tried and not one at length."""
        return self.atoms(now, self.lasting_names, targets, OF_EACH)

    def chance(self, share: float) -> bool:
        """Whether something happens that has this probability."""
        return bool(self.rng.random() < share)


def _worded(
    form: Callable[[_Draw], Goal | None], draw: _Draw, n_words: int
) -> tuple[Goal, str] | None:
    for _ in range(TRIES):
        unwanted = form(draw) if draw.chosen.picks_other else None
        goal = form(draw)
        if goal is None:
            return None
        if goal == unwanted:
            continue
        text = try_realise(goal, draw.rng, draw.chosen.pool)
        if text is not None and len(text.split()) <= n_words:
            return goal, draw.chosen.rewrite(text, draw.rng)
    return None


def _chain(draw: _Draw) -> Goal | None:
    """Return a chain; every step is possible where the steps before it lead."""
    low, high = draw.steps
    for _ in range(TRIES):
        found = _steps(draw, int(draw.rng.integers(low, high + 1)))
        if found is not None:
            return found[0] if len(found) == 1 else Then(found)
    return None


def _steps(draw: _Draw, count: int) -> tuple[Atom, ...] | None:
    found: list[Atom] = []
    now = draw.scene
    for number in range(count):
        offer = _step(draw, now, found, is_last=number == count - 1)
        if offer is None:
            return None
        goal, bound = offer
        then = bound.expected(now)
        if not bound.achieved(now, then):
            return None
        found.append(goal)
        now = then
    return tuple(found)


def _step(draw: _Draw, now: SceneState, before: Sequence[Atom], *, is_last: bool) -> Offer | None:
    names = draw.names if is_last else draw.lasting_names

    def possible(targets: Collection[int] | None = None) -> Iterator[Offer]:
        offers = draw.atoms(now, names, targets)
        return ((goal, bound) for goal, bound in offers if is_last or _is_predictable(bound, now))

    if before:
        last = before[-1].target
        if draw.chance(BACK_SHARE):
            back = PutBack(last)
            if _can_be_put_back(back, draw.scene, now) and draw.chosen.matches(back, draw.scene):
                return back, back.bind(draw.scene)
        if draw.chance(SAME_SHARE):
            same = next(possible(before[-1].named(draw.scene)["target"]), None)
            if same is not None:
                return same
    return next(possible(), None)


def _is_predictable(bound: Atom, now: SceneState) -> bool:
    """Whether it is clear where things will be afterwards: a ball rolls on when it is pushed."""
    rolls = now.specs[bound.subject(now)].kind == "ball"
    return not (rolls and bound.plan(now).name == "push")


def _is_in_reach(bound: Atom, now: SceneState) -> bool:
    """Whether the fingers can take what they have to, where it is by then."""
    takes = bound.plan(now).name in ("pick_place", "lift")
    return not takes or is_graspable(now, bound.subject(now))


def _can_be_put_back(goal: PutBack, start: SceneState, now: SceneState) -> bool:
    bound = goal.bind(start)
    return (
        goal.misfit_in(start, goal.named(start)) is None
        and not bound.achieved(start, now)
        and bound.is_feasible(now)
        and _is_in_reach(bound, now)
    )


def _both(draw: _Draw) -> Goal | None:
    """Return two things about different targets that are true together when both are done."""
    offer = next(draw.lasting_atoms(draw.scene), None)
    if offer is None:
        return None
    first, first_bound = offer
    then = first_bound.expected(draw.scene)
    taken = set(first_bound.named(draw.scene)["target"])
    others = set(range(len(then.specs))) - taken
    for second, bound in islice(draw.lasting_atoms(then, others), LOOKED_AT):
        if any(taken.intersection(found) for found in bound.named(draw.scene).values()):
            continue
        if _comes_true(And((first_bound, bound)), draw.scene):
            return And((first, second))
    return None


def _for_all(draw: _Draw) -> Goal | None:
    """Return the same thing to do with several objects."""
    specs = draw.scene.specs
    groups = [
        (many, indices)
        for many, indices in describe_groups(draw.scene)
        if _are_alike([specs[i] for i in indices])
    ]
    targets = {i for _, indices in groups for i in indices}
    if not targets:
        return None
    for example, bound in islice(draw.lasting_atoms(draw.scene, targets), LOOKED_AT):
        (target,) = bound.named(draw.scene)["target"]
        for g in draw.rng.permutation(len(groups)).tolist():
            many, indices = groups[g]
            if target not in indices:
                continue
            goal = _with_target(example, _how_many(many, draw))
            if _is_possible(goal, draw):
                return goal
    return None


def _are_alike(specs: Sequence[ObjectSpec]) -> bool:
    """Whether there may be something that can be done with each: all can be moved, or opened."""
    if all(spec.movable for spec in specs):
        return True
    return specs[0].joint is not None and len({spec.kind for spec in specs}) == 1


def _how_many(many: Many, draw: _Draw) -> Many:
    n = len(find(many, draw.scene).sure)
    if not draw.chosen.says_numbers:
        return many
    if n > 2 and draw.chance(SOME_SHARE):
        return replace(many, number=int(draw.rng.integers(2, n)), every=False)
    return replace(many, number=n)


def _with_target(example: Atom, many: Many) -> ForAll:
    return ForAll(replace(example, target=many))


def _is_possible(goal: ForAll, draw: _Draw) -> bool:
    try:
        goal.check(draw.scene)
    except InstructionError:
        return False
    # The example may be allowed, and another of the things not.
    if not draw.chosen.matches(goal.each, draw.scene):
        return False
    (stage,) = goal.stages(draw.scene)
    return stage.is_feasible(draw.scene) and _comes_true(stage, draw.scene)


def _comes_true(stage: Stage, scene: SceneState) -> bool:
    return stage.achieved(scene, stage.expected(scene))


def _condition(draw: _Draw) -> Goal | None:
    """Return what depends on a thing that is there, or is not."""
    goals = [goal for goal, _ in islice(draw.atoms(draw.scene, draw.names), 2)]
    if len(goals) < 2:
        return None
    is_there, negated = draw.chance(0.5), draw.chance(0.25)
    ref = _a_thing(draw, is_there=is_there)
    if ref is None:
        return None
    if is_there != negated and not draw.chance(OTHERWISE_SHARE):
        return If(ref, negated, goals[0])
    return If(ref, negated, goals[0], goals[1])


def _a_thing(draw: _Draw, *, is_there: bool) -> Ref | None:
    specs = draw.scene.specs
    if is_there:
        spec = specs[int(draw.rng.integers(len(specs)))]
        return Ref(spec.kind, spec.color if draw.chance(0.5) else None)
    kinds = sorted({spec.kind for spec in specs if KINDS[spec.kind].movable})
    absent = [
        Ref(kind, color)
        for kind in kinds
        for color in COLORS
        if not any((spec.kind, spec.color) == (kind, color) for spec in specs)
    ]
    return absent[int(draw.rng.integers(len(absent)))] if absent else None


FORMS: dict[str, Callable[[_Draw], Goal | None]] = {
    "then": _chain,
    "and": _both,
    "for_all": _for_all,
    "if": _condition,
}
"""How each form beside "atom" is drawn."""
