"""What can be evaluated: a policy that acts in several environments at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from vlsim.interface.environment import Handle

Observations: TypeAlias = dict[str, NDArray[Any]]
"""Observations by name, each with the batch in front: `image` has shape (B, H, W, 3)."""


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


PolicyFactory: TypeAlias = Callable[[], Policy]


def stack(observations: Sequence[Mapping[str, NDArray[Any]]]) -> Observations:
    """Put B observations into one, the batch in front."""
    return {key: np.stack([o[key] for o in observations]) for key in observations[0]}
