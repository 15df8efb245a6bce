"""Sentences that mean a goal and nothing else, for asking back what was meant."""

from dataclasses import replace

from vlsim.language.goals import Atom, Goal, Then
from vlsim.language.lexicon import RELATION_WORDS
from vlsim.language.ref import Many, Ref
from vlsim.language.templates import phrasebook


def clearly(goal: Goal) -> str:
    """Return a sentence in which nobody takes where a thing is for where it shall go.

    >>> from vlsim.language.grammar import meanings
    >>> for goal in meanings("put the cube in the bowl on the pad"):
    ...     print(clearly(goal))
    put the cube in the bowl that is on the pad
    put the cube that is in the bowl on the pad
    """
    joint = " then " if isinstance(goal, Then) else " and "
    return joint.join(_clause(atom) for atom in goal.atoms)


def _clause(goal: Atom) -> str:
    many = isinstance(goal.target, Many) and "target" not in goal.groups
    template = next(t for t in phrasebook().templates if t.means(goal) and t.for_many == many)
    words = (_phrase(getattr(goal, w[1:-1])) if w.startswith("{") else w for w in template.words)
    return " ".join(words)


def _phrase(ref: Ref) -> str:
    """Return a noun phrase that says "that is" before where the thing is."""
    if ref.relation is None:
        return str(ref)
    said = RELATION_WORDS[ref.relation.name][0]
    said = said if said.startswith("that ") else f"that is {said}"
    landmarks = " and ".join(map(_phrase, ref.relation.landmarks))
    return f"{replace(ref, relation=None)} {said} {landmarks}"
