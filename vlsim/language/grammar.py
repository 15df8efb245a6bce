"""Goals to sentences and back, both through the one table in `templates`."""

import difflib
from collections.abc import Sequence
from functools import lru_cache
from typing import get_args

import numpy as np

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.language.asking import clearly
from vlsim.language.clauses import preferred
from vlsim.language.goals import Goal
from vlsim.language.lexicon import POLITE
from vlsim.language.nearest import nearest
from vlsim.language.normalise import UNDERSTOOD, plain_words, typed_words, wordings
from vlsim.language.phrases import PHRASE_WORDS, readings
from vlsim.language.sentences import read_sentence, unread_part, write_sentence
from vlsim.language.templates import BLANK, Phrasebook, Pool, check_pool, phrasebook, vocabulary
from vlsim.observation import INSTRUCTION_LENGTH
from vlsim.world import SceneState

__all__ = [
    "EXAMPLE",
    "Pool",
    "is_instruction",
    "is_known",
    "meanings",
    "parse",
    "realise",
    "try_realise",
    "understand",
    "vocabulary",
]

EXAMPLE = "put the green cube in the red bowl"
"""A sentence that error messages offer."""

MOST_WORDS = 512
"""Words of the longest text that is read; a chain of ten steps has about half of that."""

_QUOTED = 80


def realise(goal: Goal, rng: np.random.Generator, pool: Pool = "train") -> str:
    """Return a sentence that means `goal`: lower case, no punctuation, clauses of 20 words at most.

    Phrasing and synonyms are drawn by `rng`. `parse` returns a goal equal to `goal`, except that
    no words express a tolerance other than the default.

    >>> from vlsim.language.goals import Reach, Ref
    >>> from vlsim.seeding import stream
    >>> realise(Reach(Ref("pad", "red")), stream(0, "words"))
    'move the gripper to the red pad'

    Raises:
        InvalidValueError: If `pool` does not exist, or the goal has no words, or none that are
            clear and short enough.
    """
    sentence = try_realise(goal, rng, pool)
    if sentence is None:
        raise InvalidValueError(
            f"No {pool} phrasing means {goal} in a short and clear way; add one to its class."
        )
    return sentence


def try_realise(goal: Goal, rng: np.random.Generator, pool: Pool = "train") -> str | None:
    """Return what `realise` does, or None if no phrasing is short and clear enough."""
    check_pool(pool)
    words = write_sentence(goal, rng, pool)
    return None if words is None else " ".join(words)


def parse(text: str) -> Goal:
    """Return the goal that a sentence of either pool means.

    Case, commas, final punctuation, the article ("the", "a" or none) and an opening or closing
    "please" do not matter. Everything else must be one of the phrasings, word by word.

    >>> str(parse("Please put a red block into the bowl.").target)
    'the red cube'

    Raises:
        InstructionError: If it is empty, has unknown words, fits no phrasing, or has two meanings.
    """
    goals = preferred(meanings(text))
    if len(goals) > 1:
        raise InstructionError(_which(text, goals))
    return goals[0]


def meanings(text: str) -> list[Goal]:
    """Return every goal that a sentence can mean; `parse` and `understand` want only one.

    >>> for goal in meanings("put the cube in the bowl on the pad"):
    ...     print(goal.target, "|", goal.place)
    the cube | the bowl on the pad
    the cube in the bowl | the pad

    Raises:
        InstructionError: If it is empty or far too long, has unknown words, or fits no phrasing.
    """
    # Text may come from a file or a socket, where no type checker has looked.
    if not isinstance(text, str):
        raise InstructionError(f"An instruction is a string, got {type(text).__name__}.")
    length = len(plain_words(text))
    if not length:
        raise InstructionError(f"The instruction is empty; say for example '{EXAMPLE}'.")
    if length > MOST_WORDS:
        raise InstructionError(
            f"{_quote(text)} has {length} words, allowed are {MOST_WORDS}; split it."
        )
    words: list[str] = []
    refusal: InstructionError | None = None
    for words in wordings(text):
        try:
            goals = read_sentence(words)
        except InstructionError as error:
            goals, refusal = [], refusal or error
        if goals:
            return goals
    _check_known(text, words)
    raise refusal or InstructionError(_no_phrasing(text, words))


