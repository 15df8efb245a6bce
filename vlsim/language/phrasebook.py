"""The one table of sentences: those of all goals that are registered, by pattern and by goal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from vlsim.errors import InvalidValueError
from vlsim.goals import GOALS, Atom
from vlsim.language.connectives import FIRST, JOINING_WORDS, POLITE
from vlsim.language.templates import Pool, Template, check_pool, compile_templates, with_plurals
from vlsim.referring.lexicon import ARTICLE, QUANTITY_WORDS, TRAINED_CONTENT_WORDS
from vlsim.referring.phrases import PHRASE_WORDS


@dataclass(frozen=True, eq=False)
class Phrasebook:
    """The sentences of all goals."""

    templates: tuple[Template, ...]
    """Every phrasing of every goal, of those about one target also the form about several."""
    by_pattern: Mapping[tuple[str, ...], tuple[Template, ...]]
    """The templates of each pattern."""
    by_goal: Mapping[tuple[type[Atom], Pool], tuple[Template, ...]]
    """The templates of each goal in each pool, in order."""
    fields: Mapping[type[Atom], tuple[str, ...]]
    """The fields that the words of each goal fix."""


def phrasebook() -> Phrasebook:
    """Return the sentences of the goals that are registered by now."""
    return _phrasebook(tuple(GOALS))


# By the names: a plug-in registers its goals after this module was imported.
@lru_cache(maxsize=1)
def _phrasebook(names: tuple[str, ...]) -> Phrasebook:
    goals = [GOALS[name] for name in names]
    templates = with_plurals(compile_templates(goals))
    by_goal: dict[tuple[type[Atom], Pool], list[Template]] = {
        (goal, pool): [] for goal in goals for pool in get_args(Pool)
    }
    for template in templates:
        by_goal[template.goal, template.pool].append(template)
    return Phrasebook(
        templates,
        index_patterns(templates),
        {key: tuple(mine) for key, mine in by_goal.items()},
        {
            goal: tuple(sorted({name for said in goal.phrasings for name in said.fields}))
            for goal in goals
        },
    )


def templates_of(goal: Atom, pool: Pool) -> tuple[Template, ...]:
    """Return the templates of a pool that ask for this goal, in order; none if it has no words."""
    names = phrasebook().fields.get(type(goal), ())
    fields = tuple((name, getattr(goal, name)) for name in names)
    return _saying(type(goal), fields, pool, phrasebook())


# A goal that can be about many directions has hundreds of templates.
@lru_cache(maxsize=1024)
def _saying(
    goal: type[Atom], fields: tuple[tuple[str, str], ...], pool: Pool, book: Phrasebook
) -> tuple[Template, ...]:
    every = book.by_goal.get((goal, pool), ())
    return tuple(t for t in every if t.phrasings.fields.items() <= dict(fields).items())


def index_patterns(
    templates: Sequence[Template],
) -> dict[tuple[str, ...], tuple[Template, ...]]:
    """Return the templates of each pattern, at most one for each goal.

    Two goals may share their words if they are about other things: "slide … left" is said of a cube
    and of a lever.

    Raises:
        InvalidValueError: If two templates with one pattern mean the same goal differently or stand
            in different pools.
    """
    index: dict[tuple[str, ...], tuple[Template, ...]] = {}
    for t in templates:
        others = index.get(t.pattern, ())
        for other in others:
            same = (other.phrasings, other.slots) == (t.phrasings, t.slots)
            if other.goal is t.goal and not same:
                raise InvalidValueError(f"'{t}' and '{other}' mean different goals; reword one.")
            if other.pool != t.pool:
                raise InvalidValueError(f"'{t}' stands in two pools; remove it from one.")
        if all(other.goal is not t.goal for other in others):
            index[t.pattern] = (*others, t)
    return index


def vocabulary(pool: Pool) -> list[str]:
    """Return all words that sentences of this pool can contain, sorted."""
    check_pool(pool)
    literals = {w for t in phrasebook().templates if t.pool == pool for w in t.literals}
    content = (
        TRAINED_CONTENT_WORDS
        | QUANTITY_WORDS
        | JOINING_WORDS.get(pool, JOINING_WORDS["train"])
        | {ARTICLE}
    )
    return sorted(literals | content)


def is_known(word: str) -> bool:
    """Whether some sentence of any pool can contain this word."""
    return word in known_words(phrasebook())


@lru_cache(maxsize=1)
def known_words(book: Phrasebook) -> frozenset[str]:
    """Return every word that some sentence of any pool can contain."""
    words = (word for pool in get_args(Pool) for word in vocabulary(pool))
    return frozenset({*words, *PHRASE_WORDS, POLITE, FIRST})
