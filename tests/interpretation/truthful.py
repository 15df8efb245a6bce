"""A model that sees a scene as it is."""

from collections.abc import Sequence

import numpy as np

from vlsim.interface.perceiver import Answer, SeenThing
from vlsim.world import SceneState
from vlsim.world.camera import FRONT

PICTURE = np.zeros((8, 8, 3), np.uint8)
HALF = 0.05
"""Half the side of a box, image coordinates."""


def things_of(scene: SceneState) -> list[SeenThing]:
    """Return the things of a scene with boxes around their centres."""
    middles = FRONT.project(scene.positions_world).tolist()
    return [
        SeenThing(
            *(spec.kind, spec.color, spec.size, spec.material),
            (u - HALF, v - HALF, u + HALF, v + HALF),
            0.9,
        )
        for spec, (u, v) in zip(scene.specs, middles, strict=True)
    ]


class Truthful:
    """Sees these things; two sentences are as near as the words that they share."""

    def __init__(self, things: Sequence[SeenThing]) -> None:
        self.things = things

    def see_things(self, pictures: np.ndarray) -> list[Sequence[SeenThing]]:
        return [self.things for _ in pictures]

    def embed(self, sentences: Sequence[str]) -> np.ndarray:
        words = sorted({word for sentence in sentences for word in sentence.split()})
        rows = np.array([[word in s.split() for word in words] for s in sentences], float)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


class Knowing(Truthful):
    """Also answers, always the same, and describes."""

    asked: tuple[str, ...] = ()

    def answer(self, pictures: np.ndarray, questions: Sequence[str]) -> list[Answer]:
        self.asked = tuple(questions)
        return [Answer("two", 0.7)]

    def caption(self, pictures: np.ndarray) -> list[str]:
        return ["a red cube is left of a bowl"]
