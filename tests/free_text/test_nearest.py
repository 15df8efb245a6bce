"""A suggestion is the same word with a slip of the keys, or there is none."""

import pytest

from vlsim.errors import InstructionError
from vlsim.free_text.nearest import nearest
from vlsim.free_text.understand import parse

KNOWN = ("ball", "big", "block", "counterclockwise", "cube", "gap", "it", "lift", "pick", "what")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("bllock", "block"),
        ("cueb", "cube"),
        ("lfit", "lift"),
        ("ilft", "lift"),
        ("ballk", "ball"),
        ("blick", "block"),
        ("conterclokwise", "counterclockwise"),
        ("grasp", None),
        ("whatever", None),
        ("pink", None),
        ("bit", None),
        ("its", None),
        ("ubecs", None),
    ],
)
def test_the_nearest_word_is_almost_the_same_word(word: str, meant: str | None) -> None:
    assert nearest(word, KNOWN) == meant


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "rotate the big cube by ten degrees",
            "Unknown words? .*'ten'.* in 'rotate the big cube by",
        ),
        ("rotate the big cube by ninety degrees", "fits 'rotate the big cube by ninety degrees'"),
        ("please don't", "'please don't' says what not to do"),
        ("don't", "'don't' says what not to do"),
        ("shove the brick upward", "Unknown word 'upward' in 'shove the brick upward'"),
        ("whatever the cube", "Unknown word 'whatever' in"),
    ],
)
def test_messages_quote_what_was_typed(text: str, words: str) -> None:
    with pytest.raises(InstructionError, match=words):
        parse(text)
