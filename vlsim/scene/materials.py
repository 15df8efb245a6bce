"""What materials look like: the colour that the words name, mixed, under a picture in grey."""

from dataclasses import dataclass
from pathlib import Path

from vlsim.world.things import PLAIN

Color = tuple[float, float, float]

FOLDER = Path(__file__).parent / "assets" / "materials"


@dataclass(frozen=True)
class Look:
    """How a material changes a colour.

    Args:
        other: What the colour is mixed with, red, green and blue.
        share: How much of the other is in the mixture, in [0, 1].
    """

    other: Color
    share: float

    def over(self, color: Color) -> Color:
        """Return the mixture with a colour."""
        red, green, blue = (
            (1.0 - self.share) * c + self.share * o for c, o in zip(color, self.other, strict=True)
        )
        return red, green, blue


LOOKS: dict[str, Look] = {
    "wooden": Look((0.42, 0.26, 0.12), 0.25),
    "metal": Look((0.92, 0.94, 0.97), 0.33),
    "striped": Look((1.0, 1.0, 1.0), 0.0),
}
"""The materials that are more than a colour."""


def shown(color: Color, material: str) -> Color:
    """Return the colour that is drawn where a thing is said to have this colour."""
    return color if material == PLAIN else LOOKS[material].over(color)


def texture_of(material: str) -> Path | None:
    """Return the picture that multiplies that colour (`tools/assets/textures.py`), if any."""
    return None if material == PLAIN else FOLDER / f"{material}.png"
