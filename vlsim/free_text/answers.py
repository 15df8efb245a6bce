"""What vlsim answers to a sentence that it does not understand, or that can mean several things."""

import difflib
from collections.abc import Sequence
from dataclasses import replace

from vlsim.errors import InstructionError
from vlsim.free_text.nearest import nearest
from vlsim.free_text.normalise import UNDERSTOOD, plain_words, typed_words
from vlsim.goals import Atom, Goal, Then
from vlsim.language.phrasebook import is_known, known_words, phrasebook
from vlsim.language.sentences import Reading, preferred, read_sentence
from vlsim.language.templates import BLANK
from vlsim.language.vocabulary import INSTRUCTION_LENGTH
from vlsim.referring.lexicon import RELATION_WORDS
from vlsim.referring.phrases import readings
from vlsim.referring.ref import Many, Ref

EXAMPLE = "put the green cube in the red bowl"
"""A sentence that error messages offer."""
_QUOTED = 80
"""Characters of a text that a message quotes, and words of one that are compared."""


def clearly(goal: Goal) -> str:
    """Return a sentence in which nobody takes where a thing is for where it shall go.

    >>> from vlsim.free_text.understand import meanings
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


def check_known(text: str, words: Sequence[str]) -> None:
    """Refuse a text that asks for nothing, or has unknown words, in the words that were typed.

    Args:
        text: What was typed.
        words: The same in the words of the grammar, as far as they are known.
    """
    if not words:
        raise InstructionError(f"{quote(text)} asks for nothing; say for example '{EXAMPLE}'.")
    if " do not " in f" {' '.join(words)} ":
        raise InstructionError(
            f"{quote(text)} says what not to do; say only what to do, for example '{EXAMPLE}'."
        )
    left = {word for word in words if not is_known(word)}
    unknown = [word for word, spelled in typed_words(text).items() if left.intersection(spelled)]
    if not unknown:
        return
    foreign = len(unknown) > max(2, len(set(words)) // 2)
    named = ", ".join(map(quote if foreign else _with_nearest, unknown[:3]))
    more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
    noun = "word" if len(unknown) == 1 else "words"
    remedy = "vlsim understands English, " if foreign else ""
    raise InstructionError(
        f"Unknown {noun} {named}{more} in {quote(text)}; {remedy}say for example '{EXAMPLE}'."
    )


def _with_nearest(word: str) -> str:
    near = nearest(word, known_words(phrasebook()) | UNDERSTOOD)
    return quote(word) + (f" (did you mean '{near}'?)" if near else "")


def _pattern(words: Sequence[str]) -> list[str]:
    """Return the words with a blank for every noun phrase, each as short as it can be."""
    pattern: list[str] = []
    i = 0
    while i < len(words):
        found = readings(words, i, depth=0)
        pattern.append(BLANK if found else words[i])
        i = found[0][1] if found else i + 1
    return pattern


def which_is_meant(text: str, goals: Sequence[Goal]) -> str:
    """Return the question back when a sentence has more than one meaning."""
    ways = [clearly(goal) for goal in goals[:3]]
    said = f"{quote(text)} can be read in two ways."
    readings_of_ways = (preferred(read_sentence(way.split()).goals) for way in ways)
    if any(goals_of != [goal] for goals_of, goal in zip(readings_of_ways, goals, strict=False)):
        things = {f"'{getattr(a, s)}'": None for g in goals for a in g.atoms for s in a.slots}
        return f"{said} Which is meant: say of what kind {' and '.join(things)} is."
    listed = ", ".join(f"'{way}'" for way in ways[:-1])
    return f"{said} Do you mean {listed} or '{ways[-1]}'?"


def no_phrasing(text: str, reading: Reading) -> str:
    """Return what is said of a text, or of the step of it, that no phrasing fits.

    Args:
        text: What was typed.
        reading: How the same was read in the words of the grammar.
    """
    part = reading.unread or reading.words
    pattern = _pattern(part[:_QUOTED])
    known = {
        " ".join(pattern): str(found[0])
        for pattern, found in phrasebook().by_pattern.items()
        if found[0].pool == "train" and not found[0].for_many
    }
    said = " ".join(pattern[: 2 * INSTRUCTION_LENGTH])
    near = difflib.get_close_matches(said, known, n=2, cutoff=0.0)
    shown = " and ".join(f"'{known[n]}'" for n in near)
    typed = " ".join(part) if " ".join(part) in " ".join(plain_words(text)) else text
    return f"No phrasing fits {quote(typed)}; the nearest are {shown}."


def quote(text: str) -> str:
    """Return a text as it is quoted in a message: on one line, and not all of a long one."""
    text = " ".join(text.split())
    return f"'{text}'" if len(text) <= _QUOTED else f"'{text[:_QUOTED]}…'"
