"""Reads sentences: clauses joined by "and", "then" and "if"."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from vlsim.errors import InstructionError
from vlsim.goals import Goal
from vlsim.language.clauses import Words, phrases_of
from vlsim.language.connectives import without_politeness
from vlsim.language.pronouns import BACKWARD
from vlsim.language.reader import Reader, steps_of
from vlsim.language.templates import Template


@dataclass(frozen=True, eq=False)
class Reading:
    """What a sentence can mean, or why it means nothing."""

    words: Words
    """The sentence without politeness."""
    templates: Mapping[Goal, tuple[Template, ...]]
    """The goals that it can mean, in the order of reading, each with the phrasing of every clause.

    What can be read as one clause is one.
    """
    refusal: InstructionError | None = None
    """Why it means nothing, if a noun phrase is malformed or what is said cannot be meant together;
    None where no phrasing fits."""

    @property
    def goals(self) -> list[Goal]:
        """The goals that it can mean, in the order of reading."""
        return list(self.templates)

    @cached_property
    def unread(self) -> Words:
        """The first step of a chain that means nothing by itself, the empty tuple if none."""
        alone = (step for step in steps_of(self.words) if BACKWARD.isdisjoint(step))
        return next((step for step in alone if not read_sentence(step).templates), ())


def read_sentence(words: Sequence[str]) -> Reading:
    """Return how these words can be read; an opening and a closing "please" change nothing.

    >>> reading = read_sentence("please lift the cube then put it in the bowl".split())
    >>> for goal, templates in reading.templates.items():
    ...     print(goal.name, [str(template) for template in templates])
    then ['lift {target}', 'put {target} in {place}']
    >>> read_sentence("lift the cube then dance".split()).unread
    ('dance',)
    """
    words = without_politeness(words)
    reader = Reader()
    templates: dict[Goal, tuple[Template, ...]] = {}
    try:
        for goal, phrasings in reader.sentence(words):
            templates.setdefault(goal, phrasings)
    except InstructionError as error:
        return Reading(words, {}, error)
    refusal = reader.refusals[0] if reader.refusals and not templates else None
    return Reading(words, templates, refusal)


def preferred(goals: Iterable[Goal]) -> list[Goal]:
    """Return the goals without those that leave their words, with the same phrases, to another."""
    goals = list(goals)
    kept = [phrases_of(goal) for goal in goals if not _defers(goal)]
    return [goal for goal in goals if not _defers(goal) or phrases_of(goal) not in kept]


def _defers(goal: Goal) -> bool:
    return any(atom.defers for atom in goal.atoms)
