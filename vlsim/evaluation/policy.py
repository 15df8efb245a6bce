"""What can be evaluated: a policy that acts in several environments at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Observations: TypeAlias = dict[str, NDArray[Any]]
"""Observations by name, each with the batch in front: `image` has shape (B, H, W, 3)."""
Handle: TypeAlias = Any
"""An environment without its wrappers, as the scripted expert needs it."""


class Policy(Protocol):
    """Acts in B episodes side by side; what it does in one must not depend on the others."""

    name: str

    def reset(self, seeds: list[int]) -> None:
        """Begin B episodes. All chance that row i uses must come from `seeds[i]`."""

    def act(self, observations: Observations, envs: list[Handle | None]) -> NDArray[np.float32]:
        """Return one action per row. Shape (B, A).

        Args:
            observations: B rows each.
            envs: The environment of each row, without wrappers; None where the episode is over, and
                whatever is returned for that row is ignored. Only scripted policies look at them.
        """


@runtime_checkable
class Attentive(Protocol):
    """A policy that can say where in the picture it looks for what the instruction names."""

    def attention(self, observations: Observations) -> Mapping[str, NDArray[np.float32]]:
        """Return heat-maps of "target" and "place", or of what it has; (B, h, w), not negative."""


class Environment(Protocol):
    """The part of Gymnasium's interface that an evaluation uses.

    `info` must carry instruction, goal, is_success, success_once, reward_terms, referent, attempted
    (an object's index, -1 for none), failure (words, at the end of an episode) and state_hash, at
    the reset and at every step.
    """

    @property
    def unwrapped(self) -> Handle:
        """The environment without its wrappers."""

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin the episode that belongs to `seed`."""

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:  # noqa: ANN401
        """Carry out one action."""

    def close(self) -> None:
        """Free what it holds."""


EnvFactory: TypeAlias = Callable[[str], Environment]
"""Makes the environment of an instruction set, given the set's name."""
PolicyFactory: TypeAlias = Callable[[], Policy]


def stack(observations: Sequence[Mapping[str, NDArray[Any]]]) -> Observations:
    """Put B observations into one, the batch in front."""
    return {key: np.stack([o[key] for o in observations]) for key in observations[0]}