def is_instruction(words: Sequence[str]) -> bool:
    """Whether these words mean something, without the cost of saying why not."""
    try:
        return bool(read_sentence(words))
    except InstructionError:
        return False


def is_known(word: str) -> bool:
    """Whether some sentence of any pool can contain this word."""
    return word in _known(phrasebook())


@lru_cache(maxsize=1)
def _known(book: Phrasebook) -> frozenset[str]:
    words = (word for pool in get_args(Pool) for word in vocabulary(pool))
    return frozenset({*words, *PHRASE_WORDS, POLITE, "first"})


def understand(text: str, scene: SceneState) -> Goal:
    """Return the goal that a sentence asks for in this scene, if it asks for exactly one.

    Of several readings, the scene may allow only one.

    Raises:
        InstructionError: If it cannot be parsed, names nothing or two things, asks for something
            that the named things cannot do, or is already true. The message says which.
    """
    goals, possible = meanings(text), []
    refusal: InstructionError | None = None
    for goal in goals:
        try:
            goal.check(scene)
        except InstructionError as error:
            refusal = refusal or error
        else:
            possible.append(goal)
    if len(possible) > 1:
        raise InstructionError(_which(text, possible))
    if not possible:
        assert refusal is not None
        raise refusal
    return possible[0]


def _check_known(text: str, words: Sequence[str]) -> None:
    """Refuse a text that asks for nothing, or has unknown words, in the words that were typed.

    Args:
        text: What was typed.
        words: The same in the words of the grammar, as far as they are known.
    """
    if not words:
        raise InstructionError(f"{_quote(text)} asks for nothing; say for example '{EXAMPLE}'.")
    if " do not " in f" {' '.join(words)} ":
        raise InstructionError(
            f"{_quote(text)} says what not to do; say only what to do, for example '{EXAMPLE}'."
        )
    left = {word for word in words if not is_known(word)}
    unknown = [word for word, spelled in typed_words(text).items() if left.intersection(spelled)]
    if not unknown:
        return
    foreign = len(unknown) > max(2, len(set(words)) // 2)
    named = ", ".join(map(_quote if foreign else _with_nearest, unknown[:3]))
    more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
    noun = "word" if len(unknown) == 1 else "words"
    remedy = "vlsim understands English, " if foreign else ""
    raise InstructionError(
        f"Unknown {noun} {named}{more} in {_quote(text)}; {remedy}say for example '{EXAMPLE}'."
    )


def _with_nearest(word: str) -> str:
    near = nearest(word, _known(phrasebook()) | UNDERSTOOD)
    return _quote(word) + (f" (did you mean '{near}'?)" if near else "")


def _pattern(words: Sequence[str]) -> list[str]:
    """Return the words with a blank for every noun phrase, each as short as it can be."""
    pattern: list[str] = []
    i = 0
    while i < len(words):
        found = readings(words, i, depth=0)
        pattern.append(BLANK if found else words[i])
        i = found[0][1] if found else i + 1
    return pattern


def _which(text: str, goals: Sequence[Goal]) -> str:
    """Return the question back when a sentence has more than one meaning."""
    ways = [clearly(goal) for goal in goals[:3]]
    said = f"{_quote(text)} can be read in two ways."
    if any(preferred(read_sentence(w.split())) != [g] for w, g in zip(ways, goals, strict=False)):
        things = {f"'{getattr(a, s)}'": None for g in goals for a in g.atoms for s in a.slots}
        return f"{said} Which is meant: say of what kind {' and '.join(things)} is."
    listed = ", ".join(f"'{way}'" for way in ways[:-1])
    return f"{said} Do you mean {listed} or '{ways[-1]}'?"


def _no_phrasing(text: str, words: Sequence[str]) -> str:
    """Return what is said of a text, or of the step of it, that no phrasing fits."""
    part = unread_part(words) or words
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
    return f"No phrasing fits {_quote(typed)}; the nearest are {shown}."


def _quote(text: str) -> str:
    text = " ".join(text.split())
    return f"'{text}'" if len(text) <= _QUOTED else f"'{text[:_QUOTED]}…'"
