"""The one table of sentences, compiled from the phrasings on the goals' pages.

A sentence is known by its pattern: the words that remain when every noun phrase is replaced by a
blank. Goals that share a pattern are about different kinds of things.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal, get_args

from vlsim.errors import InvalidValueError
from vlsim.goals import GOALS, Atom, Phrasings
from vlsim.language.connectives import JOINING_WORDS, POLITE
from vlsim.language.held_out_words import reworded
from vlsim.language.vocabulary import INSTRUCTION_LENGTH
from vlsim.referring.lexicon import (
    ARTICLE,
    CONTENT_WORDS,
    MAX_PHRASE_WORDS,
    QUANTITY_WORDS,
    TRAINED_CONTENT_WORDS,
)

Pool = Literal["train", "held-out", "lexical", "syntactic"]
"""Where a phrasing stands: what training says; sentences that it never says; trained sentences with
a word that it never says; its words in sentences that it never forms."""

BLANK = "…"
"""Stands for a noun phrase in a pattern."""
FEW_SLOTS = 2
"""With no more things than these, a sentence has room for the longest phrases."""


@dataclass(frozen=True)
class Template:
    """One phrasing: its words, with slots as "{target}", and the goal that it means."""

    words: tuple[str, ...]
    goal: type[Atom]
    phrasings: Phrasings
    pool: Pool
    for_many: bool = False
    """Whether the words are about several targets: "push them", "so that they are"."""

    def __str__(self) -> str:
        """Return the sentence as it is written on the goal's page."""
        return " ".join(self.words)

    @property
    def slots(self) -> tuple[str, ...]:
        """Slots in the order in which the sentence mentions them."""
        return tuple(w[1:-1] for w in self.words if w.startswith("{"))

    @property
    def literals(self) -> tuple[str, ...]:
        """Words outside the slots."""
        return tuple(w for w in self.words if not w.startswith("{"))

    @property
    def pattern(self) -> tuple[str, ...]:
        """Words with blanks for noun phrases and without politeness."""
        return without_politeness([BLANK if w.startswith("{") else w for w in self.words])

    @property
    def about_many(self) -> "Template":
        """The same about several targets."""
        return replace(self, words=_in_plural(self.words), for_many=True)

    def accepts(self, *, many: bool) -> bool:
        """Whether the words can be about several targets, or about one."""
        return self.for_many == many or self._is_for_both

    @cached_property
    def _is_for_both(self) -> bool:
        return not self.for_many and _in_plural(self.words) == self.words

    def means(self, goal: Atom) -> bool:
        """Whether the sentence, its slots filled, asks for this goal."""
        return type(goal) is self.goal and all(
            getattr(goal, name) == value for name, value in self.phrasings.fields.items()
        )


def without_politeness(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words without one opening and one closing "please".

    >>> without_politeness("please touch it please".split())
    ('touch', 'it')
    """
    start = int(bool(words) and words[0] == POLITE)
    end = len(words) - int(len(words) > start and words[-1] == POLITE)
    return tuple(words[start:end])


def compile_templates(goals: Sequence[type[Atom]]) -> tuple[Template, ...]:
    """Return every phrasing of these goals.

    Raises:
        InvalidValueError: If a phrasing lacks a slot, names one twice, contains a content word, or
            could grow longer than an instruction may be.
    """
    written = tuple(_compile(goals))
    templates = (*written, *_reworded(written))
    for t in templates:
        if sorted(t.slots) != sorted(t.goal.slots):
            raise InvalidValueError(f"'{t}' must name each of {', '.join(t.goal.slots)} once.")
        if stray := CONTENT_WORDS.intersection(t.literals):
            raise InvalidValueError(f"'{t}' must not contain content words, got {sorted(stray)}.")
        # Where many things are named, each has room for its kind and what tells it apart; what is
        # too long all the same is not said (`grammar.try_realise`).
        words = MAX_PHRASE_WORDS if len(t.slots) <= FEW_SLOTS else MAX_PHRASE_WORDS - 1
        longest = len(t.literals) + words * len(t.slots)
        if longest > INSTRUCTION_LENGTH:
            raise InvalidValueError(
                f"'{t}' can have {longest} words, allowed are {INSTRUCTION_LENGTH}; shorten it."
            )
    return templates


def _in_plural(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words for several targets.

    >>> _in_plural("move {target} so that it is in {place}".split())[2:6]
    ('so', 'that', 'they', 'are')
    """
    found: list[str] = []
    for word, following in zip(words, [*words[1:], ""], strict=True):
        is_subject = word == "it" and _PLURAL_OF.get(following, following) != following
        found.append("they" if is_subject else _PLURAL_OF.get(word, word))
    return tuple(found)


_PLURAL_OF = {
    **{"it": "them", "its": "their", "is": "are", "has": "have", "goes": "go", "was": "were"},
    **{verb + "s": verb for verb in ("belong", "end", "get", "rest", "sit", "stand")},
}
"""Words that change when they are about several targets."""


def _compile(goals: Sequence[type[Atom]]) -> Iterator[Template]:
    for goal in goals:
        for phrasings in goal.phrasings:
            for sentence in phrasings.train:
                yield Template(tuple(sentence.split()), goal, phrasings, "train")
            for sentence in phrasings.held_out:
                yield Template(tuple(sentence.split()), goal, phrasings, "held-out")
            for sentence in phrasings.reordered:
                yield Template(tuple(sentence.split()), goal, phrasings, "syntactic")


def _reworded(written: Sequence[Template]) -> Iterator[Template]:
    """Yield the trained phrasings with one held-out word, as far as nobody wrote them."""
    trained = {word for t in written if t.pool == "train" for word in t.literals}
    taken = {t.pattern for t in written}
    for t in written:
        if t.pool == "train":
            for words in reworded(t.words, trained):
                new = Template(words, t.goal, t.phrasings, "lexical")
                if new.pattern not in taken:
                    yield new


def _with_plurals(templates: Sequence[Template]) -> tuple[Template, ...]:
    """Return the templates, and those about several targets after them."""
    return *templates, *(t.about_many for t in templates if t.goal.lasts and not t.goal.groups)


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


def check_pool(pool: str) -> None:
    """Refuse a pool that does not exist."""
    if pool not in get_args(Pool):
        known = ", ".join(map(repr, get_args(Pool)))
        raise InvalidValueError(f"pool must be one of {known}, got {pool!r}.")


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
    templates = _with_plurals(compile_templates(goals))
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
