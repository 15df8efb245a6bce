"""A hand above a table, without a simulator: a red and a blue spot, and a hand that is told where.

What is sent and seen is as in a real environment with control `ee_delta`, so that faults can be
planted in policies.
"""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim import seeding
from vlsim.interface.action import METRES_PER_STEP, RADIANS_PER_STEP
from vlsim.interface.conditions import Conditions
from vlsim.interface.policy import Observations, PolicySpec

SIDE = 32
HEIGHT = 0.05
LOW, SIZE = np.array([0.3, -0.2]), 0.4
"""Corner of the table that is the left top of the picture, and its width, metres."""


class ToyArm:
    """Moves as it is told to, but for a permutation of its channels that can be asked for."""

    def __init__(self, order: Sequence[int] = range(6)) -> None:
        self.order = list(order)
        self.conditions = Conditions("ee_delta", "panda", {"front": SIDE})

    @property
    def unwrapped(self) -> "ToyArm":
        return self

    @property
    def ground_truth(self) -> Any:
        x, y, z, yaw, tilt = self.hand.tolist()
        scene = SimpleNamespace(ee_position_world=np.array([x, y, z]), ee_yaw=yaw, ee_tilt=tilt)
        return SimpleNamespace(scene=scene, target=self.spots[self.named], control="ee_delta")

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        rng = seeding.stream(seed or 0, "toy")
        self.hand = np.array([0.3, 0.0, 0.3, 0.0, 0.0])
        self.spots = {c: LOW + rng.uniform(0.05, 0.95, 2) * SIZE for c in ("red", "blue")}
        self.named = ("red", "blue")[int(rng.integers(2))]
        return self._observation(), {"instruction": f"touch the {self.named} spot"}

    def step(self, action: NDArray[np.float32]) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        moved = np.clip(action, -1, 1)[self.order]
        steps = np.array([METRES_PER_STEP] * 3 + [RADIANS_PER_STEP] * 2)
        self.hand = self.hand + moved[:5] * steps
        return self._observation(), 0.0, False, False, {}

    def close(self) -> None:
        pass

    def _observation(self) -> dict[str, NDArray[Any]]:
        image = np.full((SIDE, SIDE, 3), 90, np.uint8)
        for color, spot in self.spots.items():
            row, column = ((spot - LOW) / SIZE * SIDE).astype(int).tolist()
            paint = (220, 20, 30) if color == "red" else (30, 20, 220)
            image[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2] = paint
        proprio = np.concatenate([self.hand, [0.08], np.zeros(6)]).astype(np.float32)
        return {"image": image, "proprio": proprio}


def steer(hand: NDArray[Any], spot: NDArray[Any]) -> NDArray[np.float64]:
    way = 0.8 * (np.append(spot, HEIGHT) - hand) / METRES_PER_STEP
    return np.concatenate([way / max(1.0, np.abs(way).max()), [0.0, 0.0, 1.0]])


class ToyExpert:
    name, spec = "expert", PolicySpec()

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        pass

    def inform(self, truths: Sequence[Any]) -> None:
        self.truths = truths

    def act(self, observations: Observations) -> NDArray[np.float32]:
        rows = [steer(t.scene.ee_position_world, t.target) for t in self.truths]
        return np.array(rows, np.float32)[:, None]


class ToyServo:
    """Sees the spot that the words name, and steers there."""

    name = "servo"

    def __init__(self, gain: float = 1.0, noise: float = 0.0, chunk: int = 1) -> None:
        self.gain, self.noise, self.chunk = gain, noise, chunk
        self.spec = PolicySpec("ee_delta", "panda", {"front": SIDE}, 10, chunk)

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        self.channels = [0 if "red" in words else 2 for words in instructions]
        self.rng = seeding.stream(seeds[0], "servo")

    def act(self, observations: Observations) -> NDArray[np.float32]:
        pictures = observations["image"].astype(float)
        actions = []
        for i, channel in enumerate(self.channels):
            rows, columns = np.nonzero(pictures[i, ..., channel] > 150)
            hand = observations["proprio"][i, :3].astype(float)
            spot = hand[:2]
            if len(rows):
                spot = LOW + (np.array([rows.mean(), columns.mean()]) + 0.5) / SIDE * SIZE
            action = steer(hand, spot)
            action[:3] = self.gain * action[:3] + self.noise * self.rng.standard_normal(3)
            actions.append(action.clip(-1, 1))
        return np.tile(np.array(actions, np.float32)[:, None], (1, self.chunk, 1))


class Blind(ToyServo):
    """Has learned nothing: acts by chance."""

    def act(self, observations: Observations) -> NDArray[np.float32]:
        return self.rng.uniform(-1, 1, (len(self.channels), self.chunk, 6)).astype(np.float32)
