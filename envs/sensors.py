"""What is seen and measured in an episode: by cameras, with noise, and late."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vlsim.envs.config import EnvConfig
from vlsim.interface.cameras import MAIN
from vlsim.interface.observation import DEPTH, IMAGE, SEGMENTATION, camera_key
from vlsim.scene.randomization.sensing import MAX_LATENCY, noisy, noisy_picture
from vlsim.scene.render import Picture
from vlsim.scene.simulation import Simulation
from vlsim.seeding import stream
from vlsim.world import SceneState
from vlsim.world.camera import Camera

NO_NOISE = {"position": 0.0, "yaw": 0.0, "opening": 0.0, "pixels": 0.0, "depth": 0.0}
NO_MASK = np.zeros((0, 0), np.int32)


@dataclass(frozen=True)
class Sensed:
    """What was sensed at one moment.

    Args:
        pictures: Observations of all cameras, by key.
        measured: Position (3), yaw, tilt and opening of the gripper. Shape (6,), metres and
            radians.
        cameras: Where the cameras were, fixed to the world.
        scene: The facts of that moment, for labels that have to fit the pictures.
        mask: Object index at each pixel of the front camera's picture, -1 for the rest. Shape
            (H, W), int32; (0, 0) where the environment observes no labels.
    """

    pictures: dict[str, NDArray[Any]]
    measured: NDArray[np.float64]
    cameras: dict[str, Camera]
    scene: SceneState
    mask: NDArray[np.int32]


class Sensors:
    """The pictures and measurements of one episode.

    Args:
        config: Says how large pictures are, and whether there are depth and segmentation.
        seed: Of the episode, for the noise.
        late: Whether what was sensed earlier may be asked for.
    """

    def __init__(self, config: EnvConfig, seed: int, *, late: bool) -> None:
        """Begin without a past."""
        self._config, self._size, self._late = config, config.image_size, late
        self._rng = stream(seed, "randomization", "noise", "of every step")
        self._history: deque[Sensed] = deque(maxlen=MAX_LATENCY + 1)

    def sense(
        self,
        simulation: Simulation,
        scene: SceneState,
        cameras: Mapping[str, Camera],
        noise: Mapping[str, float],
        age: int,
    ) -> Sensed:
        """Look and measure now; return what was sensed `age` steps ago, or at the reset.

        Args:
            simulation: What is looked at.
            scene: Its facts.
            cameras: Where to look from, by name.
            noise: Standard deviations, the values of `NoiseTerm`.
            age: Steps, 0 is now.
        """
        pictures: dict[str, NDArray[Any]] = {}
        places, mask = {}, NO_MASK
        for name, camera in cameras.items():
            picture = simulation.render(camera, self._size)
            places[name] = picture.camera
            pictures.update(self._observations(name, picture, simulation, noise))
            if name == MAIN and self._config.privileged:
                mask = simulation.segmentation(picture)
        # In the order of `POSE_NAMES`.
        angles = scene.ee_yaw, scene.ee_tilt
        measured = np.array([*scene.ee_position_world, *angles, scene.gripper_opening])
        stds = [*[noise["position"]] * 3, *[noise["yaw"]] * 2, noise["opening"]]
        if any(stds):
            measured += np.array(stds) * self._rng.standard_normal(len(stds))
        now = Sensed(pictures, measured, places, scene, mask)
        if not self._late:
            return now
        self._history.append(now)
        found = self._history[-1 - min(age, len(self._history) - 1)]
        # A picture may be returned more than once, and belongs to whoever got it.
        return replace(found, pictures={k: v.copy() for k, v in found.pictures.items()})

    def _observations(
        self, name: str, picture: Picture, simulation: Simulation, noise: Mapping[str, float]
    ) -> dict[str, NDArray[Any]]:
        rgb = picture.rgb
        if noise["pixels"]:
            rgb = noisy_picture(rgb, noise["pixels"], self._rng)
        found: dict[str, NDArray[Any]] = {camera_key(IMAGE, name): rgb}
        if self._config.depth:
            depth = picture.depth
            if noise["depth"]:
                depth = noisy(depth, noise["depth"], self._rng).clip(0.0, picture.camera.far)
            found[camera_key(DEPTH, name)] = depth
        if self._config.segmentation:
            found[camera_key(SEGMENTATION, name)] = simulation.segmentation(picture)
        return found

    def describe(self, cameras: Mapping[str, Camera]) -> dict[str, dict[str, NDArray[np.float64]]]:
        """Return intrinsics (3, 3), pixels, and extrinsics (4, 4) of every camera.

        See `Camera.intrinsics` and `Camera.extrinsics` for their conventions.
        """
        return {
            name: {
                "intrinsics": camera.intrinsics(self._size),
                "extrinsics": camera.extrinsics.copy(),
            }
            for name, camera in cameras.items()
        }


def picture_spaces(
    cameras: Mapping[str, Camera], config: EnvConfig
) -> dict[str, spaces.Space[Any]]:
    """Return the space of every picture, by its key in an observation."""
    n = config.image_size
    by_key: dict[str, spaces.Space[Any]] = {}
    for name, camera in cameras.items():
        by_key[camera_key(IMAGE, name)] = spaces.Box(0, 255, (n, n, 3), np.uint8)
        if config.depth:
            by_key[camera_key(DEPTH, name)] = spaces.Box(0.0, camera.far, (n, n), np.float32)
        if config.segmentation:
            most = np.iinfo(np.int32).max
            by_key[camera_key(SEGMENTATION, name)] = spaces.Box(-1, most, (n, n), np.int32)
    return by_key
