"""Cameras: a little off the place they were mounted at, with a slightly other lens."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from vlsim.interface.cameras import MAX_FOV_DEG, MIN_FOV_DEG
from vlsim.scene.randomization.distributions import Distribution, Uniform
from vlsim.scene.randomization.term import Extent, Term, Values, drawn
from vlsim.world.camera import Camera

LOWEST = 0.02
"""A shifted camera stays this far above the table top, metres."""


@dataclass(frozen=True, kw_only=True)
class CameraTerm(Term):
    """Pose and field of view of every camera.

    Lengths are shares of the distance between eye and target: what is a centimetre for a camera on
    the hand is a hand's breadth for one across the table.

    Args:
        eye: Shift of the eye along x, y and z of the mount.
        target: Shift of the point in the middle of the picture.
        fov: Factor on the field of view. By default a little more is seen than usual, so that the
            whole workspace stays in the front camera's picture.
    """

    name = "camera"
    eye: Distribution = drawn(Uniform(-0.04, 0.04), Extent(-0.4, 0.4, size=3, per="camera"))
    target: Distribution = drawn(Uniform(-0.01, 0.01), Extent(-0.4, 0.4, size=3, per="camera"))
    fov: Distribution = drawn(Uniform(1.03, 1.15), Extent(0.5, 2.0, per="camera"))

    def move(self, cameras: Mapping[str, Camera], values: Values) -> dict[str, Camera]:
        """Return the cameras where the draw has put them."""
        rows = zip(values["eye"], values["target"], values["fov"], strict=True)
        return {
            name: _shifted(camera, *row)
            for (name, camera), row in zip(cameras.items(), rows, strict=True)
        }


def _shifted(camera: Camera, eye: list[float], target: list[float], fov: float) -> Camera:
    at, to = np.array(camera.eye), np.array(camera.target)
    length = np.linalg.norm(to - at)
    at, to = at + length * np.array(eye), to + length * np.array(target)
    if camera.mount == "world":
        at[2] = max(at[2], LOWEST)
    fov_deg = min(max(camera.fov_deg * fov, MIN_FOV_DEG), MAX_FOV_DEG)
    return replace(camera, eye=tuple(at.tolist()), target=tuple(to.tolist()), fov_deg=fov_deg)
