"""Reads and writes sentences: clauses joined by "and", "then" and "if"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.language.clauses import (
    makes_sense,
    phrases_of,
    preferred,
    read_clause,
    write_clause,
)
from vlsim.language.goals import And, Atom, ForAll, Goal, If, Then
from vlsim.language.goals.then import MAX_STEPS
from vlsim.language.lexicon import ARTICLE, CONDITIONS, CONNECTORS, OTHERWISE, RELATION_WORDS
from vlsim.language.phrases import readings
from vlsim.language.ref import Many, Ref
from vlsim.language.templates import Pool, without_politeness

Words = tuple[str, ...]

IT_SHARE = 0.5
"""How often a thing that the clause before was about is called "it"."""
THERE_SHARE = 0.5
"""How often a place that the clause before was about is called "there"."""


MOST_CLAUSES = 8000
"""Clauses that are looked at in a sentence. Ten clauses of two meanings have 1024 together, and
what would take longer has no meaning that one could be sure of."""


@dataclass(frozen=True)
class _Context:
    """What the clauses before were about: what "it", "them" and "there" mean."""

    target: Ref | None = None
    place: Ref | None = None
    there: Words = ()
    others: tuple[Ref, ...] = ()
    """All else that was named, the latest first."""


_NONE = _Context()
_BACKWARD = frozenset(("it", "them", "there"))
"""Words whose meaning depends on the clauses before."""


def read_sentence(words: Sequence[str]) -> list[Goal]:
    """Return the different goals that these words can mean, in the order of reading.

    What can be read as one clause is one.

    Raises:
        InstructionError: If they mean nothing, and a noun phrase is malformed or what is said
            cannot be meant together; says so.
    """
    words = without_politeness(words)
    reader = _Reader()
    found = reader.clauses(words, _NONE)
    if not found:
        found = [*reader.conditionals(words), *reader.chains(words, _NONE)]
    if not found and reader.refusals:
        raise reader.refusals[0]
    return [goal for i, goal in enumerate(found) if goal not in found[:i]]


class _Reader:
    """Tries every way to cut a sentence into clauses.

    A cut in the wrong place makes nonsense, so what is refused on the way only counts if there is
    no other reading.
    """

    def __init__(self) -> None:
        self.refusals: list[InstructionError] = []
        self._read: dict[tuple[Words, _Context], list[Goal]] = {}
        self._n_looked_at = 0

    def chains(self, words: Words, context: _Context) -> Iterator[Goal]:
        """Yield the readings as steps joined by "then", or as one step."""
        for steps in self.steps(words, context):
            if len(steps) == 1:
                yield steps[0]
            elif len(steps) <= MAX_STEPS:
                yield Then(steps)
            else:
                self.refusals.append(
                    InstructionError(
                        f"A chain has {MAX_STEPS} steps at most, got {len(steps)}; split it."
                    )
                )

    def steps(self, words: Words, context: _Context) -> Iterator[tuple[Goal, ...]]:
        """Yield the readings as one step or more."""
        if words[:1] == ("first",):
            yield from self.steps(words[1:], context)
        for goal in self.parts(words, context):
            yield (goal,)
        for start, end in _places(words, _CONNECTORS):
            for goal in self.parts(words[:start], context):
                for rest in self.steps(words[end:], _context(goal, context)):
                    yield (goal, *rest)

    def parts(self, words: Words, context: _Context) -> Iterator[Goal]:
        """Yield the readings as one clause, or else as clauses joined by "and"."""
        found = self.clauses(words, context)
        yield from found
        # What joins steps binds less than what joins parts, so no part has it within.
        if found or any(_places(words, _CONNECTORS)):
            return
        for parts in self.joined(words, context):
            try:
                yield And(parts)
            except InstructionError as error:
                self.refusals.append(error)

    def joined(self, words: Words, context: _Context) -> Iterator[tuple[Goal, ...]]:
        """Yield the readings as two clauses or more."""
        for i, word in enumerate(words):
            if word != "and":
                continue
            for goal in self.clauses(words[:i], context):
                after = _context(goal, context)
                for last in self.clauses(words[i + 1 :], after):
                    yield goal, last
                for others in self.joined(words[i + 1 :], after):
                    yield goal, *others

    def clauses(self, words: Words, context: _Context) -> list[Goal]:
        """Return the readings as one clause, in which pronouns mean what the context says."""
        self._n_looked_at += 1
        if self._n_looked_at > MOST_CLAUSES:
            raise InstructionError("The sentence can be read in too many ways; split it.")
        if _BACKWARD.isdisjoint(words):
            context = _NONE
        if (words, context) not in self._read:
            try:
                found = read_clause(words) or _with_pronouns(words, context)
            except InstructionError as error:
                self.refusals.append(error)
                found = []
            self._read[words, context] = found
        return self._read[words, context]

    def conditionals(self, words: Words) -> Iterator[Goal]:
        """Yield the readings as a condition with what to do."""
        for start, end in _places(words, _CONDITIONS):
            negated = words[end : end + 1] == ("no",)
            begin = end + negated
            for ref, after in readings(words, begin):
                if isinstance(ref, Many) or (not negated and words[begin] == ARTICLE):
                    continue
                context = _NONE if negated else _Context(ref)
                for then, otherwise in self.branches(words[:start], words[after:], context):
                    yield If(ref, negated, then, otherwise)

    def branches(
        self, before: Words, after: Words, context: _Context
    ) -> Iterator[tuple[Goal, Goal | None]]:
        """Yield what is done if a condition is true, and what otherwise."""
        places = list(_places(after, _OTHERWISE))
        if not before:
            for then in self.last(after, context):
                yield then, None
        for start, end in places:
            if before and start > 0:
                continue
            first = self.last(before, _NONE) if before else self.chains(after[:start], context)
            for then in first:
                for otherwise in self.last(after[end:], _NONE):
                    yield then, otherwise
        if before and not after:
            for then in self.last(before, _NONE):
                yield then, None

    def last(self, words: Words, context: _Context) -> Iterator[Goal]:
        """Yield the readings as one step: whether a second one has the condition, nobody knows."""
        found = list(self.parts(words, context))
        yield from found
        if not found and any(self.chains(words, context)):
            said = " ".join(words)
            self.refusals.insert(
                0,
                InstructionError(
                    f"It is not clear which steps of '{said}' the condition is for; say the others "
                    "in an instruction of their own."
                ),
            )


def _with_pronouns(words: Words, context: _Context) -> list[Goal]:
    """Return the readings of a clause in which "it", "them" or "there" stands for something.

    "It" is what the clause before acted on, if that can be acted on in this way too. Otherwise, and
    where "it" is not what is acted on, it is anything that was named and makes sense.
    """
    if context.target is None:
        return []
    found = _with_pronoun_for(context.target, words, context)
    if _BACKWARD.isdisjoint(words) or any(
        goal.atoms[0].target == context.target and makes_sense(goal.atoms[0]) for goal in found
    ):
        return found
    others = (goal for ref in context.others for goal in _with_pronoun_for(ref, words, context))
    every = dict.fromkeys((*found, *others))
    return [goal for goal in every if makes_sense(goal.atoms[0])] or found


def _with_pronoun_for(ref: Ref, words: Words, context: _Context) -> list[Goal]:
    """Return the readings in which "it" or "them" is this thing."""
    found: list[Goal] = []
    pronoun, name = _pronoun(ref), tuple(ref.words(None))
    for count in sorted({min(1, words.count(pronoun)), words.count(pronoun)}):
        named = _replaced(words, pronoun, name, count)
        needed = [ref] if count else []
        if context.place is not None and "there" in words:
            named = _replaced(named, "there", context.there, 1)
            needed.append(context.place)
        for goal in read_clause(named) if needed else ():
            # What a pronoun stands for may be read with what follows, and mean something else.
            if goal not in found and all(ref in phrases_of(goal) for ref in needed):
                found.append(goal)
    return found


def _pronoun(ref: Ref) -> str:
    return "them" if isinstance(ref, Many) else "it"


def _replaced(words: Words, old: str, new: Words, count: int) -> Words:
    found: list[str] = []
    for word in words:
        if word == old and count > 0:
            found += new
            count -= 1
        else:
            found.append(word)
    return tuple(found)


def _context(goal: Goal, before: _Context) -> _Context:
    """Return what pronouns mean after this goal was named; a place is remembered until the next."""
    atom = goal.atoms[-1]
    named = (
        *reversed(phrases_of(goal)),
        *((before.target,) if before.target else ()),
        *before.others,
    )
    others = tuple(ref for ref in dict.fromkeys(named) if ref != atom.target)
    place: Ref | None = getattr(atom, "place", None)
    if place is None:
        return replace(before, target=atom.target, others=others)
    relation = getattr(atom, "relation", "to")
    said = RELATION_WORDS[relation][0] if relation in RELATION_WORDS else relation
    return _Context(atom.target, place, (*said.split(), *place.words(None)), others)


def _by_first_word(table: Mapping[str, tuple[Words, ...]]) -> dict[str, list[Words]]:
    """Return what stands in a table by its first word, the longest first."""
    found: dict[str, list[Words]] = {}
    for said in sorted((w for pool in table.values() for w in pool), key=len, reverse=True):
        found.setdefault(said[0], []).append(said)
    return found


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


def unread_part(words: Sequence[str]) -> Words:
    """Return the first step of a chain that means nothing by itself, the empty tuple if none."""
    start = 0
    words = without_politeness(words)
    for begin, end in [*_places(words, _CONNECTORS), (len(words), len(words))]:
        part = words[start:begin]
        if _BACKWARD.isdisjoint(part) and not read_sentence(part):
            return part
        start = end
    return ()


def write_sentence(goal: Goal, rng: np.random.Generator, pool: Pool) -> list[str] | None:
    """Return words that mean `goal` and nothing else, None if there are none that are clear."""
    words = _written(goal, rng, pool, _NONE)
    if words is None or isinstance(goal, Atom | ForAll):
        return words
    try:
        return words if preferred(read_sentence(words)) == [goal] else None
    except InstructionError:
        # Read another way it cannot be meant: "pick it up and put it there" is no lift and a place.
        return None


def _written(
    goal: Goal, rng: np.random.Generator, pool: Pool, context: _Context
) -> list[str] | None:
    if isinstance(goal, Atom | ForAll):
        same = context.target is not None and context.target == goal.atoms[0].target
        pronoun = _pronoun(goal.atoms[0].target) if same and rng.random() < IT_SHARE else None
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


def _with_there(words: list[str], context: _Context, rng: np.random.Generator) -> list[str]:
    n = len(context.there)
    if n and tuple(words[-n:]) == context.there and rng.random() < THERE_SHARE:
        return [*words[:-n], "there"]
    return words


def _written_in_a_row(
    goals: Sequence[Goal],
    connectors: Sequence[Words],
    rng: np.random.Generator,
    pool: Pool,
    context: _Context,
) -> list[str] | None:
    words: list[str] = []
    for goal in goals:
        said = _written(goal, rng, pool, context)
        if said is None:
            return None
        if words:
            words += connectors[int(rng.integers(len(connectors)))]
        words += said
        context = _context(goal, context)
    return words


def _written_condition(goal: If, rng: np.random.Generator, pool: Pool) -> list[str] | None:
    first, *looks = goal.condition.words(None)
    assert first == ARTICLE
    article = "no" if goal.negated else ("an" if looks[0][0] in "aeiou" else "a")
    openers = _of(CONDITIONS, pool)
    words = [*openers[int(rng.integers(len(openers)))], article, *looks]
    then = _written(goal.then, rng, pool, _NONE)
    if then is None or goal.otherwise is None:
        return then and words + then
    otherwise = _written(goal.otherwise, rng, pool, _NONE)
    ways = _of(OTHERWISE, pool)
    if otherwise is None:
        return None
    return [*words, *then, *ways[int(rng.integers(len(ways)))], *otherwise]
