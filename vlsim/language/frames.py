"""Which phrasing a sentence was made from, when it is known what the sentence means."""

from collections.abc import Sequence
from typing import get_args

from vlsim.errors import InstructionError
from vlsim.language.goals import Atom
from vlsim.language.phrases import readings
from vlsim.language.templates import Pool, Template, templates_of, without_politeness


def frame_of(goal: Atom, text: str) -> Template | None:
    """Return the phrasing that gives `text` for `goal`, None if none does.

    >>> from vlsim.language.grammar import parse
    >>> str(frame_of(parse("touch the cube"), "please touch the cube"))
    'touch {target}'
    >>> frame_of(parse("touch the cube"), "cube the touch") is None
    True
    """
    words = without_politeness(text.split())
    for pool in get_args(Pool):
        for template in templates_of(goal, pool):
            if _fits(without_politeness(template.words), words, 0, goal):
                return template
    return None


def _fits(frame: Sequence[str], words: Sequence[str], start: int, goal: Atom) -> bool:
    """Whether the words from `start` on are the frame, with the goal's phrases in its slots."""
    if not frame:
        return start == len(words)
    word, *rest = frame
    if word.startswith("{"):
        wanted = getattr(goal, word[1:-1])
        try:
            found = readings(words, start)
        except InstructionError:  # no phrasing says it so
            return False
        return any(ref == wanted and _fits(rest, words, end, goal) for ref, end in found)
    return start < len(words) and words[start] == word and _fits(rest, words, start + 1, goal)
