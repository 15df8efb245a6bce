"""Sentences with slots, compiled from the phrasings on the goals' pages.

A sentence is known by its pattern: the words that remain when every noun phrase is replaced by a
blank. Goals that share a pattern are about different kinds of things.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

from vlsim.errors import InvalidValueError
from vlsim.goals import Atom, Phrasings
from vlsim.language.connectives import POLITE
from vlsim.language.held_out_words import reworded
from vlsim.language.vocabulary import INSTRUCTION_LENGTH
from vlsim.referring.lexicon import CONTENT_WORDS, MAX_PHRASE_WORDS

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

    @cached_property
    def slots(self) -> tuple[str, ...]:
        """Slots in the order in which the sentence mentions them."""
        return tuple(w[1:-1] for w in self.words if w.startswith("{"))

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """Words outside the slots."""
        return tuple(w for w in self.words if not w.startswith("{"))

    @cached_property
    def pattern(self) -> tuple[str, ...]:
        """Words with blanks for noun phrases and without "please"."""
        return tuple(BLANK if w.startswith("{") else w for w in self.words if w != POLITE)

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
        # too long all the same is not said (`writer.try_realise`).
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
    plural: list[str] = []
    for word, following in zip(words, [*words[1:], ""], strict=True):
        is_subject = word == "it" and _PLURAL_OF.get(following, following) != following
        plural.append("they" if is_subject else _PLURAL_OF.get(word, word))
    return tuple(plural)


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
            for words in reworded(t.words, trained, t.goal.synonyms):
                new = Template(words, t.goal, t.phrasings, "lexical")
                if new.pattern not in taken:
                    yield new


def with_plurals(templates: Sequence[Template]) -> tuple[Template, ...]:
    """Return the templates, and those about several targets after them."""
    return *templates, *(t.about_many for t in templates if t.goal.lasts and not t.goal.groups)


def pool_of(templates: Sequence[Template]) -> Pool | None:
    """Return the pool that all of these are from, None if there is none.

    >>> pool_of(())
    """
    pools = {template.pool for template in templates}
    return pools.pop() if len(pools) == 1 else None


def check_pool(pool: str) -> None:
    """Refuse a pool that does not exist."""
    if pool not in get_args(Pool):
        known = ", ".join(map(repr, get_args(Pool)))
        raise InvalidValueError(f"pool must be one of {known}, got {pool!r}.")
