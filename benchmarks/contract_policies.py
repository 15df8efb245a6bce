"""Policies for the check of the contract: one that sees and steers, and faults to plant in any."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from vlsim import seeding
from vlsim.interface.action import METRES_PER_STEP
from vlsim.interface.environment import GroundTruth
from vlsim.interface.observation import IMAGE, PROPRIO
from vlsim.interface.policy import Informed, Observations, Policy, PolicySpec
from vlsim.world.camera import FRONT
from vlsim.world.things import COLORS

Actions = NDArray[np.float32]
HEIGHT = 0.03
"""Of what is reached for, metres."""
NOT_GREY = 0.12
"""How much a pixel's shares of red, green and blue differ at least, if it has a color."""
STATE_MEAN = np.array([0.45, 0.0, 0.2, 0.0, 0.0, 0.06])
STATE_SPREAD = np.array([0.1, 0.1, 0.08, 0.3, 0.2, 0.02])
"""Of the poses in somebody's data."""


class ColorsApart(gym.Wrapper[Any, Any, Any, Any]):
    """Only episodes whose objects have colors of their own, by which the instruction names one."""

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin the first such episode that follows from a seed."""
        for number in itertools.count():
            drawn = seeding.derive(seed or 0, "colors", number)
            found = self.env.reset(seed=drawn, options=options)
            colors = [spec.color for spec in self.get_wrapper_attr("scene").specs]
            is_named = any(color in found[1]["instruction"].split() for color in colors)
            if is_named and len(set(colors)) == len(colors):
                return found
        raise AssertionError


@dataclass
class Servo:
    """Steers the hand to where it sees the color that the instruction names.

    Args:
        gain: Share of the way that one action asks for.
        noise: Standard deviation of what is added to its actions.
    """

    gain: float = 0.8
    noise: float = 0.0
    chunk: int = 1
    name: str = "servo"
    spec: PolicySpec = field(init=False)

    def __post_init__(self) -> None:
        """State what it needs."""
        self.spec = PolicySpec("ee_delta", cameras={"front": 64}, rate_hz=10, chunk=self.chunk)

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        """Read which color is named."""
        self._colors = [next((c for c in COLORS if c in w.split()), "") for w in instructions]
        self._noise = [seeding.stream(seed, "servo") for seed in seeds]

    def act(self, observations: Observations) -> Actions:
        """Return the same step T times."""
        rows = zip(
            observations[IMAGE], observations[PROPRIO], self._colors, self._noise, strict=True
        )
        return np.stack([self._act(*row) for row in rows])

    def _act(
        self,
        image: NDArray[np.uint8],
        proprio: NDArray[np.float32],
        color: str,
        noise: np.random.Generator,
    ) -> Actions:
        action = np.zeros(6)
        action[5] = 1.0
        point = seen(image, color)
        if point is not None:
            target = np.append(FRONT.to_table(point, HEIGHT), HEIGHT)
            way = self.gain * (target - proprio[:3]) / METRES_PER_STEP
            action[:3] = way / max(1.0, np.abs(way).max())
        action[:3] += self.noise * noise.standard_normal(3)
        return np.tile(np.clip(action, -1, 1).astype(np.float32), (self.chunk, 1))


def seen(image: NDArray[np.uint8], color: str) -> NDArray[np.float64] | None:
    """Return image coordinates (2,) of the middle of what has a color; None if nothing has."""
    if not color:
        return None
    pixels = image.astype(float) + 1e-3
    shares = pixels / pixels.sum(axis=-1, keepdims=True)
    known = {name: np.array(rgb[:3]) / sum(rgb[:3]) for name, rgb in COLORS.items()}
    names = list(known)
    distances = np.stack([np.linalg.norm(shares - known[name], axis=-1) for name in names])
    is_it = (distances.argmin(axis=0) == names.index(color)) & (np.ptp(shares, axis=-1) > NOT_GREY)
    rows, columns = np.nonzero(is_it)
    if len(rows) < 2:
        return None
    size = len(image)
    return np.array([2 * np.median(columns) / size - 1, 2 * (np.median(rows) + 1) / size - 1])


@dataclass
class Faulty:
    """A policy with something between it and the environment.

    Args:
        policy: The policy.
        see: What becomes of observations on the way to it.
        act_so: What becomes of its actions (B, T, A) on the way back.
        is_late: Whether each answer is the one to the observation before.
    """

    policy: Policy
    see: Callable[[Observations], Observations] = lambda seen: seen
    act_so: Callable[[Actions], Actions] = lambda actions: actions
    is_late: bool = False

    def __post_init__(self) -> None:
        """Be called as the policy is."""
        self.name, self.spec = self.policy.name, self.policy.spec

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        """Begin episodes."""
        self._last: Actions | None = None
        self.policy.reset(seeds, instructions)

    def act(self, observations: Observations) -> Actions:
        """Act with the fault."""
        now = self.act_so(self.policy.act(self.see(observations)))
        if not self.is_late:
            return now
        late, self._last = self._last, now
        return now if late is None else late


class InformedFaulty(Faulty):
    """One whose policy knows what is true."""

    def inform(self, truths: Sequence[GroundTruth | None]) -> None:
        """Pass it on."""
        if isinstance(self.policy, Informed):
            self.policy.inform(truths)


def plant(policy: Policy, **fault: Any) -> Faulty:
    """Return the policy with a fault."""
    return (InformedFaulty if isinstance(policy, Informed) else Faulty)(policy, **fault)


def _pictures(turn: Callable[[NDArray[Any]], NDArray[Any]]) -> dict[str, Any]:
    return {"see": lambda seen: seen | {IMAGE: np.ascontiguousarray(turn(seen[IMAGE]))}}


def _actions(turn: Callable[[Actions], Actions]) -> dict[str, Any]:
    return {"act_so": turn}


def _permuted(actions: Actions) -> Actions:
    return actions[..., [1, 2, 0, *range(3, actions.shape[-1])]]


def _scaled(entries: slice | list[int], by: float) -> dict[str, Any]:
    def turn(actions: Actions) -> Actions:
        actions = actions.copy()
        actions[..., entries] *= by
        return actions

    return _actions(turn)


def _raw_state(seen: Observations) -> Observations:
    """Give a policy that expects a normalised state one that is not: it takes it for one."""
    state = seen[PROPRIO].copy()
    state[:, :6] = state[:, :6] * STATE_SPREAD + STATE_MEAN
    return seen | {PROPRIO: state.astype(np.float32)}


FAULTS: Mapping[str, dict[str, Any]] = {
    "permuted axes": _actions(_permuted),
    "wrong sign": _scaled([1], -1.0),
    "wrong scale (10)": _scaled(slice(0, 3), 10.0),
    "wrong scale (1/10)": _scaled(slice(0, 3), 0.1),
    "radians for degrees": _scaled(slice(0, 7), np.pi / 180),
    "degrees for radians": _scaled(slice(0, 7), 180 / np.pi),
    "BGR for RGB": _pictures(lambda p: p[..., ::-1]),
    "upside-down picture": _pictures(lambda p: p[:, ::-1]),
    "CHW for HWC": _pictures(lambda p: p.reshape(len(p), 3, *p.shape[1:3]).transpose(0, 2, 3, 1)),
    "one-step delay": {"is_late": True},
    "un-normalised state": {"see": _raw_state},
}
"""Faults by name; those of angles are for `joint_delta`."""
