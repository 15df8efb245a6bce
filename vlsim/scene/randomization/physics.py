"""Physics: how slippery and how heavy things are, and how hard the motors pull."""

from dataclasses import dataclass

from vlsim.scene.randomization.distributions import Distribution, Uniform
from vlsim.scene.randomization.term import Extent, Term, Values, drawn
from vlsim.scene.simulation import Simulation


@dataclass(frozen=True, kw_only=True)
class FrictionTerm(Term):
    """Friction of everything that touches.

    Args:
        objects: Factor on the friction of each object.
        table: Factor on that of the table.
        fingers: Factor on that of the fingers.
    """

    name = "friction"
    objects: Distribution = drawn(Uniform(0.75, 1.25), Extent(0.05, 4.0, per="object"))
    table: Distribution = drawn(Uniform(0.75, 1.25), Extent(0.05, 4.0))
    fingers: Distribution = drawn(Uniform(0.85, 1.25), Extent(0.05, 4.0))

    def apply(self, simulation: Simulation, values: Values) -> None:
        """Set the coefficients."""
        simulation.parts.scale_friction(values["objects"], values["table"], values["fingers"])


@dataclass(frozen=True, kw_only=True)
class MassTerm(Term):
    """Mass of every movable object.

    Args:
        objects: Factor on the mass of each object, and so on its inertia.
    """

    name = "mass"
    objects: Distribution = drawn(Uniform(0.6, 1.8), Extent(0.1, 10.0, per="object"))

    def apply(self, simulation: Simulation, values: Values) -> None:
        """Set the masses."""
        simulation.parts.scale_mass(values["objects"])


@dataclass(frozen=True, kw_only=True)
class GainTerm(Term):
    """How hard the motors of arm and fingers pull towards their targets.

    Args:
        motors: Factor on the position gain.
    """

    name = "gain"
    motors: Distribution = drawn(Uniform(0.8, 1.2), Extent(0.2, 4.0))

    def apply(self, simulation: Simulation, values: Values) -> None:
        """Set the gain of the motions to come."""
        simulation.parts.scale_gain(values["motors"])
