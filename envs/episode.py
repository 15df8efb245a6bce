"""The episode that is under way in an environment: it does not exist before the first reset."""

from collections.abc import Collection
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.envs.referee import Referee
from vlsim.envs.sensors import NO_NOISE, Sensed, Sensors
from vlsim.interface.observation import TEXT_LENGTH
from vlsim.language.tokenizer import default_tokenizer
from vlsim.scenarios.scenario import Scenario
from vlsim.scene.randomization import Randomizer
from vlsim.scene.simulation import Simulation
from vlsim.skills import SKILLS
from vlsim.world import SceneState


class RunningEpisode:
    """All that changes from reset to reset.

    Args:
        seed: It belongs to this seed.
        scenario: Scene, goal and words.
        sensors: What is seen and measured, new for this episode.
        randomizer: Has drawn the values of this episode.
        skills: Motions that its goals need.
        n_actions: Entries of an action.

    Raises:
        InstructionError: If the sentence is longer than `TEXT_LENGTH`.
    """

    scene: SceneState
    """The facts now."""
    initial_scene: SceneState
    """The facts at the reset."""
    referee: Referee
    """Compares the scene with the goal."""
    sensed: Sensed
    """What was observed last."""

    def __init__(
        self,
        seed: int,
        scenario: Scenario,
        sensors: Sensors,
        randomizer: Randomizer,
        skills: Collection[str],
        n_actions: int,
    ) -> None:
        """Wait for the simulation to be built."""
        self.seed, self.goal, self.text = seed, scenario.goal, scenario.instruction
        self.tokens = default_tokenizer().encode(scenario.instruction, TEXT_LENGTH)
        self.skill_mask = np.array([name in skills for name in SKILLS], np.int8)
        self.sensors, self.randomizer = sensors, randomizer
        self.previous_action: NDArray[np.float32] = np.zeros(n_actions, np.float32)
        self.n_clipped = 0
        """Actions so far that had entries outside [-1, 1]."""

    def begin(self, scene: SceneState, referee: Referee) -> None:
        """Take note of the scene that was built, and of who judges it."""
        self.initial_scene = self.scene = scene
        self.referee = referee

    def latency(self, of: str) -> int:
        """Return how many steps an "action" or an "observation" is late now."""
        return int(self.randomizer.values.get("latency", {}).get(of, 0))

    def sense(self, simulation: Simulation, age: int) -> Sensed:
        """Look and measure; what is returned, and remembered, is `age` steps old."""
        noise = self.randomizer.values.get("noise", NO_NOISE)
        cameras = self.randomizer.cameras
        self.sensed = self.sensors.sense(simulation, self.scene, cameras, noise, age)
        return self.sensed

    def info(self) -> dict[str, Any]:
        """Return what `reset` and `step` say beside the observation."""
        return {
            "instruction": self.text,
            **self.referee.info(self.scene),
            "state_hash": self.scene.digest(),
            "clipped_actions": self.n_clipped,
            "episode_seed": self.seed,
            "cameras": self.sensors.describe(self.sensed.cameras),
            "randomization": deepcopy(self.randomizer.values),
        }
