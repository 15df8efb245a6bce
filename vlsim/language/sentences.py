"""Reads and writes sentences: clauses joined by "and", "then" and "if"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import get_args

from vlsim.errors import InstructionError
from vlsim.goals import And, Goal, If, Then
from vlsim.goals.combined.then import MAX_STEPS
from vlsim.language.clauses import makes_sense, phrases_of, read_clause
from vlsim.language.connectives import CONDITIONS, CONNECTORS, OTHERWISE, POLITE
from vlsim.language.templates import Phrasebook, Pool, phrasebook, vocabulary, without_politeness
from vlsim.referring.lexicon import ARTICLE, RELATION_WORDS
from vlsim.referring.phrases import PHRASE_WORDS, readings
from vlsim.referring.ref import Many, Ref

Words = tuple[str, ...]


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


def is_instruction(words: Sequence[str]) -> bool:
    """Whether these words mean something, without the cost of saying why not."""
    try:
        return bool(read_sentence(words))
    except InstructionError:
        return False


def is_known(word: str) -> bool:
    """Whether some sentence of any pool can contain this word."""
    return word in known_words(phrasebook())


@lru_cache(maxsize=1)
def known_words(book: Phrasebook) -> frozenset[str]:
    """Return every word that some sentence of any pool can contain."""
    words = (word for pool in get_args(Pool) for word in vocabulary(pool))
    return frozenset({*words, *PHRASE_WORDS, POLITE, "first"})
