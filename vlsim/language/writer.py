"""Writes sentences for goals, and checks that they are read as nothing else."""

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
from vlsim.language.templates import Pool, Template, check_pool
from vlsim.language.utterance import Utterance
from vlsim.language.vocabulary import INSTRUCTION_LENGTH
from vlsim.referring.lexicon import ARTICLE

IT_SHARE = 0.5
"""How often a thing that the clause before was about is called "it"."""
THERE_SHARE = 0.5
"""How often a place that the clause before was about is called "there"."""


Draft = tuple[list[str], tuple[Template, ...]]
"""Words, and the phrasings of their clauses."""


def write_clause(
    goal: Atom | ForAll, rng: np.random.Generator, pool: Pool, pronoun: str | None = None
) -> Draft | None:
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
        template = choices.pop(int(rng.integers(len(choices))))
        words: list[str] = []
        for word in template.words:
            if pronoun is not None and word == "{target}":
                words.append(pronoun)
            else:
                words += getattr(atom, word[1:-1]).words(rng) if word.startswith("{") else [word]
        if len(words) > INSTRUCTION_LENGTH:
            continue
        if pronoun is None:
            if preferred(read_clause(without_politeness(words))) == [goal]:
                return words, (template,)
        elif not _is_after_particle(words, words.index(pronoun)):
            return words, (template,)
    return None


def _is_after_particle(words: Sequence[str], i: int) -> bool:
    """Whether the pronoun here would tear a verb apart: "pick it up" is right, "pick up it" not."""
    return i >= 2 and words[i - 1] in PARTICLES and words[i - 2] not in ("and", POLITE)


def realise(goal: Goal, rng: np.random.Generator, pool: Pool = "train") -> Utterance:
    """Return a sentence that means `goal`: lower case, no punctuation, clauses of 20 words at most.

    Phrasing and synonyms are drawn by `rng`. `parse` returns a goal equal to `goal`, except that
    no words express a tolerance other than the default.

    >>> from vlsim.goals import Reach, Ref
    >>> from vlsim.seeding import stream
    >>> utterance = realise(Reach(Ref("pad", "red")), stream(0, "words"))
    >>> print(utterance, "|", *utterance.templates, "|", utterance.pool)
    move the gripper to the red pad | move the gripper to {target} | train

    Raises:
        InvalidValueError: If `pool` does not exist, or the goal has no words, or none that are
            clear and short enough.
    """
    utterance = try_realise(goal, rng, pool)
    if utterance is None:
        raise InvalidValueError(
            f"No {pool} phrasing means {goal} in a short and clear way; add one to its class."
        )
    return utterance


def try_realise(goal: Goal, rng: np.random.Generator, pool: Pool = "train") -> Utterance | None:
    """Return what `realise` does, or None if no phrasing is short and clear enough."""
    check_pool(pool)
    draft = _written(goal, rng, pool, NO_CONTEXT)
    if draft is None:
        return None
    words, templates = draft
    # Joined, clauses can be read another way, which may even be refused: "pick it up and put it
    # there" is no lift and a place.
    if isinstance(goal, Atom | ForAll) or preferred(read_sentence(words).goals) == [goal]:
        return Utterance(" ".join(words), goal, templates)
    return None


def _written(goal: Goal, rng: np.random.Generator, pool: Pool, context: Context) -> Draft | None:
    if isinstance(goal, Atom | ForAll):
        same = context.target is not None and context.target == goal.atoms[0].target
        pronoun = pronoun_for(goal.atoms[0].target) if same and rng.random() < IT_SHARE else None
        draft = write_clause(goal, rng, pool, pronoun)
        return draft and (_with_there(draft[0], context, rng), draft[1])
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
) -> Draft | None:
    words: list[str] = []
    templates: list[Template] = []
    for goal in goals:
        draft = _written(goal, rng, pool, context)
        if draft is None:
            return None
        if words:
            words += connectors[int(rng.integers(len(connectors)))]
        words += draft[0]
        templates += draft[1]
        context = context_after(goal, context)
    return words, tuple(templates)


def _written_condition(goal: If, rng: np.random.Generator, pool: Pool) -> Draft | None:
    first, *looks = goal.condition.words(None)
    assert first == ARTICLE
    article = "no" if goal.negated else ("an" if looks[0][0] in "aeiou" else "a")
    openers = _of(CONDITIONS, pool)
    words = [*openers[int(rng.integers(len(openers)))], article, *looks]
    then = _written(goal.then, rng, pool, NO_CONTEXT)
    if then is None or goal.otherwise is None:
        return then and (words + then[0], then[1])
    otherwise = _written(goal.otherwise, rng, pool, NO_CONTEXT)
    ways = _of(OTHERWISE, pool)
    if otherwise is None:
        return None
    words += [*then[0], *ways[int(rng.integers(len(ways)))], *otherwise[0]]
    return words, (*then[1], *otherwise[1])
