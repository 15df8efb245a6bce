"""What people say around an instruction that changes nothing about what they ask for."""

import re

from vlsim.free_text.synonyms import DOING, VERBS

OPENINGS = (
    "please", "kindly", "ok", "okay", "alright", "all right", "well", "so", "um", "umm", "uh", "er",
    "erm", "hm", "hmm", "oh", "hey", "hi", "hello", "hi there", "hey there", "hello there",
    "hey you", "robot", "mister robot", "dear robot", "little robot", "buddy", "mate", "pal",
    "dude", "my friend", "good morning", "good afternoon", "good evening", "thanks", "thank you",
    "sorry", "excuse me", "now", "now then", "just", "simply", "go ahead and",
    "possibly", "perhaps", "maybe", "could you",
    "can you", "would you", "will you", "could you maybe", "would you be so kind as to",
    "would you be kind enough to", "be so kind as to", "be so good as to", "i want you to",
    "i would like you to", "i need you to", "i would love you to", "we need you to",
    "we want you to", "i would like to ask you to", "i am asking you to",
    "i would appreciate it if you could", "i would appreciate it if you would",
    "i would be grateful if you could", "i would be happy if you could",
    "it would be great if you could", "it would be nice if you could",
    "it would be good if you could", "it would be lovely if you could",
    "it would help if you could", "i was wondering if you could", "i wonder if you could",
    "do you think you could", "would it be possible to", "would it be possible for you to",
    "is it possible to", "is it possible for you to", "may i ask you to", "can i ask you to",
    "could i ask you to", "you should", "you have to", "you need to", "you must", "you are to",
    "i think you should", "your task is to", "your job is to", "your goal is to", "the task is to",
    "the goal is to", "the idea is to", "the next step is to", "try to", "try and", "make sure to",
    "be sure to", "make sure you", "remember to", "do not forget to", "let us", "why do not you",
    "the robot should", "the robot must", "the robot has to", "the robot needs to",
    "the arm should", "have the robot", "make the robot", "get the robot to", "i need somebody to",
    "somebody should", "if you can", "if you could", "if you would", "if possible",
    "if you do not mind", "when you are ready", "whenever you are ready", "when you have a moment",
    "when you have a second", "when you have a minute", "when you have time", "when you can",
    "when you get a chance",
)  # fmt: skip
"""What may come before the instruction, any number of them."""

CLOSINGS = (
    "please", "thanks", "thank you", "thank you very much", "thank you so much", "thanks a lot",
    "thanks so much", "many thanks", "cheers", "for me", "for us", "now", "right now", "at once",
    "immediately", "right away", "straight away", "asap", "ok", "okay", "will you", "would you",
    "could you", "can you", r"(?<!the )robot", "buddy", "mate", "pal", "dude", "my friend",
    "if you can", "if you could", "if you would", "if possible", "if you do not mind",
    "when you are ready", "whenever you are ready", "when you have a moment",
    "when you have a second", "when you have a minute", "when you have time", "when you can",
    "when you get a chance", "would you mind", "with the gripper", "with your gripper",
    "with your hand", "with your finger", "using the gripper", "using your gripper",
    "using your hand", "using your finger", "if that is ok", "if that is okay",
    "if that is possible",
)  # fmt: skip
"""What may come after it."""

BETWEEN = ("please", "just", "kindly", "simply", "um", "umm", "uh", "er", "erm", "hm", "hmm")
"""What may stand anywhere, but not after "not"."""

BEFORE_DOING = ("mind", "do you mind", "how about", "what about")
"""After these the verb ends in "ing"; "would you" is gone already."""


def _any(phrases: tuple[str, ...]) -> str:
    # The longest first: "could you maybe" before "could you".
    return "|".join(sorted(phrases, key=len, reverse=True))


_ACTIONS = {*VERBS, *DOING.values(), "turn", "rotate", "stack"} - {"go"}
_GO = rf"go(?: and)?(?= (?:{_any(tuple(_ACTIONS))}) )"
"""Before another verb it says nothing: "go grab the cube"."""
_OPENING = re.compile(rf"(?:(?:{_any((*OPENINGS, _GO))}) )+")
_CLOSING = re.compile(rf"(?: (?:{_any(CLOSINGS)}))+$")
_BETWEEN = re.compile(rf"(?<!\bnot)(?: (?:{_any(BETWEEN)}))+(?= )")
_BEFORE_DOING = re.compile(rf"(?:{_any(BEFORE_DOING)}) ")
_TWO_WAYS = re.compile(
    r"\b(?:push|slide|move|shove|nudge|shift|drag|scoot)\w* .*\bright (?:now|away)\b"
)
"""Pushed at once, or to the right? Nobody knows."""


def without_courtesy(said: str) -> tuple[str, bool]:
    """Return the words without courtesy, and whether their verbs end in "ing".

    >>> without_courtesy("hey robot could you please just touch the cube for me thanks")
    ('touch the cube', False)
    >>> without_courtesy("would you mind touching the cube")
    ('touching the cube', True)
    """
    if _TWO_WAYS.search(said):
        return said, False
    # Blanks around them, so that what is nothing but courtesy is found too.
    said = f"{said} "
    opening = _OPENING.match(said)
    said = _BETWEEN.sub("", said[opening.end() :] if opening else said).strip()
    said = _CLOSING.sub("", f" {said}").strip()
    doing = _BEFORE_DOING.match(said)
    return (said[doing.end() :], True) if doing else (said, False)
