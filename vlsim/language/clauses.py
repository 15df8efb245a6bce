"""Reads clauses: a verb with its noun phrases, known by its pattern."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from vlsim.goals import Atom, ForAll, Goal
from vlsim.language.phrasebook import Phrasebook, phrasebook
from vlsim.language.templates import BLANK, Template
from vlsim.referring.phrases import Phrase, readings
from vlsim.referring.ref import Many, Ref
from vlsim.world.things import COLORS, KINDS, SIZES, ObjectSpec

Words = tuple[str, ...]


class _Node:
    """Where the reader is in the patterns: which word, or a noun phrase, may come next."""

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.templates: tuple[Template, ...] = ()


@lru_cache(maxsize=1)
def _root(book: Phrasebook) -> _Node:
    root = _Node()
    for pattern, templates in book.by_pattern.items():
        node = root
        for word in pattern:
            node = node.next.setdefault(word, _Node())
        node.templates = templates
    return root


def read_clause(words: Sequence[str]) -> Mapping[Goal, Template]:
    """Return the goals that words can mean as one clause, in the order of reading.

    Args:
        words: The clause without politeness.

    Returns:
        The goals, each with the phrasing by which it was read.

    Raises:
        InstructionError: If a noun phrase in it is malformed, or what it asks for cannot be true of
            several things at once.
    """
    return _read(tuple(words), phrasebook())


# A clause is read when it is written, and again in the sentence that it becomes a part of.
@lru_cache(maxsize=64)
def _read(words: tuple[str, ...], book: Phrasebook) -> Mapping[Goal, Template]:
    phrases: dict[int, list[Phrase]] = {}
    goals: dict[Goal, Template] = {}

    def walk(node: _Node, i: int, refs: tuple[Ref, ...]) -> None:
        if i == len(words):
            for template in node.templates:
                goal = _goal(template, refs)
                if goal is not None:
                    goals.setdefault(goal, template)
            return
        if words[i] in node.next:
            walk(node.next[words[i]], i + 1, refs)
        blank = node.next.get(BLANK)
        if blank is not None:
            if i not in phrases:
                phrases[i] = readings(words, i)
            for ref, end in phrases[i]:
                walk(blank, end, (*refs, ref))

    walk(_root(book), 0, ())
    if len(goals) > 1:
        return {goal: t for goal, t in goals.items() if makes_sense(goal.atoms[0])} or goals
    return goals


def _goal(template: Template, refs: Sequence[Ref]) -> Goal | None:
    """Return the goal of a template with these phrases, None if singular or plural do not fit."""
    slots = dict(zip(template.slots, refs, strict=True))
    plural = {slot for slot, ref in slots.items() if isinstance(ref, Many)}
    is_atom = plural == set(template.goal.groups)
    if not is_atom and (plural != {"target"} or template.goal.groups):
        return None
    if not template.accepts(many=not is_atom):
        return None
    atom = template.goal.build(slots, template.phrasings.fields)
    if not atom.is_said_by(template.literals):
        return None
    return atom if is_atom else ForAll(atom)


def makes_sense(goal: Atom) -> bool:
    """Whether things of the kinds that are named could ever do this."""
    refs = {slot: getattr(goal, slot) for slot in goal.slots}
    if any(_is_in_no_container(ref) for ref in refs.values()):
        return False
    kinds = {slot: ref.kind for slot, ref in refs.items() if ref.kind is not None}
    color, size = next(iter(COLORS)), next(iter(SIZES))
    specs = {slot: ObjectSpec(kind, color, size) for slot, kind in kinds.items()}
    if len(specs) < len(refs):
        return all(goal.can_fill(slot, spec) for slot, spec in specs.items())
    return goal.misfit(specs) is None


def _is_in_no_container(ref: Ref) -> bool:
    """Whether it says that a thing is in another one that never holds things."""
    if ref.relation is None:
        return False
    kinds = [landmark.kind for landmark in ref.relation.landmarks]
    holds_none = [kind is not None and not KINDS[kind].inner_radius for kind in kinds]
    return ref.relation.name == "in" and any(holds_none)


def phrases_of(goal: Goal) -> list[Ref]:
    """Return the noun phrases of a goal, those of its first part first."""
    return [getattr(atom, slot) for atom in goal.atoms for slot in atom.slots]
