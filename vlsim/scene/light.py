"""The light of a picture. Every part of it goes into every render: PyBullet keeps what it had."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Light:
    """One far lamp and the light that comes from everywhere.

    Args:
        direction: Where the lamp is, seen from the scene, world frame; its length does not matter.
        color: Red, green and blue of the lamp, each in [0, 1].
        ambient: Share of a colour that is seen without the lamp.
        diffuse: Share that the lamp adds where it shines from straight above a surface.
        specular: Strength of highlights.
    """

    direction: tuple[float, float, float] = (0.6, 0.5, 1.4)
    color: tuple[float, float, float] = (1.0, 1.0, 1.0)
    ambient: float = 0.6
    diffuse: float = 0.45
    specular: float = 0.1

    def arguments(self) -> dict[str, Any]:
        """Return what `getCameraImage` has to be told, nothing left out."""
        return {
            "lightDirection": self.direction,
            "lightColor": self.color,
            "lightDistance": 3.0,
            "lightAmbientCoeff": self.ambient,
            "lightDiffuseCoeff": self.diffuse,
            "lightSpecularCoeff": self.specular,
        }


STUDIO = Light()
"""The light when nothing is randomised."""
