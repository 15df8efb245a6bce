"""Small scenes for tests of the simulator."""

import numpy as np

from vlsim.world import SceneState, resting_scene
from vlsim.world.things import ObjectSpec

Thing = tuple[str, float, float]


def scene(*things: Thing, size: str = "small", yaw: float = 0.0) -> SceneState:
    """Return a scene of kinds at x, y, each in another colour."""
    colors = ("red", "green", "blue", "yellow", "purple", "orange")
    specs = tuple(
        ObjectSpec(kind, color, size) for (kind, _, _), color in zip(things, colors, strict=False)
    )
    xy = np.array([(x, y) for _, x, y in things]).reshape(len(specs), 2)
    return resting_scene(specs, xy, np.full(len(specs), yaw))
