"""Sentences that are true of a picture, and the same with one word changed, which are false."""

from collections.abc import Sequence

import numpy as np

from vlsim.annotations.annotation import Caption, Pair
from vlsim.annotations.program import NUMBERS
from vlsim.annotations.statements import is_true
from vlsim.referring.lexicon import NOUNS, plural
from vlsim.world import SceneState
from vlsim.world.things import COLORS, MATERIALS, TRAINED_KINDS

_KINDS = tuple(NOUNS[kind][0] for kind in TRAINED_KINDS)
CLASSES: tuple[tuple[str, ...], ...] = (
    tuple(COLORS),
    ("small", "large"),
    MATERIALS[1:],
    _KINDS,
    tuple(map(plural, _KINDS)),
    NUMBERS[2:],
    ("left", "right"),
    ("in", "on"),
)
"""Words each of which can stand in the place of another."""
TRIES = 6
"""Words that are changed for each pair that is wanted."""


def draw_pairs(
    captions: Sequence[Caption], scene: SceneState, rng: np.random.Generator, count: int
) -> tuple[Pair, ...]:
    """Return up to `count` pairs; reading the changed sentence back proves that it is false.

    Args:
        captions: What is true.
        scene: What is seen.
        rng: Decides which words are changed, and to what.
        count: How many.
    """
    pairs: dict[str, Pair] = {}
    for _ in range(TRIES * count if captions else 0):
        if len(pairs) == count:
            break
        caption = captions[int(rng.integers(len(captions)))]
        words = caption.text.split()
        i = int(rng.integers(len(words)))
        others = _others(words, i)
        if not others:
            continue
        changed = [*words[:i], others[int(rng.integers(len(others)))], *words[i + 1 :]]
        negative = " ".join(changed)
        if negative not in pairs and is_true(negative, scene) is False:
            pairs[negative] = Pair(caption.text, negative, i)
    return tuple(pairs.values())


def _others(words: Sequence[str], i: int) -> list[str]:
    """Return what a word can be changed to, with the article before it still right."""
    if words[i : i + 2] == ["in", "front"]:
        return []
    before = words[i - 1] if i else ""
    return [
        other
        for choices in CLASSES
        if words[i] in choices
        for other in choices
        if other != words[i]
        and (before not in ("a", "an") or (other[0] in "aeiou") == (before == "an"))
    ]
