"""Draws instructions of every form: one thing to do, chains, several at once, conditions."""

from collections.abc import Callable, Sequence

import numpy as np

from vlsim.goals import Goal
from vlsim.instruction_sets.base import InstructionSet
from vlsim.language.utterance import Utterance
from vlsim.language.vocabulary import INSTRUCTION_LENGTH
from vlsim.language.writer import try_realise
from vlsim.scenarios.chains import chain
from vlsim.scenarios.conditions import condition
from vlsim.scenarios.draw import Draw
from vlsim.scenarios.groups import for_all
from vlsim.scenarios.pairs import both
from vlsim.scenarios.sampler import sample_goal
from vlsim.world import SceneState

TRIES = 4
"""Instructions that are drawn until one is short enough."""
COMBINED: dict[str, Callable[[Draw], Goal | None]] = {
    "then": chain,
    "and": both,
    "for_all": for_all,
    "if": condition,
}
"""How each form of `scenarios.config.FORMS` beside "atom" is drawn."""


def sample_instruction(
    scene: SceneState,
    goal_names: Sequence[str],
    instruction_set: InstructionSet,
    rng: np.random.Generator,
    *,
    forms: Sequence[str] = ("atom",),
    steps: tuple[int, int] = (2, 2),
    n_words: int = INSTRUCTION_LENGTH,
) -> Utterance | None:
    """Return an instruction for this scene: a sentence with its goal.

    Every phrase names what it says, the goal is not already true, and nothing is in the way when
    its parts are done in their order.

    Args:
        scene: Where the goal shall be reached.
        goal_names: Names in `GOALS` to draw from.
        instruction_set: Which goals and words are wanted; it may demand forms and steps.
        rng: Decides everything.
        forms: Out of `scenarios.config.FORMS`; each is as likely as it is often in here, where it
            is possible.
        steps: Fewest and most steps of a chain.
        n_words: Words of the longest sentence.

    Returns:
        The sentence, None if this scene offers none.
    """
    forms, steps = instruction_set.forms or forms, instruction_set.steps or steps
    if tuple(forms) == ("atom",):
        return sample_goal(scene, goal_names, instruction_set, rng)
    for f in rng.permutation(len(forms)).tolist():
        if forms[f] == "atom":
            utterance = sample_goal(scene, goal_names, instruction_set, rng)
        else:
            draw = Draw(scene, goal_names, instruction_set, rng, steps)
            utterance = _worded(COMBINED[forms[f]], draw, n_words)
        if utterance is not None:
            return utterance
    return None


def _worded(form: Callable[[Draw], Goal | None], draw: Draw, n_words: int) -> Utterance | None:
    for _ in range(TRIES):
        unwanted = form(draw) if draw.instruction_set.picks_other else None
        goal = form(draw)
        if goal is None:
            return None
        if goal == unwanted:
            continue
        utterance = try_realise(goal, draw.rng, draw.instruction_set.pool)
        if utterance is not None and len(utterance.text.split()) <= n_words:
            return utterance
    return None
