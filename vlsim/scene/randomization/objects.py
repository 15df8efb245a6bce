"""Objects: shades of the colours that the words name."""

from dataclasses import dataclass

from vlsim.scene.randomization.distributions import Distribution, Uniform
from vlsim.scene.randomization.term import Extent, Term, Values, drawn
from vlsim.scene.simulation import Simulation


@dataclass(frozen=True, kw_only=True)
class ObjectColorTerm(Term):
    """The shade of every object.

    Args:
        shade: Added to the red, green and blue of each object. Up to 0.1 to either side, every
            shade is still nearest to the colour that the words name.
    """

    name = "object-color"
    shade: Distribution = drawn(Uniform(-0.08, 0.08), Extent(-0.1, 0.1, size=3, per="object"))

    def apply(self, simulation: Simulation, values: Values) -> None:
        """Paint the objects."""
        for index, shade in enumerate(values["shade"]):
            simulation.parts.tint_object(index, shade)
