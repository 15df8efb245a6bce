"""Noun phrases in another order: "the cube that is red" is the red cube.

What follows a noun belongs to it only where nothing else could be meant: in "the cube behind the
bowl that is red" either may be red, and the sentence is left as it is.
"""

import re

from vlsim.errors import InstructionError
from vlsim.referring.lexicon import COLOR_OF, KIND_OF, ORDINAL_WORDS, SIDE_WORDS, SIZE_OF

_MACROS = {
    "NOUN": f"(?:{'|'.join(word for word in KIND_OF)}|one)",
    "ADJ": f"(?:{'|'.join([*COLOR_OF, *SIZE_OF])})",
    "COLOR": f"(?:{'|'.join(COLOR_OF)})",
    "SIZE": f"(?:{'|'.join(SIZE_OF)})",
    "ORD": f"(?:{'|'.join(ORDINAL_WORDS)})",
    "SIDE": f"(?:{'|'.join(SIDE_WORDS.values())})",
    "THAT": "(?:that|which) is",
}


def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern whose words in capitals stand for kinds of words."""
    pattern = re.sub(r"\b[A-Z]+\b", lambda m: _MACROS.get(m.group(), m.group()), pattern)
    return re.compile(rf"(?<!\S)(?:{pattern})(?!\S)")


_ANYWHERE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (_compiled(pattern), said)
    for pattern, said in (
        (r"(COLOR) (?:coloured|colored|in color)", r"\1"),
        (r"(?:counter|anti) clockwise", "counterclockwise"),
        (r"tin can", "can"),
        (r"(?:take|get) hold of", "grasp"),
        (r"handle of (?:the |a )?((?:ADJ )*(?:drawer|tray))", r"\1"),
        (r"(drawer|tray) handle", r"\1"),
        # Where everything lies says nothing.
        (r"((?:ADJ )*NOUN) (?:(?:THAT )?(?:lying |standing |sitting )?on|from) the table", r"\1"),
        (r"(NOUN) (?:from|out of) the ((?:ADJ )*(?:bowl|dish))", r"\1 in the \2"),
        (r"(NOUN) (?:from|off) the ((?:ADJ )*(?:pad|mat))", r"\1 on the \2"),
        (r"(left|right|front|back|rear) most", r"\1most"),
        (r"(?:far|farthest|furthest) (left|right)(?= (?:ADJ |NOUN))", r"\1most"),
        (r"second (left|right)most ((?:ADJ )*NOUN)", r"second \2 from the \1"),
        (r"((?:ADJ )*NOUN) (?:THAT )?(?:on|at) the far (left|right)", r"\2most \1"),
        (r"((?:ADJ )*NOUN) (?:THAT )?(?:nearest|closest) to (?:you|the robot)", r"nearest \1"),
        (r"((?:ADJ )*NOUN) (?:THAT )?(?:farthest|furthest) (?:away )?from (?:you|the robot)",
         r"farthest \1"),
        (r"((?:ADJ )*NOUN) (?:THAT )?(ORD) from (?:the )?(SIDE)", r"\2 \1 from the \3"),
        (r"(ORD (?:ADJ )*NOUN) from (SIDE)", r"\1 from the \2"),
        (r"(ORD) from the (SIDE) ((?:ADJ )*NOUN)", r"\1 \3 from the \2"),
    )
)  # fmt: skip
"""What means the same wherever it stands."""

_AFTER = tuple(
    (_compiled(pattern), said, may_be_second)
    for pattern, said, may_be_second in (
        (r"((?:ADJ )*NOUN) THAT (ADJ) and (ADJ)(?! (?:ADJ|NOUN))", r"\2 \3 \1", True),
        (r"((?:ADJ )*NOUN) THAT (ADJ)(?! (?:ADJ|NOUN))", r"\2 \1", True),
        (r"((?:ADJ )*NOUN) (?:of|with) (?:a |the )?(COLOR) color", r"\2 \1", True),
        (r"((?:ADJ )*NOUN) of (?:the )?color (COLOR)", r"\2 \1", True),
        (r"((?:ADJ )*NOUN) (?:i mean )?the ((?:ADJ )+)one", r"\2\1", False),
    )
)
"""What says more about the noun before it, and whether of two nouns it may follow the second."""

_ORDER = _compiled(r"(COLOR) (SIZE)(?= NOUN)")
_POINTED = _compiled(r"(?:this|that)(?= (?:ADJ |NOUN))")
_NOUN = _compiled("NOUN")
_ONE = _compiled(r"(the|a|an|ADJ|ORD|[a-z]+most|[a-z]+est) one")
_SECOND = _compiled(
    r"(?:.* and )?(?:put|place|set|drop|lay) .* "
    r"(?:in|into|inside|on|onto|left of|right of|in front of|behind|next to|beside)"
    r"|(?:push|slide|move) .* (?:to|onto)"
)
"""Before a second noun that can only be where the first shall go."""


def in_order(said: str, before: str = "") -> str:
    """Return the words with every attribute before its noun, and a noun for "one".

    >>> in_order("touch that cube which is red and small")
    'touch the small red cube'
    >>> in_order("touch the cube behind the bowl that is red")
    'touch the cube behind the bowl that is red'
    >>> in_order("put the red cube next to the blue one")
    'put the red cube next to the blue cube'

    Args:
        said: One clause or more.
        before: What was said before, which "one" may be about.

    Raises:
        InstructionError: If "one" follows nouns of different kinds.
    """
    said = _POINTED.sub(_determiner, said)
    for pattern, better in _ANYWHERE:
        said = pattern.sub(better, said)
    for pattern, better, may_be_second in _AFTER:
        for match in reversed([*pattern.finditer(said)]):
            if _is_clear(match, may_be_second):
                said = said[: match.start()] + match.expand(better) + said[match.end() :]
    said = _ORDER.sub(r"\2 \1", said)
    return _ONE.sub(lambda match: _noun_of_one(match, before), said)


def _noun_of_one(match: re.Match[str], before: str) -> str:
    """Return what was matched with a noun for "one": that of the only kind named before."""
    words = f"{before} {match.string[: match.start()]}".split()
    nouns = {KIND_OF[word]: word for word in words if KIND_OF.get(word)}
    if len(nouns) > 1:
        choices = " or ".join(f"a {noun}" for noun in nouns.values())
        raise InstructionError(f"'the {match.group()}' could be {choices}; name it.")
    return f"{match[1]} {next(iter(nouns.values()), 'object')}"


def _determiner(match: re.Match[str]) -> str:
    before = match.string[: match.start()].split()
    # "The cube that red …" is no sentence, and shall not become one.
    return match.group() if before and _NOUN.fullmatch(before[-1]) else "the"


def _is_clear(match: re.Match[str], may_be_second: bool) -> bool:
    """Whether what was matched is about its own noun, and about no other of the sentence."""
    before = match.string[: match.start()].removesuffix(" ")
    nouns = len(_NOUN.findall(before))
    if nouns == 0:
        return True
    before = re.sub(r" (?:the|a|an)$", "", before)
    after = match.string[match.end() :]
    return may_be_second and nouns == 1 and not after and bool(_SECOND.fullmatch(before))
