"""A sentence with all that its writer knows of it."""

from dataclasses import dataclass

from vlsim.goals import Goal
from vlsim.language.templates import Pool, Template, pool_of


@dataclass(frozen=True)
class Utterance:
    """A sentence, what it asks for, and the phrasings that it is made of.

    Args:
        text: The sentence: lower case and no punctuation, unless people wrote it.
        goal: What it asks for.
        templates: The phrasing of every clause, in the order of the words; none if people wrote it.
    """

    text: str
    goal: Goal
    templates: tuple[Template, ...] = ()

    def __str__(self) -> str:
        """Return the sentence."""
        return self.text

    @property
    def pool(self) -> Pool | None:
        """The pool that every phrasing is from, None if there is none."""
        return pool_of(self.templates)
