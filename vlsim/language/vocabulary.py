"""The words of training in the order of their token ids, which never change.

A policy that was trained yesterday must read today's sentences: a new word goes to the end, and an
old one is never removed. `tests/language/test_tokenizer.py` compares the list with the phrasings.
"""

INSTRUCTION_LENGTH = 20
"""Words of the longest instruction of one thing to do; tasks that combine them allow more."""

WORDS: tuple[str, ...] = tuple(
    """
    and ball big block blue bowl can cube cylinder dish drop find for go green gripper in into it
    large little mat move object on onto orange out over pad pick place please purple push put reach
    red set slide small sphere take the thing to touch up yellow
    a back behind beside down forward front give is left lift next of right so that button close
    drawer lever open press pull shut slider tray
    balls blocks bowls buttons cans cubes cylinders dishes drawers levers mats objects pads
    sliders spheres things trays all any both five four one three two
    an are else if its no otherwise see their them then there they was were where you
    metal plain striped tiny wooden
    against away between from apart around arrange by color each far gather group groups
    kind line other row same separate shape sort spread together
    bottom build stack top tower
    clockwise counterclockwise degrees forty ninety quarter rotate turn
    knock tip
    end stand upright
    """.split()  # noqa: SIM905 (a list of one word a line would be long)
)
"""Words of training; the first has id 2, after padding and the unknown word."""

PICTURE_WORDS: tuple[str, ...] = tuple(
    """
    as backmost bigger biggest closest farthest fewer frontmost furthest how larger largest leftmost
    littlest made many more nearest not rearmost rightmost second smaller smallest than third what
    yes zero
    fourth fifth six seven eight
    carries carry first hold holds
    """.split()  # noqa: SIM905 (the same)
)
"""Words of what is said about pictures that no instruction of training has; their ids follow."""

VOCABULARY_SIZE = 512
"""Token ids that networks make room for, so that a new word does not change their shape."""
