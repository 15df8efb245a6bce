"""Whole sentences in other words: "the cube goes in the bowl" says where to put the cube.

Every rule keeps its noun phrases in their roles and gives them the words of a trained phrasing;
what comes out is read by the grammar, which knows whether it makes sense.
"""

import re
from collections.abc import Iterable

from vlsim.free_text.synonyms import DOING, DONE, PLACES, VERBS
from vlsim.referring.lexicon import KIND_OF, RELATION_WORDS


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_SIDES = tuple(
    said
    for side in ("left of", "right of", "in front of", "behind", "next to")
    for said in RELATION_WORDS[side]
)
_MACROS = {
    # Ways to say that something shall be so …
    "SHOULD": "(?:should|must|has to|needs to|ought to|is to|is supposed to|is meant to)",
    "WISH": "(?:i|we) (?:want|need|would like|would love|would prefer|wish for)",
    "ENSURE": "(?:make sure(?: that)?|see to it that|ensure(?: that)?|see that)",
    # … what somebody has done to it, and what one does.
    "DONE": f"({_any(DONE)})",
    "DOING": f"({_any(DOING)})",
    "VERB": "(put|place|set|drop|lift|pick up|touch|push|slide|move|open|close|shut|press)",
    "SIDE": f"(?:{_any(_SIDES)})",
    "NOUN": f"(?:{_any(KIND_OF)})",
}


