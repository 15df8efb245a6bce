"""Background: the table's colour and texture, and what is seen beyond the table."""

from dataclasses import dataclass

from vlsim.errors import InvalidValueError
from vlsim.scene.backdrop import Backdrop
from vlsim.scene.randomization.distributions import (
    Choice,
    Constant,
    Distribution,
    Uniform,
)
from vlsim.scene.randomization.term import Extent, Term, Values, drawn
from vlsim.scene.simulation import Simulation
from vlsim.scene.textures import TEXTURES, read_texture, texture_file

EVERY_TEXTURE = Choice(TEXTURES)


@dataclass(frozen=True, kw_only=True)
class BackgroundTerm(Term):
    """What is behind the objects.

    Args:
        table_color: Red, green and blue of the table. From 0.45 on, no object's colour is met.
        table_texture: Multiplies that colour: a name in `TEXTURES`, or a picture's path.
        wall_color: Red, green and blue of what is seen beyond the table.
        wall_texture: Multiplies that colour, likewise.
    """

    name = "background"
    table_color: Distribution = drawn(Uniform(0.45, 0.95), Extent(size=3))
    table_texture: Distribution = drawn(EVERY_TEXTURE, Extent())
    wall_color: Distribution = drawn(Uniform(0.3, 1.0), Extent(size=3))
    wall_texture: Distribution = drawn(EVERY_TEXTURE, Extent())

    def check(self, where: str, distribution: Distribution, extent: Extent) -> None:
        """Refuse a texture that is no picture."""
        if not where.endswith("texture"):
            super().check(where, distribution, extent)
            return
        if not isinstance(distribution, Choice | Constant) or not distribution.values():
            raise InvalidValueError(
                f"{where} must be the name or path of a texture or {{'choice': [...]}} of some, "
                f"got {distribution}."
            )
        for texture in distribution.values():
            texture_file(texture)

    def apply(self, simulation: Simulation, values: Values) -> None:
        """Cover the table, and hang up what is behind it."""
        simulation.parts.cover_table(
            tuple(values["table_color"]), texture_file(values["table_texture"])
        )
        simulation.backdrop = Backdrop(
            tuple(values["wall_color"]), read_texture(texture_file(values["wall_texture"]))
        )
