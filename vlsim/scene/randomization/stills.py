"""Pictures of scenes at rest as an environment would show them under its randomisation."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vlsim.interface.cameras import MAIN
from vlsim.robots.spec import RobotSpec
from vlsim.scene.randomization.randomizer import Randomizer
from vlsim.scene.randomization.sensing import NoiseTerm, noisy_picture
from vlsim.scene.randomization.term import Term
from vlsim.scene.simulation import Simulation
from vlsim.seeding import stream
from vlsim.world import MAX_OPENING, SceneState
from vlsim.world.camera import FRONT, Camera


class VariedStills:
    """Draws what the front camera sees at a reset; terms that need time change nothing."""

    def __init__(self, robot: RobotSpec, terms: Mapping[str, Term]) -> None:
        """Start a simulation for one robot and some terms of the randomisation."""
        self._simulation = Simulation(robot)
        self._randomizer = Randomizer(terms, {MAIN: FRONT})

    def draw(
        self,
        scene: SceneState,
        size: int,
        seed: int,
        joints: tuple[float, ...] | None = None,
    ) -> tuple[NDArray[np.uint8], Camera]:
        """Draw the objects of `scene` as the values of `seed` show them.

        Args:
            scene: What stands on the table.
            size: Side of the picture, pixels.
            seed: Of the randomisation.
            joints: Of the arm, radians, with the hand open; None is where the randomisation puts
                it, or home.

        Returns:
            The picture (H, W, 3), uint8, and where the front camera was.
        """
        start = self._randomizer.begin(seed, scene)
        self._simulation.reset(scene, start)
        if joints is not None:
            self._simulation.robot.teleport(joints, MAX_OPENING)
        self._randomizer.apply(self._simulation)
        camera = self._randomizer.cameras[MAIN]
        rgb = self._simulation.render(camera, size).rgb
        std = self._randomizer.values.get(NoiseTerm.name, {}).get("pixels", 0.0)
        if std:
            rng = stream(seed, "randomization", NoiseTerm.name, "of a still picture")
            rgb = noisy_picture(rgb, std, rng)
        return rgb, camera

    def close(self) -> None:
        """Stop the simulation; closing twice is fine."""
        self._simulation.close()
