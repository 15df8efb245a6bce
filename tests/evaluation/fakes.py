"""A world without a simulator, in which it is known which policy succeeds on which seed.

Each seed hides a number from 0 to 4, `seed % 5`. The instruction says it, except in the set
`no-instruction`. Whoever answers with it succeeds; an episode has two steps.
"""

import json
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from vlsim import seeding
from vlsim.interface.policy import Observations, PolicySpec

NUMBERS = 5
HORIZON = 2
SIDE = 240
"""Of the picture for people, pixels."""


def number(seed: int) -> int:
    return seed % NUMBERS


class FakeEnv(gym.Env[dict[str, NDArray[Any]], NDArray[np.float32]]):
    """Acts as described above; broken in one way if asked to be."""

    metadata = {"render_fps": 5}  # noqa: RUF012

    def __init__(self, set_name: str, broken: str = "", broken_seed: int = -1) -> None:
        self.set = set_name
        self.broken = broken
        self.broken_seed = broken_seed
        self.is_closed = False

    @property
    def unwrapped(self) -> "FakeEnv":
        return self

    @property
    def ground_truth(self) -> "FakeEnv":
        return self

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        assert seed is not None
        self.seed, self.steps, self.answer, self.success_once = seed, 0, -1, False
        self._break("reset")
        return self._observation(), self._info(False)

    def step(
        self, action: NDArray[np.float32]
    ) -> tuple[dict[str, NDArray[Any]], float, bool, bool, dict[str, Any]]:
        assert self.steps < HORIZON
        assert not self.success_once
        self._break("step")
        self.steps += 1
        self.answer = round(float(action[0]) * NUMBERS)
        is_success = self.answer == number(self.seed)
        self.success_once |= is_success
        reward = float("nan") if self._is_broken("reward") else float(is_success) - 0.25
        is_over = not is_success and self.steps == HORIZON
        return self._observation(), reward, is_success, is_over, self._info(is_success)

    def render(self) -> NDArray[np.uint8]:
        """Draw a square scene, and a white bar of words below it."""
        frame = np.full((SIDE, SIDE, 3), 90, np.uint8)
        frame[:, : 20 + 40 * (self.answer + 1)] = (200, 60, 40)
        return np.vstack([frame, np.full((30, SIDE, 3), 255, np.uint8)])

    def close(self) -> None:
        self.is_closed = True

    def _observation(self) -> dict[str, NDArray[Any]]:
        says = -1 if self.set == "no-instruction" else number(self.seed)
        image = np.full((8, 8, 3), self.seed % 251, np.uint8)
        return {"image": image, "instruction": np.array([says])}

    def _info(self, is_success: bool) -> dict[str, Any]:
        is_told = self.set != "no-instruction"
        info = {
            "instruction": f"say {number(self.seed)}" if is_told else "",
            "goal": json.dumps({"goal": "say", "number": number(self.seed)}),
            "is_success": np.bool_(is_success),
            "success_once": self.success_once,
            "reward_terms": {"success": float(is_success)} if self.steps else {},
            "referent": number(self.seed),
            "attempted": self.answer,
            "failure": self._failure() if self.steps == HORIZON else "",
            "state_hash": f"{self.seed}-{self.steps}-{self.answer}",
        }
        if self._is_broken("info"):
            del info["referent"]
        return info

    def _failure(self) -> str:
        expected = number(self.seed)
        return "" if self.success_once else f"wrong object: said {self.answer}, not {expected}"

    def _is_broken(self, where: str) -> bool:
        return self.broken == where and self.seed == self.broken_seed

    def _break(self, where: str) -> None:
        if self._is_broken(where):
            raise ZeroDivisionError("the arm fell off")


class MovingEnv(FakeEnv):
    """Can be filmed while it moves: four frames a step."""

    callback: Callable[[], None] | None = None

    def camera_picture(self, name: str, size: int) -> NDArray[np.uint8]:
        return np.full((size, size, 3), 130, np.uint8)

    def film(self, callback: Callable[[], None] | None) -> float:
        self.callback = callback
        return 20.0

    def step(
        self, action: NDArray[np.float32]
    ) -> tuple[dict[str, NDArray[Any]], float, bool, bool, dict[str, Any]]:
        for _ in range(4 if self.callback else 0):
            assert self.callback is not None
            self.callback()
        return super().step(action)


