"""What captions cost who knows the scene, and which of their words the picture decides."""

import itertools
import math

import numpy as np
import pytest

from tests.annotations.scenes import scene_of
from vlsim.annotations.captions import draw_captions
from vlsim.annotations.statements import is_true
from vlsim.errors import InstructionError
from vlsim.referring.describe import describe
from vlsim.referring.relations import AXES, holds
from vlsim.seeding import stream
from vlsim.world import resting_scene
from vlsim.world.things import ObjectSpec


@pytest.mark.parametrize("seed", range(20))
def test_what_words_cost_adds_up_to_the_number_of_choices(seed: int):
    scene = scene_of(seed)
    listing, place, numbers, *_ = draw_captions(scene, stream(seed, "texts"), 5)
    choices = sum(
        holds(side, scene, i, (j,)) is True
        for i, j in itertools.permutations(range(len(scene.specs)), 2)
        for side in AXES
        if describe(scene, i) is not None and describe(scene, j) is not None
    )
    assert sum(place.nats) == pytest.approx(math.log(max(choices, 1)))
    assert sum(listing.nats) == sum(numbers.nats) == 0.0
    for caption in (listing, place, numbers):
        # What the grammar alone decides costs nothing.
        assert all(
            cost == 0 for cost, d in zip(caption.nats, caption.decided, strict=True) if not d
        )


def test_the_words_of_looks_numbers_and_places_are_decided_by_the_picture():
    specs = (ObjectSpec("cube", "red"), ObjectSpec("cube", "blue", "large", "wooden"))
    scene = resting_scene(specs, np.array([[0.5, -0.08], [0.5, 0.08]]), np.zeros(2))
    captions = draw_captions(scene, stream(0, "texts"), 3)
    marked = [
        [word for word, decided in zip(c.text.split(), c.decided, strict=True) if decided]
        for c in captions
    ]
    assert captions[0].text == "there is a small red cube and a large blue wooden cube"
    assert marked[0] == ["small", "red", "cube", "large", "blue", "wooden", "cube"]
    assert set(marked[1]) & {"left", "right"}
    assert captions[2].text == "there are two cubes"
    assert marked[2] == ["two", "cubes"]


@pytest.mark.parametrize("text", ["touch the cube", "there is a", "you see", "the cube is left of"])
def test_what_is_no_caption_is_refused_in_one_line(text: str):
    with pytest.raises(InstructionError) as caught:
        is_true(text, scene_of(0))
    assert "\n" not in str(caught.value)
