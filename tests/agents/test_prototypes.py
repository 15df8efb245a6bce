"""A new word names what is nearer to its prototype than to all that is known."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from vlsim.agents.prototypes import Prototypes
from vlsim.annotations import Annotation
from vlsim.annotations.annotation import Thing
from vlsim.errors import InvalidValueError
from vlsim.interface.perceiver import Box
from vlsim.models.prediction.things import Things
from vlsim.seeding import stream

LOOKS = {"cube": (4.0, 0.0, 0.0), "ball": (0.0, 4.0, 0.0), "star": (3.0, 3.0, 0.0)}
"""What kinds look like; the third feature is nothing but noise, and much of it."""
SPREAD = np.array([0.2, 0.2, 5.0])
PLACES: list[Box] = [(-0.9, -0.2, -0.5, 0.2), (-0.2, -0.2, 0.2, 0.2), (0.5, -0.2, 0.9, 0.2)]


class Sees:
    """Looks pictures up by the number in their first pixel."""

    heads, backbone = ("things",), SimpleNamespace(config=SimpleNamespace(dim=3))

    def __init__(self) -> None:
        self.shown: list[list[str]] = []
        self.rng = stream(0, "looks")

    def show(self, *kinds: str) -> np.ndarray:
        self.shown.append(list(kinds))
        return np.full((2, 2, 3), len(self.shown) - 1, np.uint8)

    def see(self, pictures: np.ndarray) -> np.ndarray:
        return pictures[:, 0, 0, 0]

    def things(self, numbers: np.ndarray) -> Things:
        rows = [self.shown[int(n)] for n in numbers]
        looks = [[LOOKS[k] + SPREAD * self.rng.normal(size=3) for k in kinds] for kinds in rows]
        # One more than there are: it is no thing, and lies where the first one does.
        features = torch.tensor(np.array(looks), dtype=torch.float32)
        features = torch.cat([features, torch.full_like(features[:, :1], 3.0)], dim=1)
        boxes = torch.tensor([*PLACES[: features.shape[1] - 1], PLACES[0]]).repeat(len(rows), 1, 1)
        mask = torch.ones(features.shape[:2], dtype=torch.bool)
        mask[:, -1] = False
        return Things(features, boxes, features, mask, mask.float())


def annotated(*kinds: str) -> Annotation:
    things = tuple(
        Thing(i, kind, "red", "small", "plain", PLACES[i], PLACES[i][:2])
        for i, kind in enumerate(kinds)
    )
    return Annotation(things, (), (), (), ())


@pytest.fixture
def model() -> Sees:
    return Sees()


@pytest.fixture
def prototypes(model: Sees) -> Prototypes:
    pictures = np.stack([model.show("cube", "ball") for _ in range(40)])
    taken: Any = model
    return Prototypes(taken, pictures, [annotated("cube", "ball")] * 40)


def test_a_word_is_found_among_known_things_wherever_it_stands(
    model: Sees, prototypes: Prototypes
) -> None:
    prototypes.learn("star", model.show("cube", "star")[None], [PLACES[1]])
    order = [("star", "cube", "ball"), ("cube", "star", "ball"), ("cube", "ball", "star")] * 10
    pictures = np.stack([model.show(*kinds) for kinds in order])
    found = [place.box for place in prototypes.locate(pictures, "star")]
    expected = [PLACES[kinds.index("star")] for kinds in order]
    assert sum(np.allclose(a, b) for a, b in zip(found, expected, strict=True)) >= 28


def test_another_word_does_not_change_the_first(model: Sees, prototypes: Prototypes) -> None:
    prototypes.learn("star", model.show("star", "cube")[None], [PLACES[0]])
    before = prototypes._words["star"].clone()
    prototypes.learn("block", model.show("star", "cube")[None], [PLACES[1]])
    assert torch.equal(prototypes._words["star"], before)
    (place,) = prototypes.locate(model.show("ball", "star", "cube")[None], "star")
    assert np.allclose(place.box, PLACES[1])


def test_what_cannot_be_learned_is_refused(model: Sees, prototypes: Prototypes) -> None:
    picture = model.show("star", "cube")[None]
    with pytest.raises(InvalidValueError, match="got 2 boxes in 1 pictures"):
        prototypes.learn("star", picture, PLACES[:2])
    with pytest.raises(InvalidValueError, match="got 0 boxes"):
        prototypes.learn("star", picture[:0], [])
    with pytest.raises(InvalidValueError, match=r"Example 2 of 'star': the model sees nothing"):
        prototypes.learn("star", np.concatenate([picture] * 2), [PLACES[0], PLACES[2]])
    with pytest.raises(InvalidValueError, match="'star' was not learned; learned are: none"):
        prototypes.locate(picture, "star")
    wordless: Any = SimpleNamespace(heads=())
    with pytest.raises(InvalidValueError, match="need a model that sees things"):
        Prototypes(wordless, picture, [])