@dataclass(frozen=True)
class BrokenFactory:
    where: str
    seed: int

    def __call__(self, set_name: str) -> FakeEnv:
        return FakeEnv(set_name, self.where, self.seed)


@dataclass
class Reader:
    """Answers what the instruction says; without one it says 0."""

    name: str = "reader"
    spec: PolicySpec = field(default_factory=PolicySpec)
    calls: list[int] = field(default_factory=list)

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        self.seeds = seeds
        self.told = [int(words.removeprefix("say ") or 0) for words in instructions]

    def act(self, observations: Observations) -> NDArray[np.float32]:
        assert observations["image"].shape == (len(self.told), 8, 8, 3)
        self.calls.append(len(self.told))
        return chunks(self.told)


def chunks(answers: Sequence[float]) -> NDArray[np.float32]:
    """Return chunks of one action that give one answer a row."""
    return (np.array(answers)[:, None, None] / NUMBERS).astype(np.float32)


@dataclass
class Guesser(Reader):
    """Guesses, with the luck of each row's own seed."""

    name: str = "guesser"

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        self.luck = [seeding.stream(seed, "guess") for seed in seeds]

    def act(self, observations: Observations) -> NDArray[np.float32]:
        return chunks([luck.integers(NUMBERS) for luck in self.luck])


@dataclass
class Rowdy(Reader):
    """Answers with the number of the row: what rounding does in a network, exaggerated."""

    name: str = "rowdy"

    def act(self, observations: Observations) -> NDArray[np.float32]:
        return chunks([row % NUMBERS for row in range(len(self.told))])


@dataclass
class Oracle(Reader):
    """Looks into the environment, as a scripted expert does; touches no episode that is over."""

    name: str = "oracle"

    def inform(self, truths: Sequence[FakeEnv | None]) -> None:
        self.truths = truths
        self.calls.append(sum(truth is not None for truth in truths))

    def act(self, observations: Observations) -> NDArray[np.float32]:
        return chunks([np.nan if env is None else number(env.seed) for env in self.truths])


@dataclass
class Planner(Reader):
    """Says in one chunk all that could be meant, whatever the words: one number after the other."""

    name: str = "planner"
    spec: PolicySpec = field(default_factory=lambda: PolicySpec(chunk=HORIZON))

    def act(self, observations: Observations) -> NDArray[np.float32]:
        self.calls.append(len(self.told))
        both = np.arange(HORIZON)[:, None] / NUMBERS
        return np.tile(both, (len(self.told), 1, 1)).astype(np.float32)


@dataclass
class Looker(Reader):
    """A reader with heat-maps."""

    name: str = "looker"

    def attention(self, observations: Observations) -> dict[str, NDArray[np.float32]]:
        heat = np.zeros((len(observations["image"]), 4, 4), np.float32)
        heat[:, 1, 2] = 1.0
        return {"target": heat, "place": heat[:, ::-1]}


@dataclass(frozen=True)
class Mortal:
    """Makes a reader; kills its own process while `lives` files are left."""

    folder: Path
    lives: int

    def __call__(self) -> Reader:
        for life in range(self.lives):
            try:
                (self.folder / f"life-{life}").touch(exist_ok=False)
            except FileExistsError:
                continue
            os.kill(os.getpid(), signal.SIGKILL)
        return Reader()


def refuse_to_load() -> Reader:
    from vlsim.errors import BundleError

    raise BundleError("demo.vlsim/weights.safetensors is missing.")


@dataclass
class Distant(Reader):
    """A reader whose server fails at the second `act` in rows whose number is among `lost`."""

    name: str = "distant"
    lost: frozenset[int] = frozenset()

    @property
    def errors(self) -> dict[int, str]:
        numbers = {i: number(seed) for i, seed in enumerate(self.seeds)}
        is_late = len(self.calls) >= 2
        return {i: "no reply." for i, n in numbers.items() if is_late and n in self.lost}

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        super().reset(seeds, instructions)
        self.calls.clear()

    def act(self, observations: Observations) -> NDArray[np.float32]:
        # Wrong at first, so that there is a second.
        first = not self.calls
        found = super().act(observations)
        found[list(self.errors)] = np.nan
        return found * 0 - 1 if first else found
