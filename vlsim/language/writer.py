"""Sentences for goals."""

from collections.abc import Mapping, Sequence

import numpy as np

from vlsim.errors import InvalidValueError
from vlsim.goals import And, Atom, ForAll, Goal, If, Then
from vlsim.language.clauses import Words, read_clause
from vlsim.language.connectives import (
    CONDITIONS,
    CONNECTORS,
    OTHERWISE,
    PARTICLES,
    POLITE,
    without_politeness,
)
from vlsim.language.phrasebook import templates_of
from vlsim.language.pronouns import NO_CONTEXT, Context, context_after, pronoun_for
from vlsim.language.sentences import preferred, read_sentence
from vlsim.language.templates import Pool, check_pool
from vlsim.language.vocabulary import INSTRUCTION_LENGTH
from vlsim.referring.lexicon import ARTICLE

IT_SHARE = 0.5
"""How often a thing that the clause before was about is called "it"."""
THERE_SHARE = 0.5
"""How often a place that the clause before was about is called "there"."""


def write_clause(
    goal: Atom | ForAll, rng: np.random.Generator, pool: Pool, pronoun: str | None = None
) -> list[str] | None:
    """Return words that mean `goal` and nothing else, None if no phrasing is short and clear.

    Args:
        goal: What to say.
        rng: Draws phrasing and synonyms.
        pool: Which phrasings to draw from.
        pronoun: What stands for the target; its meaning depends on the clause before.
    """
    atom = goal.each if isinstance(goal, ForAll) else goal
    many = isinstance(goal, ForAll)
    choices = [t for t in templates_of(atom, pool) if t.for_many == many]
    while choices:
        words: list[str] = []
        for word in choices.pop(int(rng.integers(len(choices)))).words:
            if pronoun is not None and word == "{target}":
                words.append(pronoun)
            else:
                words += getattr(atom, word[1:-1]).words(rng) if word.startswith("{") else [word]
        if len(words) > INSTRUCTION_LENGTH:
            continue
        if pronoun is None:
            if preferred(read_clause(without_politeness(words))) == [goal]:
                return words
        elif not _is_after_particle(words, words.index(pronoun)):
            return words
    return None


def _is_after_particle(words: Sequence[str], i: int) -> bool:
    """Whether the pronoun here would tear a verb apart: "pick it up" is right, "pick up it" not."""
    return i >= 2 and words[i - 1] in PARTICLES and words[i - 2] not in ("and", POLITE)


def realise(goal: Goal, rng: np.random.Generator, pool: Pool = "train") -> str:
    """Return a sentence that means `goal`: lower case, no punctuation, clauses of 20 words at most.

    Phrasing and synonyms are drawn by `rng`. `parse` returns a goal equal to `goal`, except that
    no words express a tolerance other than the default.

    >>> from vlsim.goals import Reach, Ref
    >>> from vlsim.seeding import stream
    >>> realise(Reach(Ref("pad", "red")), stream(0, "words"))
    'move the gripper to the red pad'

    Raises:
        InvalidValueError: If `pool` does not exist, or the goal has no words, or none that are
            clear and short enough.
    """
    sentence = try_realise(goal, rng, pool)
    if sentence is None:
        raise InvalidValueError(
            f"No {pool} phrasing means {goal} in a short and clear way; add one to its class."
        )
    return sentence


def try_realise(goal: Goal, rng: np.random.Generator, pool: Pool = "train") -> str | None:
    """Return what `realise` does, or None if no phrasing is short and clear enough."""
    check_pool(pool)
    words = write_sentence(goal, rng, pool)
    return None if words is None else " ".join(words)


def write_sentence(goal: Goal, rng: np.random.Generator, pool: Pool) -> list[str] | None:
    """Return words that mean `goal` and nothing else, None if there are none that are clear."""
    words = _written(goal, rng, pool, NO_CONTEXT)
    if words is None or isinstance(goal, Atom | ForAll):
        return words
    # Read another way it cannot be meant: "pick it up and put it there" is no lift and a place.
    return words if preferred(read_sentence(words).goals) == [goal] else None


def _written(
    goal: Goal, rng: np.random.Generator, pool: Pool, context: Context
) -> list[str] | None:
    if isinstance(goal, Atom | ForAll):
        same = context.target is not None and context.target == goal.atoms[0].target
        pronoun = pronoun_for(goal.atoms[0].target) if same and rng.random() < IT_SHARE else None
        words = write_clause(goal, rng, pool, pronoun)
        return words and _with_there(words, context, rng)
    if isinstance(goal, And):
        return _written_in_a_row(goal.parts, (("and",),), rng, pool, context)
    if isinstance(goal, Then):
        return _written_in_a_row(goal.steps, _of(CONNECTORS, pool), rng, pool, context)
    if isinstance(goal, If):
        return _written_condition(goal, rng, pool)
    raise InvalidValueError(f"No words for {goal}.")


def _of(table: Mapping[str, tuple[Words, ...]], pool: Pool) -> tuple[Words, ...]:
    """Return what joins clauses of this pool: what training says, unless others are written."""
    return table.get(pool, table["train"])


def _with_there(words: list[str], context: Context, rng: np.random.Generator) -> list[str]:
    n = len(context.there)
    if n and tuple(words[-n:]) == context.there and rng.random() < THERE_SHARE:
        return [*words[:-n], "there"]
    return words


def _written_in_a_row(
    goals: Sequence[Goal],
    connectors: Sequence[Words],
    rng: np.random.Generator,
    pool: Pool,
    context: Context,
) -> list[str] | None:
    words: list[str] = []
    for goal in goals:
        said = _written(goal, rng, pool, context)
        if said is None:
            return None
        if words:
            words += connectors[int(rng.integers(len(connectors)))]
        words += said
        context = context_after(goal, context)
    return words


def _written_condition(goal: If, rng: np.random.Generator, pool: Pool) -> list[str] | None:
    first, *looks = goal.condition.words(None)
    assert first == ARTICLE
    article = "no" if goal.negated else ("an" if looks[0][0] in "aeiou" else "a")
    openers = _of(CONDITIONS, pool)
    words = [*openers[int(rng.integers(len(openers)))], article, *looks]
    then = _written(goal.then, rng, pool, NO_CONTEXT)
    if then is None or goal.otherwise is None:
        return then and words + then
    otherwise = _written(goal.otherwise, rng, pool, NO_CONTEXT)
    ways = _of(OTHERWISE, pool)
    if otherwise is None:
        return None
    return [*words, *then, *ways[int(rng.integers(len(ways)))], *otherwise]
