"""Cuts sentences into clauses: every way in which they can be joined."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from vlsim.errors import InstructionError
from vlsim.goals import And, Goal, If, Then
from vlsim.goals.combined.then import MAX_STEPS
from vlsim.language.clauses import Words, read_clause
from vlsim.language.connectives import (
    CONDITIONS,
    CONNECTORS,
    FIRST,
    OTHERWISE,
    without_politeness,
)
from vlsim.language.pronouns import (
    BACKWARD,
    NO_CONTEXT,
    Context,
    context_after,
    read_with_pronouns,
)
from vlsim.language.templates import Template
from vlsim.referring.lexicon import ARTICLE
from vlsim.referring.phrases import readings
from vlsim.referring.ref import Many

MOST_CLAUSES = 8000
"""Clauses that are looked at in a sentence. Ten clauses of two meanings have 1024 together, and
what would take longer has no meaning that one could be sure of."""

Meaning = tuple[Goal, tuple[Template, ...]]
"""A goal, and the phrasings of the clauses by which it was read."""


class Reader:
    """Tries every way to cut a sentence into clauses.

    A cut in the wrong place makes nonsense, so what is refused on the way only counts if there is
    no other reading.
    """

    def __init__(self) -> None:
        """Begin with nothing read."""
        self.refusals: list[InstructionError] = []
        """Why ways to cut the sentence make no sense, the most telling first."""
        self._read: dict[tuple[Words, Context | None], Collection[Meaning]] = {}
        self._n_looked_at = 0

    def sentence(self, words: Words) -> Collection[Meaning]:
        """Return the readings as one clause, or else as a condition or a chain.

        Raises:
            InstructionError: If there are too many ways, or the thing that a condition is about is
                malformed.
        """
        return self.clauses(words, NO_CONTEXT) or [
            *self.conditionals(words),
            *self.chains(words, NO_CONTEXT),
        ]

    def chains(self, words: Words, context: Context) -> Iterator[Meaning]:
        """Yield the readings as steps joined by "then", or as one step."""
        for steps in self.steps(words, context):
            if len(steps) == 1:
                yield steps[0]
            elif len(steps) <= MAX_STEPS:
                yield Then(tuple(goal for goal, _ in steps)), _phrasings(steps)
            else:
                self.refusals.append(
                    InstructionError(
                        f"A chain has {MAX_STEPS} steps at most, got {len(steps)}; split it."
                    )
                )

    def steps(self, words: Words, context: Context) -> Iterator[tuple[Meaning, ...]]:
        """Yield the readings as one step or more."""
        if words[:1] == (FIRST,):
            yield from self.steps(words[1:], context)
        for step in self.parts(words, context):
            yield (step,)
        for start, end in _places(words, _CONNECTORS):
            for step in self.parts(words[:start], context):
                for rest in self.steps(words[end:], context_after(step[0], context)):
                    yield (step, *rest)

    def parts(self, words: Words, context: Context) -> Iterator[Meaning]:
        """Yield the readings as one clause, or else as clauses joined by "and"."""
        meanings = self.clauses(words, context)
        yield from meanings
        # What joins steps binds less than what joins parts, so no part has it within.
        if meanings or any(_places(words, _CONNECTORS)):
            return
        for parts in self.joined(words, context):
            try:
                yield And(tuple(goal for goal, _ in parts)), _phrasings(parts)
            except InstructionError as error:
                self.refusals.append(error)

    def joined(self, words: Words, context: Context) -> Iterator[tuple[Meaning, ...]]:
        """Yield the readings as two clauses or more."""
        for i, word in enumerate(words):
            if word != "and":
                continue
            for part in self.clauses(words[:i], context):
                after = context_after(part[0], context)
                for last in self.clauses(words[i + 1 :], after):
                    yield part, last
                for others in self.joined(words[i + 1 :], after):
                    yield part, *others

    def clauses(self, words: Words, context: Context) -> Collection[Meaning]:
        """Return the readings as one clause, in which pronouns mean what the context says.

        Raises:
            InstructionError: If there are too many ways to read the sentence.
        """
        words = without_politeness(words)
        self._n_looked_at += 1
        if self._n_looked_at > MOST_CLAUSES:
            raise InstructionError("The sentence can be read in too many ways; split it.")
        # Without such words the context does not matter, and is no part of the key.
        key = words, None if BACKWARD.isdisjoint(words) else context
        if (meanings := self._read.get(key)) is None:
            meanings = self._read[key] = [(goal, (t,)) for goal, t in self._clause(*key)]
        return meanings

    def _clause(self, words: Words, context: Context | None) -> Iterable[tuple[Goal, Template]]:
        try:
            goals = read_clause(words)
            if not goals and context is not None:
                goals = read_with_pronouns(words, context)
        except InstructionError as error:
            self.refusals.append(error)
            return ()
        return goals.items()

    def conditionals(self, words: Words) -> Iterator[Meaning]:
        """Yield the readings as a condition with what to do.

        Raises:
            InstructionError: If the thing that the condition is about is malformed.
        """
        for start, end in _places(words, _CONDITIONS):
            negated = words[end : end + 1] == ("no",)
            begin = end + negated
            for ref, after in readings(words, begin):
                if isinstance(ref, Many) or (not negated and words[begin] == ARTICLE):
                    continue
                context = NO_CONTEXT if negated else Context(ref)
                for branches in self.branches(words[:start], words[after:], context):
                    yield If(ref, negated, *(goal for goal, _ in branches)), _phrasings(branches)

    def branches(
        self, before: Words, after: Words, context: Context
    ) -> Iterator[tuple[Meaning, ...]]:
        """Yield what is done if a condition is true, and what otherwise, if that is said."""
        places = list(_places(after, _OTHERWISE))
        if not before:
            for then in self.last(after, context):
                yield (then,)
        for start, end in places:
            if before and start > 0:
                continue
            first = self.last(before, NO_CONTEXT) if before else self.chains(after[:start], context)
            for then in first:
                for otherwise in self.last(after[end:], NO_CONTEXT):
                    yield then, otherwise
        if before and not after:
            for then in self.last(before, NO_CONTEXT):
                yield (then,)

    def last(self, words: Words, context: Context) -> Iterator[Meaning]:
        """Yield the readings as one step: whether a second one has the condition, nobody knows."""
        meanings = list(self.parts(words, context))
        yield from meanings
        if not meanings and any(self.chains(words, context)):
            said = " ".join(words)
            self.refusals.insert(
                0,
                InstructionError(
                    f"It is not clear which steps of '{said}' the condition is for; say the others "
                    "in an instruction of their own."
                ),
            )


def _phrasings(parts: Iterable[Meaning]) -> tuple[Template, ...]:
    return tuple(template for _, templates in parts for template in templates)


def _by_first_word(table: Mapping[str, tuple[Words, ...]]) -> dict[str, list[Words]]:
    """Return what stands in a table by its first word, the longest first."""
    by_first: dict[str, list[Words]] = {}
    for words in sorted((w for pool in table.values() for w in pool), key=len, reverse=True):
        by_first.setdefault(words[0], []).append(words)
    return by_first


_CONNECTORS, _CONDITIONS, _OTHERWISE = map(_by_first_word, (CONNECTORS, CONDITIONS, OTHERWISE))


def _places(words: Words, table: Mapping[str, list[Words]]) -> Iterator[tuple[int, int]]:
    """Yield where any of these begins and ends; of two that overlap, the longer one."""
    end = 0
    for i, word in enumerate(words):
        if word in table and i >= end:
            fitting = (i + len(w) for w in table[word] if words[i : i + len(w)] == w)
            end = next(fitting, end)
            if end > i:
                yield i, end


def steps_of(words: Words) -> Iterator[Words]:
    """Yield what stands between the words that join the steps of a chain."""
    start = 0
    for begin, end in [*_places(words, _CONNECTORS), (len(words), len(words))]:
        yield words[start:begin]
        start = end
