"""Content words: which nouns, colours and sizes name which attribute, and the words around them.

Every content word below is trained, except for the names of kinds that are held out. What the
held-out pool withholds are verbs, prepositions and other function words ("deposit", "inside",
"belongs"); those stand in the held-out `Phrasings` on each goal's page. So a held-out sentence says
something new about things whose names are known.
"""

from vlsim.world.things import COLORS, KINDS

NOUNS: dict[str | None, tuple[str, ...]] = {
    "cube": ("cube", "block"),
    "cylinder": ("cylinder", "can"),
    "ball": ("ball", "sphere"),
    "bowl": ("bowl", "dish"),
    "pad": ("pad", "mat"),
    "drawer": ("drawer", "tray"),
    "button": ("button",),
    "slider": ("slider", "lever"),
    "star": ("star",),
    "ring": ("ring", "hoop"),
    "cross": ("cross", "plus"),
    "prism": ("prism", "triangle"),
    None: ("object", "thing"),
}
"""Synonyms of each kind; None is any kind. The first is the canonical word."""

COLOR_WORDS: dict[str, tuple[str, ...]] = {color: (color,) for color in COLORS}
"""Synonyms of each colour."""

SIZE_WORDS: dict[str, tuple[str, ...]] = {
    "small": ("small", "little"),
    "large": ("large", "big"),
    "tiny": ("tiny",),
}
"""Synonyms of each size."""

MATERIAL_WORDS: dict[str, tuple[str, ...]] = {
    "plain": ("plain",),
    "wooden": ("wooden",),
    "metal": ("metal",),
    "striped": ("striped",),
}
"""Synonyms of each material."""

KIND_OF: dict[str, str | None] = {word: kind for kind, words in NOUNS.items() for word in words}
"""Kind that a noun names."""

COLOR_OF: dict[str, str] = {word: color for color, words in COLOR_WORDS.items() for word in words}
"""Colour that an adjective names."""

SIZE_OF: dict[str, str] = {word: size for size, words in SIZE_WORDS.items() for word in words}
"""Size that an adjective names."""


def plural(noun: str) -> str:
    """Return the plural of a noun.

    >>> plural("cube"), plural("dish")
    ('cubes', 'dishes')
    """
    return noun + ("es" if noun.endswith(("s", "sh", "ch", "x")) else "s")


KIND_OF_PLURAL: dict[str, str | None] = {plural(word): kind for word, kind in KIND_OF.items()}
"""Kind that a noun in the plural names."""

MATERIAL_OF: dict[str, str] = {w: name for name, words in MATERIAL_WORDS.items() for w in words}
"""Material that an adjective names."""

CONTENT_WORDS: frozenset[str] = frozenset(
    [*KIND_OF, *KIND_OF_PLURAL, *COLOR_OF, *SIZE_OF, *MATERIAL_OF]
)
"""Every word that can stand in a noun phrase after the article."""

TRAINED_CONTENT_WORDS: frozenset[str] = CONTENT_WORDS - {
    word for word, kind in (KIND_OF | KIND_OF_PLURAL).items() if kind and KINDS[kind].held_out
}
"""The same without the names of kinds that training never shows."""

RELATION_WORDS: dict[str, tuple[str, ...]] = {
    "left of": ("left of", "to the left of"),
    "right of": ("right of", "to the right of"),
    "in front of": ("in front of",),
    "behind": ("behind",),
    "next to": ("next to", "beside"),
    "between": ("between",),
    "in": ("in", "that is in"),
    "on": ("on", "that is on"),
    "holding": ("that holds", "that carries"),
}
"""What says where a thing is, after its noun."""

DIRECTION_WORDS: dict[str, tuple[str, ...]] = {
    "left": ("left", "to the left"),
    "right": ("right", "to the right"),
    "front": ("forward", "to the front"),
    "back": ("back", "to the back"),
    "front left": ("to the front left",),
    "front right": ("to the front right",),
    "back left": ("to the back left",),
    "back right": ("to the back right",),
}
"""What says which way a thing is pushed."""

SUPERLATIVE_WORDS: dict[str, tuple[str, ...]] = {
    "left": ("leftmost",),
    "right": ("rightmost",),
    "front": ("frontmost",),
    "back": ("backmost", "rearmost"),
    "nearest": ("nearest", "closest"),
    "farthest": ("farthest", "furthest"),
    "largest": ("largest", "biggest"),
    "smallest": ("smallest", "littlest"),
}
"""What says that a thing is the first in an order. Near and far are seen from the robot."""

COMPARATIVE_WORDS: dict[str, tuple[str, ...]] = {
    "smaller": ("smaller",),
    "larger": ("larger", "bigger"),
}
"""What says which of two things it is."""

OF_THE_TWO: tuple[str, ...] = ("of", "the", "two")
"""What may stand between a comparative and its noun, which is then in the plural."""

SIDE_WORDS: dict[str, str] = {"left": "left", "right": "right", "front": "front", "back": "back"}
"""Orders that people count in, with the side from which they count."""

ORDINAL_WORDS: tuple[str, ...] = ("first", "second", "third", "fourth", "fifth")
"""Places in an order."""

NUMBER_WORDS: tuple[str, ...] = ("one", "two", "three", "four", "five")
"""How many things a phrase in the plural can mean."""

QUANTITY_WORDS: frozenset[str] = frozenset((*NUMBER_WORDS, "all", "both", "any", "of"))
"""What says how many."""

ARTICLE = "the"
"""The article that realised noun phrases begin with."""

ARTICLES: frozenset[str] = frozenset((ARTICLE, "a", "an"))
"""Articles that the parser accepts, or none; all mean the same."""

MAX_PHRASE_WORDS = 4
"""Words of the longest noun phrase that every phrasing has room for: article, size, colour, noun. A
material is one more, and then a phrasing may be too long to be chosen."""
