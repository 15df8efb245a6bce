"""Light: where the lamp stands, its colour, and how strong it is."""

import math
from dataclasses import dataclass

from vlsim.scene.light import Light
from vlsim.scene.randomization.distributions import Distribution, Uniform
from vlsim.scene.randomization.term import Extent, Term, Values, drawn
from vlsim.scene.simulation import Simulation


@dataclass(frozen=True, kw_only=True)
class LightTerm(Term):
    """The lamp and the light from everywhere.

    Args:
        azimuth_deg: Where the lamp stands around the table, from +x towards +y, degrees.
        elevation_deg: Its height above the horizon, degrees.
        color: Red, green and blue of the lamp.
        ambient: Share of a colour that is seen without the lamp.
        diffuse: Share that the lamp adds.
        specular: Strength of highlights.
    """

    name = "light"
    azimuth_deg: Distribution = drawn(Uniform(-180.0, 180.0), Extent(-360.0, 360.0))
    elevation_deg: Distribution = drawn(Uniform(30.0, 85.0), Extent(5.0, 90.0))
    color: Distribution = drawn(Uniform(0.75, 1.0), Extent(size=3))
    ambient: Distribution = drawn(Uniform(0.4, 0.7), Extent())
    diffuse: Distribution = drawn(Uniform(0.3, 0.6), Extent())
    specular: Distribution = drawn(Uniform(0.0, 0.3), Extent())

    def apply(self, simulation: Simulation, values: Values) -> None:
        """Set the light of the pictures to come."""
        around, up = math.radians(values["azimuth_deg"]), math.radians(values["elevation_deg"])
        flat = math.cos(up)
        simulation.light = Light(
            direction=(flat * math.cos(around), flat * math.sin(around), math.sin(up)),
            color=tuple(values["color"]),
            ambient=values["ambient"],
            diffuse=values["diffuse"],
            specular=values["specular"],
        )
