"""What a typed sentence asks for, by its words alone or in a scene."""

from vlsim.errors import InstructionError
from vlsim.free_text.answers import (
    EXAMPLE,
    check_known,
    no_phrasing,
    quote,
    which_is_meant,
)
from vlsim.free_text.normalise import plain_words, wordings
from vlsim.goals import Goal
from vlsim.language.sentences import preferred, read_sentence
from vlsim.world import SceneState

MOST_WORDS = 512
"""Words of the longest text that is read; a chain of ten steps has about half of that."""


def parse(text: str) -> Goal:
    """Return the goal that a sentence means, whatever the scene.

    It is one of the phrasings, or words that certainly mean the same (`normalise`).

    >>> str(parse("Could you please put a red brick into the bowl?").target)
    'the red cube'

    Raises:
        InstructionError: If it is empty or far too long, has unknown words, fits no phrasing, or
            has two meanings.
    """
    goals = preferred(meanings(text))
    if len(goals) > 1:
        raise InstructionError(which_is_meant(text, goals))
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
            f"{quote(text)} has {length} words, allowed are {MOST_WORDS}; split it."
        )
    words: list[str] = []
    refusal: InstructionError | None = None
    for words in wordings(text):
        reading = read_sentence(words)
        if reading.goals:
            return reading.goals
        refusal = refusal or reading.refusal
    check_known(text, words)
    raise refusal or InstructionError(no_phrasing(text, reading))


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
        raise InstructionError(which_is_meant(text, possible))
    if not possible:
        assert refusal is not None
        raise refusal
    return possible[0]
