"""Small pictures with everything that is true of them, and models that know it all, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim import seeding
from vlsim.annotations import Annotation, Caption, Expression, Pair, Question, Thing
from vlsim.interface.perceiver import Answer, Pixels, Place

COLORS = {"red": (200, 40, 40), "green": (40, 180, 60), "blue": (40, 60, 200)}
SIDE = 32


@dataclass(frozen=True, eq=False)
class FakePictures:
    """Pictures of one square each, of a colour and at a place of its own."""

    images: NDArray[np.uint8]
    annotations: list[Annotation]


def draw(count: int, seed: int = 0) -> FakePictures:
    """Return pictures, no two alike, with annotations."""
    rng = seeding.stream(seed, "squares")
    images = np.full((count, SIDE, SIDE, 3), 90, np.uint8)
    annotations = []
    for i in range(count):
        color = str(rng.choice(list(COLORS)))
        row, column = (int(n) for n in rng.integers(0, SIDE - 8, size=2))
        images[i, row : row + 8, column : column + 8] = COLORS[color]
        # So that no two pictures are the same.
        images[i, 0, 0] = i % 256, i // 256, seed
        annotations.append(_annotation(color, row, column, i))
    return FakePictures(images, annotations)


def _annotation(color: str, row: int, column: int, number: int) -> Annotation:
    box = tuple(2 * n / SIDE - 1 for n in (column, row, column + 8, row + 8))
    centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    other = "green" if color == "red" else "red"
    half = "left" if column < SIDE / 2 - 4 else "right"
    return Annotation(
        things=(Thing(0, "cube", color, "large", "plain", box, centre),),
        captions=(
            Caption(
                f"a {color} cube at place {number}",
                decided=(False, True, False, False, False, True),
            ),
            Caption(f"there is a {color} cube", decided=(False, False, False, True, False)),
        ),
        questions=(
            Question("what color is the cube", "color", color),
            Question(f"is there a {color} cube", "existence", "yes"),
            Question(f"is there a {other} cube", "existence", "no"),
            Question("on which side is the cube", "side", half),
        ),
        expressions=(
            Expression("the cube", 0),
            Expression("the cube on the table", 0, nested=True),
        ),
        pairs=(Pair(f"there is a {color} cube", f"there is a {other} cube", 3),),
    )


class Knower:
    """Knows pictures by their bytes, and says what their annotations say."""

    name = "knower"

    def __init__(self, *pictures: FakePictures) -> None:
        self._known = {
            image.tobytes(): annotation
            for each in pictures
            for image, annotation in zip(each.images, each.annotations, strict=True)
        }

    def _of(self, image: Pixels) -> Annotation:
        return self._known[image.tobytes()]

    def answer(self, pictures: Pixels, questions: Sequence[str]) -> list[Answer]:
        found = []
        for image, question in zip(pictures, questions, strict=True):
            known = {each.text: each.answer for each in self._of(image).questions}
            found.append(Answer(known.get(question, "no"), 0.9))
        return found

    def locate(self, pictures: Pixels, expressions: Sequence[str]) -> list[Place]:
        found = []
        for image in pictures:
            box = self._of(image).things[0].box
            heat = np.zeros((SIDE, SIDE))
            u, v = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            heat[int((v + 1) / 2 * SIDE), int((u + 1) / 2 * SIDE)] = 1.0
            found.append(Place(box, heat))
        return found

    def caption(self, pictures: Pixels) -> list[str]:
        return [self._of(image).captions[0].text for image in pictures]

    def match(self, pictures: Pixels, sentences: Sequence[str]) -> NDArray[Any]:
        said = [{each.text for each in self._of(image).captions} for image in pictures]
        return np.array([[float(text in of_one) for text in sentences] for of_one in said])

    def next_words(self, pictures: Pixels, sentences: Sequence[str]) -> list[NDArray[Any]]:
        costs = []
        for image, sentence in zip(pictures, sentences, strict=True):
            is_true = sentence in {each.text for each in self._of(image).captions}
            costs.append(np.full(len(sentence.split()), 0.0 if is_true else np.log(50)))
        return costs


class Speaker:
    """Says the same of everything, and can do nothing else."""

    name = "speaker"

    def caption(self, pictures: Pixels) -> list[str]:
        return ["a red cube"] * len(pictures)
