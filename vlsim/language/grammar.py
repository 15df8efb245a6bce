"""Goals to sentences and back, both through the one table in `templates`."""

import difflib
from collections.abc import Sequence

import numpy as np

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.language.goals import Goal, Ref
from vlsim.language.lexicon import ARTICLES, COLOR_OF, CONTENT_WORDS, KIND_OF, POLITE, SIZE_OF
from vlsim.language.templates import (
    BLANK,
    BY_PATTERN,
    TEMPLATES,
    Pool,
    check_pool,
    vocabulary,
    without_politeness,
)
from vlsim.observation import INSTRUCTION_LENGTH
from vlsim.world import SceneState

__all__ = [
    "EXAMPLE",
    "Pool",
    "check_goal",
    "is_instruction",
    "parse",
    "realise",
    "understand",
    "vocabulary",
]

EXAMPLE = "put the green cube in the red bowl"
"""A sentence that error messages offer."""

_QUOTED = 80
_KNOWN = frozenset({*vocabulary("train"), *vocabulary("held-out"), *ARTICLES, POLITE})


def realise(goal: Goal, rng: np.random.Generator, pool: Pool = "train") -> str:
    """Return a sentence that means `goal`: lower case, no punctuation, at most 20 words.

    Phrasing and synonyms are drawn by `rng`. `parse` returns a goal equal to `goal`, except that
    no words express a tolerance other than the default.

    >>> from vlsim.language.goals import Reach
    >>> from vlsim.seeding import stream
    >>> realise(Reach(Ref("pad", "red")), stream(0, "words"))
    'move the gripper to the red pad'

    Raises:
        InvalidValueError: If `pool` does not exist or the goal has no words.
    """
    check_pool(pool)
    choices = [t for t in TEMPLATES if t.pool == pool and t.means(goal)]
    if not choices:
        raise InvalidValueError(f"No {pool} phrasing means {goal}; add one to its class.")
    words: list[str] = []
    for word in choices[int(rng.integers(len(choices)))].words:
        words += getattr(goal, word[1:-1]).words(rng) if word.startswith("{") else [word]
    return " ".join(words)


def parse(text: str) -> Goal:
    """Return the goal that a sentence of either pool means.

    Case, commas, final punctuation, the article ("the", "a" or none) and an opening or closing
    "please" do not matter. Everything else must be one of the phrasings, word by word.

    >>> str(parse("Please put a red block into the bowl.").target)
    'the red cube'

    Raises:
        InstructionError: If it is empty, has unknown words, or fits no phrasing.
    """
    pattern, refs = _read(_known_words(text))
    template = BY_PATTERN.get(without_politeness(pattern))
    if template is None:
        raise InstructionError(_no_phrasing(text, pattern))
    return template.goal.build(
        dict(zip(template.slots, refs, strict=True)), template.phrasings.fields
    )


def is_instruction(words: Sequence[str]) -> bool:
    """Whether `parse` accepts these words, without the cost of saying why not."""
    try:
        pattern, _ = _read(words)
    except InstructionError:
        return False
    return without_politeness(pattern) in BY_PATTERN


def understand(text: str, scene: SceneState) -> Goal:
    """Return the goal that a sentence asks for in this scene, if it asks for exactly one.

    Raises:
        InstructionError: If it cannot be parsed, names nothing or two things, asks for something
            that the named things cannot do, or is already true. The message says which.
    """
    goal = parse(text)
    check_goal(goal, scene)
    return goal


def check_goal(goal: Goal, scene: SceneState) -> None:
    """Refuse a goal that this scene does not offer.

    Raises:
        InstructionError: If it names nothing or two things, asks for something that the named
            things cannot do, or is already true. The message says which.
    """
    referents = goal.referents(scene)
    if len(set(referents.values())) < len(referents):
        names = " and ".join(f"'{getattr(goal, slot)}'" for slot in goal.slots)
        raise InstructionError(f"{names} name the same thing; name two different things.")
    if misfit := goal.misfit({slot: scene.specs[i] for slot, i in referents.items()}):
        slot, why = misfit
        raise InstructionError(f"'{getattr(goal, slot)}' {why}.")
    if goal.achieved(scene, scene):
        raise InstructionError("That is already true in this scene; ask for something else.")


def _known_words(text: str) -> list[str]:
    # Text may come from a file or a socket, where no type checker has looked.
    if not isinstance(text, str):
        raise InstructionError(f"An instruction is a string, got {type(text).__name__}.")
    words = text.lower().strip().rstrip(".!?").replace(",", " ").split()
    if not words:
        raise InstructionError(f"The instruction is empty; say for example '{EXAMPLE}'.")
    unknown = [word for word in dict.fromkeys(words) if word not in _KNOWN]
    if unknown:
        named = ", ".join(map(_with_nearest, unknown[:3]))
        more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
        noun = "word" if len(unknown) == 1 else "words"
        raise InstructionError(
            f"Unknown {noun} {named}{more} in {_quote(text)}; say for example '{EXAMPLE}'."
        )
    return words


def _with_nearest(word: str) -> str:
    near = difflib.get_close_matches(word[:_QUOTED], sorted(_KNOWN), n=1)
    return _quote(word) + (f" (did you mean '{near[0]}'?)" if near else "")


def _read(words: Sequence[str]) -> tuple[list[str], list[Ref]]:
    """Return the pattern of the words and their noun phrases in order."""
    pattern: list[str] = []
    refs: list[Ref] = []
    i = 0
    while i < len(words):
        if words[i] in ARTICLES and i + 1 < len(words) and words[i + 1] in CONTENT_WORDS:
            i += 1
        elif words[i] in CONTENT_WORDS:
            ref, i = _noun_phrase(words, i)
            refs.append(ref)
            pattern.append(BLANK)
        else:
            pattern.append(words[i])
            i += 1
    return pattern, refs


def _noun_phrase(words: Sequence[str], start: int) -> tuple[Ref, int]:
    """Return the noun phrase that begins at `start`, and where the sentence goes on."""
    i = start
    size = SIZE_OF.get(words[i])
    i += size is not None
    color = COLOR_OF.get(words[i]) if i < len(words) else None
    i += color is not None
    if i < len(words) and words[i] in KIND_OF:
        return Ref(KIND_OF[words[i]], color, size), i + 1
    said = " ".join(words[start:i])
    if color and i < len(words) and words[i] in SIZE_OF:
        raise InstructionError(
            f"'{said} {words[i]}' has the size after the colour; say '{words[i]} {said}'."
        )
    raise InstructionError(f"'{said}' has no noun after it; say for example '{said} cube'.")


def _no_phrasing(text: str, pattern: Sequence[str]) -> str:
    known = {" ".join(pattern): str(template) for pattern, template in BY_PATTERN.items()}
    said = " ".join(pattern[: 2 * INSTRUCTION_LENGTH])
    near = difflib.get_close_matches(said, known, n=2, cutoff=0.0)
    shown = " and ".join(f"'{known[n]}'" for n in near)
    return f"No phrasing fits {_quote(text)}; the nearest are {shown}."


def _quote(text: str) -> str:
    text = " ".join(text.split())
    return f"'{text}'" if len(text) <= _QUOTED else f"'{text[:_QUOTED]}…'"
