"""Distractors: grey things behind the workspace that no word names and nothing touches."""

from dataclasses import dataclass

from vlsim.scene.randomization.distributions import Choice, Distribution, Uniform
from vlsim.scene.randomization.term import Extent, Term, Values, drawn
from vlsim.scene.simulation import Simulation

MOST_DISTRACTORS = 6
SHAPES = ("cube", "cylinder", "ball")
LEFT, RIGHT = 0.23, -0.23
"""Ends of the row that they stand in: the front camera sees both, metres along y."""


@dataclass(frozen=True, kw_only=True)
class DistractorTerm(Term):
    """Things that are in the picture only. What words can name is the scene's, not this term's.

    Args:
        count: How many.
        kind: Shape of each.
        x: Where each stands, behind all objects and before the robot's foot, metres.
        place: Where in its share of the row each stands, from left to right.
        width: Of each, metres.
        height: Of each, metres; a ball's is its width.
        grey: Brightness of each: no word names a grey.
    """

    name = "distractors"
    at_reset_only = True
    count: Distribution = drawn(Choice((1, 2, 3, 4, 5)), Extent(0, MOST_DISTRACTORS, whole=True))
    kind: Distribution = drawn(Choice(SHAPES), Extent(words=SHAPES, per="distractor"))
    x: Distribution = drawn(Uniform(0.20, 0.27), Extent(0.15, 0.28, per="distractor"))
    place: Distribution = drawn(Uniform(0.35, 0.65), Extent(per="distractor"))
    width: Distribution = drawn(Uniform(0.03, 0.05), Extent(0.01, 0.08, per="distractor"))
    height: Distribution = drawn(Uniform(0.02, 0.06), Extent(0.005, 0.15, per="distractor"))
    grey: Distribution = drawn(Uniform(0.1, 0.8), Extent(per="distractor"))

    def apply(self, simulation: Simulation, values: Values) -> None:
        """Stand them on the table."""
        for index in range(values["count"]):
            kind, width = values["kind"][index], values["width"][index]
            height = width if kind == "ball" else values["height"][index]
            share = (index + values["place"][index]) / values["count"]
            spot = values["x"][index], LEFT + share * (RIGHT - LEFT)
            grey = (values["grey"][index],) * 3
            simulation.parts.add_decoration(kind, spot, width / 2, height, grey)
