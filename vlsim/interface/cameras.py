"""The cameras of a scene: those with a name, those that people describe, and which are refused."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

import numpy as np

from vlsim.errors import InvalidValueError
from vlsim.reader import read_as
from vlsim.registry import Registry, split_names
from vlsim.world import REACH_OF_WORLD
from vlsim.world.camera import FRONT, VIEWER, Camera

MIN_IMAGE_SIZE, MAX_IMAGE_SIZE = 32, 512

CameraChoice: TypeAlias = Sequence[str] | Mapping[str, Camera | Mapping[str, Any]]
"""Names of `CAMERAS`, or names with cameras or with the fields of cameras.

A string, as people type it, holds names with commas.
"""

MAIN = "front"
"""The camera that every environment has, asked for or not: its picture is the observation `image`,
and the actions of `primitive` and the labels of training are coordinates in it."""
WRIST = Camera(
    eye=(0.09, 0.0, -0.08),
    target=(0.045, 0.0, 0.05),
    fov_deg=75.0,
    near=0.01,
    up=(1.0, 0.0, 0.0),
    mount="hand",
)
"""On the hand, before the knuckles, looking past the fingertips; away from the robot is up."""
CAMERAS: Registry[Camera] = Registry("camera")
for _name, _camera in ((MAIN, FRONT), ("wrist", WRIST), ("viewer", VIEWER)):
    CAMERAS.add(_name, _camera)

MIN_FOV_DEG, MAX_FOV_DEG = 5.0, 150.0
PARALLEL = 1e-3
"""A direction whose sine to `up` is smaller leaves open which way is up in the picture."""


def choose_cameras(asked: CameraChoice) -> dict[str, Camera]:
    """Return the cameras that were asked for, after the front one, which is always there.

    >>> list(choose_cameras("wrist"))
    ['front', 'wrist']

    Raises:
        UnknownNameError: If a name is not in `CAMERAS` and no camera comes with it.
        InvalidValueError: If a camera cannot be.
    """
    if isinstance(asked, str):
        asked = split_names(asked, "camera")
    if not isinstance(asked, Collection):
        raise InvalidValueError(
            "cameras must be names, or a mapping of names to cameras, got "
            f"{asked!r:.80}. Names: {', '.join(CAMERAS)}."
        )
    given: Mapping[str, Any] = asked if isinstance(asked, Mapping) else {}
    names = (MAIN, *(name for name in asked if name != MAIN))
    return {name: _camera_of(name, given.get(name, None)) for name in names}


def _camera_of(name: object, given: Camera | Mapping[str, Any] | None) -> Camera:
    if not isinstance(name, str) or not name.isidentifier():
        raise InvalidValueError(
            f"The name of a camera consists of letters, digits and _, got {name!r}."
        )
    return check_camera(name, CAMERAS[name] if given is None else given)


def check_camera(name: str, given: Camera | Mapping[str, Any]) -> Camera:
    """Return the camera, described or made, if it can be drawn with, else say what is wrong."""
    fields = asdict(given) if isinstance(given, Camera) else given
    camera = read_as(Camera, fields, f"Camera '{name}'")
    for what in ("eye", "target", "up", "far"):
        if np.abs(getattr(camera, what)).max() > REACH_OF_WORLD:
            raise InvalidValueError(
                f"{what} of camera '{name}' must be within {REACH_OF_WORLD:g} metres, got "
                f"{getattr(camera, what)}."
            )
    if not MIN_FOV_DEG <= camera.fov_deg <= MAX_FOV_DEG:
        raise InvalidValueError(
            f"fov_deg of camera '{name}' must be from {MIN_FOV_DEG:g} to {MAX_FOV_DEG:g} degrees, "
            f"got {camera.fov_deg:g}."
        )
    if not 0.0 < camera.near < camera.far:
        raise InvalidValueError(
            f"Camera '{name}' needs 0 < near < far, got near {camera.near:g} and far "
            f"{camera.far:g}."
        )
    if camera.mount == "world" and camera.eye[2] <= 0.0:
        raise InvalidValueError(
            f"Camera '{name}' is inside or under the table: its eye must be above the table top, "
            f"z > 0, got z = {camera.eye[2]:g}."
        )
    forward = np.subtract(camera.target, camera.eye)
    aside = float(np.linalg.norm(np.cross(forward, camera.up)))
    if aside <= PARALLEL * float(np.linalg.norm(forward) * np.linalg.norm(camera.up)):
        raise InvalidValueError(
            f"Camera '{name}' looks along its own 'up' or nowhere: eye {camera.eye}, target "
            f"{camera.target}, up {camera.up}. Choose another 'up', such as (-1, 0, 0)."
        )
    return camera


def check_image_size(size: int) -> int:
    """Return `size` if pictures of it can be drawn, else say which sizes can."""
    whole = isinstance(size, int | np.integer) and not isinstance(size, bool)
    if not whole or not MIN_IMAGE_SIZE <= size <= MAX_IMAGE_SIZE:
        raise InvalidValueError(
            f"image_size must be a whole number of pixels from {MIN_IMAGE_SIZE} to "
            f"{MAX_IMAGE_SIZE}, got {size!r}."
        )
    return size
