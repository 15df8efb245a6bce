"""From the facts of a scene to all that is said of its picture."""

from typing import NamedTuple

import numpy as np

from vlsim.annotations.annotation import Annotation
from vlsim.annotations.captions import draw_captions
from vlsim.annotations.expressions import draw_expressions
from vlsim.annotations.pairs import draw_pairs
from vlsim.annotations.questions import draw_questions
from vlsim.annotations.view import View
from vlsim.world import SceneState


class Amounts(NamedTuple):
    """How much is said of a picture at most, where its scene offers that much."""

    captions: int = 5
    questions: int = 8
    expressions: int = 6
    pairs: int = 3


USUAL = Amounts()


def annotate(
    scene: SceneState,
    view: View,
    rng: np.random.Generator,
    *,
    amounts: Amounts = USUAL,
    only_nested: bool = False,
) -> Annotation:
    """Return what can be said of a picture. What is not seen in it is not spoken of.

    Args:
        scene: The facts.
        view: What the picture shows of them.
        rng: Decides what is said.
        amounts: How much is said.
        only_nested: Whether all expressions are of the kind "the cube behind the bowl that holds
            the ball".
    """
    things = view.things(scene)
    seen = scene.only([thing.index for thing in things])
    captions = draw_captions(seen, rng, amounts.captions)
    return Annotation(
        things,
        captions,
        draw_questions(seen, rng, amounts.questions),
        draw_expressions(seen, rng, amounts.expressions, only_nested=only_nested),
        draw_pairs(captions, seen, rng, amounts.pairs),
    )
