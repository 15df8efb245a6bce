"""Which phrasing a sentence was made from, when it is known what the sentence means."""

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from vlsim.errors import InstructionError
from vlsim.goals import Atom, Goal, If
from vlsim.language.connectives import CONDITIONS, CONNECTORS, OTHERWISE, POLITE
from vlsim.language.templates import Pool, Template, templates_of, without_politeness
from vlsim.referring.phrases import readings


def frame_of(goal: Atom, text: str) -> Template | None:
    """Return the phrasing that gives `text` for `goal`, None if none does.

    >>> from vlsim.free_text.understand import parse
    >>> str(frame_of(parse("touch the cube"), "please touch the cube"))
    'touch {target}'
    >>> frame_of(parse("touch the cube"), "cube the touch") is None
    True
    """
    words = without_politeness(text.split())
    for pool in get_args(Pool):
        for template in templates_of(goal, pool):
            if len(words) in _ends(without_politeness(template.words), words, 0, goal):
                return template
    return None


def pool_of(goal: Goal, text: str) -> Pool | None:
    """Return the pool of phrasings that every clause of a sentence is from, None if there is none.

    >>> from vlsim.free_text.understand import parse
    >>> text = "put the cube in the bowl then find it and lift it"
    >>> pool_of(parse(text), text)
    'train'
    """
    words = without_politeness(text.split())
    begins = {0, *(_conditions(goal, words) if isinstance(goal, If) else ())}
    pools: tuple[Pool, ...] = get_args(Pool)
    for pool in pools:
        ends = begins
        for atom in goal.atoms:
            starts = {after for end in ends for after in _after_joint(words, end)}
            ends = {
                end
                for template in templates_of(atom, pool)
                for start in starts
                for end in _ends(without_politeness(template.words), words, start, atom)
            }
        if len(words) in ends:
            return pool
    return None


def _conditions(goal: If, words: Sequence[str]) -> Iterator[int]:
    """Yield where what shall be done begins after "if there is a ball"."""
    for opener in _said(CONDITIONS):
        n = len(opener)
        if tuple(words[:n]) == opener:
            start = n + (words[n] == "no")
            yield from (end for ref, end in readings(words, start) if ref == goal.condition)


def _after_joint(words: Sequence[str], start: int) -> Iterator[int]:
    """Yield where a clause can begin: here, and after what joins it to the one before."""
    for joint in ((), *_said(CONNECTORS), *_said(OTHERWISE), ("and",)):
        end = start + len(joint)
        if tuple(words[start:end]) == joint:
            yield end
            if tuple(words[end : end + 1]) == (POLITE,):
                yield end + 1


def _said(table: Mapping[str, tuple[tuple[str, ...], ...]]) -> list[tuple[str, ...]]:
    return [words for pool in table.values() for words in pool]


def _ends(frame: Sequence[str], words: Sequence[str], start: int, goal: Atom) -> Iterator[int]:
    """Yield where the frame can end that begins here, phrases or pronouns in its slots."""
    if not frame:
        yield start
        return
    if start == len(words):
        return
    word, *rest = frame
    # "There" stands for preposition and place: "in the bowl".
    is_place = frame[-1].startswith("{") and word != "{target}"
    if words[start] == "there" and is_place and sum(w.startswith("{") for w in frame) == 1:
        yield start + 1
    if not word.startswith("{"):
        if words[start] == word:
            yield from _ends(rest, words, start + 1, goal)
        return
    if word == "{target}" and words[start] in ("it", "them"):
        yield from _ends(rest, words, start + 1, goal)
    try:
        found = readings(words, start)
    except InstructionError:  # no phrasing says it so
        return
    for ref, end in found:
        if ref == getattr(goal, word[1:-1]):
            yield from _ends(rest, words, end, goal)