def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of a whole sentence; X is any words, words in capitals stand for many."""
    pattern = re.sub(r"\b[A-Z]{2,}\b", lambda m: _MACROS[m.group()], pattern)
    return re.compile(re.sub(r"\bX\b", "(.+?)", pattern))


_STATEMENTS = tuple(
    (_compiled(pattern), said)
    for pattern, said in (
        # What I want, as what should be.
        (r"WISH (?:you to have )?X to (be|go|end up|sit|lie|stand) X", r"\1 should \2 \3"),
        (r"WISH X (put|placed|touched|lifted|raised|opened|closed|pressed|pushed|moved)( .+)?",
         r"\1 should be \2\3"),
        (r"(?:have|get) X (put|placed|touched|lifted|raised|opened|closed|shut|pressed)( .+)?",
         r"\1 should be \2\3"),
        (r"WISH X (open|shut)", r"\1 should be \2"),
        (r"get X open", r"\1 should be open"),
        (r"WISH X upright", r"\1 should stand upright"),
        (r"X SHOULD (?:be|be standing|stand|be stood) (?:up|upright)", r"stand \1 up"),
        (r"(?:get|have|turn|lift|tilt|flip) X upright", r"stand \1 up"),
        (r"make X stand(?: up| upright)?", r"stand \1 up"),
        (r"ENSURE X is X", r"\1 should be \2"),
        (r"ENSURE X (?:ends up|gets|goes|sits|lies) X", r"\1 should end up \2"),
        # What should be, as what to do.
        (r"(?:it is )?X is (?:what|the one|the thing|the one that) (?:you should|you have to|"
         r"you need to|you must|i want you to|to) VERB( .+)?", r"\2 \1\3"),
        (r"(?:what )?(?:you should|you have to|you need to|i want you to) VERB is X", r"\1 \2"),
        (r"(?:the )?(?:thing|one) to VERB is X", r"\1 \2"),
        (r"X SHOULD (?:be |get )DONE( .+)?", None),
        (r"X needs DOING( .+)?", r"\2 \1\3"),
        (r"X SHOULD (?:be|go|end up|sit|lie|stand|be located|be found) (in|on|SIDE) X",
         r"put \1 \2 \3"),
        (r"X (?:goes|belongs) (in|on|SIDE) X", r"put \1 \2 \3"),
        (r"(in|on|SIDE) X goes X", r"put \3 \1 \2"),
        (r"X SHOULD (?:contain|hold) X", r"put \2 in \1"),
        (r"X SHOULD carry X", r"put \2 on \1"),
    )
)  # fmt: skip
"""Statements, as what to do; None: the verb is in `DONE`."""

_CLAUSES = tuple(
    (_compiled(pattern), said)
    for pattern, said in (
        (r"(?:find|locate|look for|search for|go to) X and "
         r"(put|touch|lift|press|push|slide|move|open|close) it( .+)?", r"\2 \1\3"),
        (r"(?:take|get|fetch|grasp|grab) X and "
         r"(lift|push|slide|move|open|close|turn|rotate|stack) it( .+)?", r"\2 \1\3"),
        # How far a thing is pushed nobody says; a lever goes to its end.
        (r"((?:push|slide|move) (?!.*\b(?:slider|lever|drawer|tray)s?\b).+) "
         r"(?:slightly|a (?:little )?bit|a little)( .+)?", r"\1\2"),
        (r"(?:take|get|fetch|grasp|grab|pick up|pick) X (?:and |then |and then )?"
         r"put it( .+)", r"put \1\2"),
        (r"(?:find|locate|look for|search for|go to) X and (?:pick it up|gra(?:b|sp) it)",
         r"pick up \1"),
        (r"(?:grab|grasp) and lift X", r"lift \1"),
        # One thing is named and then called "it".
        (r"(?:(?:do |can )?you see |there is |here is |see )?((?:the |a )?(?:\w+ ){0,2}NOUN) "
         r"(?:could you |can you |please |and )?VERB it( .+)?", r"\2 \1\3"),
        (r"(?:(?:do |can )?you see |there is |here is |see )?((?:the |a )?(?:\w+ ){0,2}NOUN) "
         r"(?:could you |can you |please |and )?pick it up", r"pick up \1"),
        (r"(?:grab|grasp) X", r"pick up \1"),
        (r"pick (?!up )X(?<! up)", r"pick up \1"),
        # "Take it off the table" may mean to put it away.
        (r"take X(?<! table)", r"pick up \1"),
        # Lifting.
        (r"(?:pick up|pick|lift|lift up|hold|hold up) X (?:up )?(?:off the table|from the table|"
         r"off of the table|up off the table|into the air|up into the air|in the air|"
         r"up in the air|up high|high up)", r"pick up \1"),
        (r"hold up X", r"pick up \1"),
        (r"hold X up", r"pick up \1"),
        (r"(?:pick up|lift) X up", r"pick up \1"),
        (r"lift up X", r"pick up \1"),
        # Hands.
        (r"(?:put|lay) (?:your|the) (?:hand|finger|fingers|gripper|arm) (?:on|against) X",
         r"touch \1"),
        (r"(?:move|bring|send|guide|steer) (?:your|the) (?:hand|finger|fingers|gripper|arm|"
         r"end effector) (?:over )?to X", r"go to \1"),
        # Putting.
        (r"put X (?:back )?down (in|on|SIDE) X", r"put \1 \2 \3"),
        (r"put down X (in|on|SIDE) X", r"put \1 \2 \3"),
        (r"(?:put|get|move) X so (?:that )?it (?:is|lies|sits|stands|rests|ends up) (in|on|SIDE) X",
         r"put \1 \2 \3"),
        (r"get X (in|on|SIDE) X", r"put \1 \2 \3"),
        (r"move X (SIDE) X", r"put \1 \2 \3"),
        # Turning.
        (r"(?:turn|rotate) X (?:by )?(ninety|forty five) degrees (?:to the )?(left|right)",
         r"turn \1 \2 degrees to the \3"),
        (r"(?:turn|rotate) X (?:by )?(ninety|forty five) degrees (clockwise|counterclockwise)",
         r"rotate \1 \2 degrees \3"),
        (r"turn X (clockwise|counterclockwise) by (ninety|forty five) degrees",
         r"rotate \1 \3 degrees \2"),
        (r"(?:put|turn|tip|knock) X (?:over )?on its side", r"tip \1 over"),
        # Pushing onto a place.
        (r"(push|slide|move) X (?:over|across|along|up|all the way)(?: over)? to X",
         r"\1 \2 to \3"),
        (r"(push|slide) X (?:until|till|so that|so) it (?:is|lies|sits|rests|ends up) on X",
         r"\1 \2 to \3"),
        (r"(push|slide) X (?:until|till) it reaches X", r"\1 \2 to \3"),
        # Directions.
        (r"(push|slide|move|give) X (?:to|towards|toward) the (left|right)(?: side| hand side)?",
         r"\1 \2 to the \3"),
        (r"(push|slide|move|give) X (left|right)(?:wards|ward)", r"\1 \2 to the \3"),
        (r"(push|slide|move|give) X (?:forwards|to the front|towards the front)",
         r"\1 \2 to the front"),
        (r"(push|slide|move|give) X (?:backwards|backward|to the back|towards the back|"
         r"to the rear)", r"\1 \2 to the back"),
        (r"(push|slide|move|give) X (?:diagonally )?(?:to|towards|toward) the (front|back) "
         r"(left|right)", r"\1 \2 to the \3 \4"),
        # Fixtures.
        (r"(?:slide|pull|move|draw|push|yank|tug|swing|drag|get) X open", r"open \1"),
        (r"(?:pull open|pull out|slide open|open up) X", r"open \1"),
        (r"(?:slide|push|move|pull|swing|slam|get) X (?:closed|close|shut)", r"close \1"),
        (r"(?:push shut|push closed|close up|slam shut) X", r"close \1"),
        (r"(open|close) X (?:all the way|completely|fully|entirely)(?: up)?", r"\1 \2"),
        (r"(?:fully|completely) (open|close) X", r"\1 \2"),
        (r"(?:push|press) X (?:all the way )?(?:down|in all the way)", r"press \1"),
        (r"give X a press", r"press \1"),
        (r"(?:slide|move|push|flick|flip|switch|put) ((?:the |a )?(?:\w+ ){0,2}(?:slider|lever)) "
         r"(?:all the way |over )?(?:to the |to its |to )?(left|right)"
         r"(?: end| side| hand side| end stop)?", r"slide \1 \2"),
        (r"(?:slide|move|push) X (?:all the way|over) (?:to the )?(left|right)(?: end| side)?",
         r"slide \1 \2"),
        (r"(?:slide|move|push) X to (?:the|its) (left|right) (?:end|end stop)", r"slide \1 \2"),
    )
)  # fmt: skip
"""Commands, in trained words."""

_VERB = re.compile(rf"(^|\band )({_any(VERBS)})(?!\S)")
_DOING = re.compile(rf"(^|\band )({_any(DOING)})(?!\S)")
_PLACE = re.compile(rf"(?<!\S)({_any(PLACES)})(?!\S)")
_STRESS = re.compile(
    r"(?<!\S)(?:right|directly|immediately|just) "
    r"(?=in front of|behind|next to|beside|left of|to the left of|right of|to the right of)"
)
_KEEPS = {
    "push": {"in": "into", "on": "to"},
    "slide": {"in": "into", "on": "to"},
    "move": {"in": "into", "on": "onto"},
}
"""What those verbs say instead; only a place for something is "in" or "on"."""


def doing(said: str) -> str:
    """Return the words with "putting" as "put", where a verb stands.

    >>> doing("picking up the cube and putting it in the bowl")
    'pick up the cube and put it in the bowl'
    """
    return _DOING.sub(lambda m: m[1] + DOING[m[2]], said)


def in_common_words(said: str) -> str:
    """Return the words with the verbs and prepositions that the rules know.

    >>> in_common_words("stick the cube inside the bowl")
    'put the cube in the bowl'
    """
    said = _VERB.sub(lambda m: m[1] + VERBS[m[2]], said)
    keeps = _KEEPS.get(said.partition(" ")[0], {})
    said = _PLACE.sub(lambda m: keeps.get(PLACES[m[1]], PLACES[m[1]]), said)
    return _STRESS.sub("", said)


def as_command(said: str) -> str:
    """Return a statement about what should be as what to do."""
    for pattern, better in _STATEMENTS:
        match = pattern.fullmatch(said)
        if match is None:
            continue
        if better is None:
            said = f"{DONE[match[2]]} {match[1]}{match[3] or ''}"
        else:
            said = doing(match.expand(better))
    return said


def in_trained_words(said: str) -> str:
    """Return a command in the words of a trained phrasing, as far as the rules know it."""
    for pattern, better in _CLAUSES:
        match = pattern.fullmatch(said)
        if match is not None:
            said = match.expand(better)
    return said
