"""What "it", "them" and "there" mean: things and places that the clauses before were about."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from vlsim.goals import Goal
from vlsim.language.clauses import Words, makes_sense, phrases_of, read_clause
from vlsim.language.templates import Template
from vlsim.referring.lexicon import RELATION_WORDS
from vlsim.referring.ref import Many, Ref


@dataclass(frozen=True)
class Context:
    """What the clauses before were about: what "it", "them" and "there" mean."""

    target: Ref | None = None
    """What was acted on last."""
    place: Ref | None = None
    """Where something was brought last."""
    there: Words = ()
    """That place with its preposition: "in the bowl"."""
    others: tuple[Ref, ...] = ()
    """All else that was named, the latest first."""


NO_CONTEXT = Context()
"""Nothing was said before."""
BACKWARD = frozenset(("it", "them", "there"))
"""Words whose meaning depends on the clauses before."""


def read_with_pronouns(words: Words, context: Context) -> Mapping[Goal, Template]:
    """Return the readings of a clause in which "it", "them" or "there" stands for something.

    "It" is what the clause before acted on, if that can be acted on in this way too. Otherwise, and
    where "it" is not what is acted on, it is anything that was named and makes sense.
    """
    if context.target is None:
        return {}
    of_target = _with_pronoun_for(context.target, words, context)
    if any(
        goal.atoms[0].target == context.target and makes_sense(goal.atoms[0]) for goal in of_target
    ):
        return of_target
    of_any = dict(of_target)
    for ref in context.others:
        for goal, template in _with_pronoun_for(ref, words, context).items():
            of_any.setdefault(goal, template)
    return {goal: t for goal, t in of_any.items() if makes_sense(goal.atoms[0])} or of_target


def _with_pronoun_for(ref: Ref, words: Words, context: Context) -> dict[Goal, Template]:
    """Return the readings in which "it" or "them" is this thing."""
    goals: dict[Goal, Template] = {}
    pronoun, name = pronoun_for(ref), tuple(ref.words(None))
    for count in sorted({min(1, words.count(pronoun)), words.count(pronoun)}):
        named = _replaced(words, pronoun, name, count)
        needed = [ref] if count else []
        if context.place is not None and "there" in words:
            named = _replaced(named, "there", context.there, 1)
            needed.append(context.place)
        for goal, template in (read_clause(named) if needed else {}).items():
            # What a pronoun stands for may be read with what follows, and mean something else.
            if all(ref in phrases_of(goal) for ref in needed):
                goals.setdefault(goal, template)
    return goals


def pronoun_for(ref: Ref) -> str:
    """Return the pronoun that can stand for a noun phrase."""
    return "them" if isinstance(ref, Many) else "it"


def _replaced(words: Words, old: str, new: Words, count: int) -> Words:
    replaced: list[str] = []
    for word in words:
        if word == old and count > 0:
            replaced += new
            count -= 1
        else:
            replaced.append(word)
    return tuple(replaced)


def context_after(goal: Goal, before: Context) -> Context:
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
    return Context(atom.target, place, (*said.split(), *place.words(None)), others)
