"""What the benchmark of models that describe pictures counts."""

import math

import numpy as np
import pytest

from benchmarks.saying import decided_cost, distinct, of_decided
from vlsim.annotations import Annotation, Caption, Thing
from vlsim.data.pictures import Pictures


def thing(kind: str, colour: str) -> Thing:
    return Thing(0, kind, colour, "small", "plain", None, (0.0, 0.0))


def test_scenes_of_the_same_things_are_one_candidate() -> None:
    shown = [("cube", "red"), ("ball", "red"), ("cube", "red"), ("cube", "blue")]
    images = np.arange(4, dtype=np.uint8).reshape(4, 1, 1, 1)
    pictures = Pictures(images, [Annotation((thing(*looks),)) for looks in shown])
    assert distinct(pictures, 3).images.ravel().tolist() == [0, 1, 3]
    with pytest.raises(AssertionError, match="only 3 of the scenes differ"):
        distinct(pictures, 4)


def test_only_words_that_the_picture_decides_count() -> None:
    caption = Caption("a red cube", (False, True, True), nats=(1.0, 2.0, 3.0))
    assert of_decided(caption, caption.nats) == (2.0, 3.0)

    class Unsure:
        def next_words(self, pictures: object, sentences: object) -> list[np.ndarray]:
            return [np.array([9.0, math.log(2.0), math.log(8.0)])]

    pictures = Pictures(np.zeros((1, 8, 8, 3), np.uint8), [Annotation(captions=(caption,))])
    # The mean of ln 2 and ln 8 is ln 4.
    assert decided_cost(Unsure(), pictures, pictures.images).value == pytest.approx(4.0)
