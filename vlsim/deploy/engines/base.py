"""What every engine is: it computes a bundle's network, numpy in and numpy out.

An engine is a file in this folder and its import in `__init__.py`. What it needs besides numpy is
imported where a bundle is opened, so that the others work without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.bundle import Bundle
from vlsim.registry import Registry


@dataclass(frozen=True, eq=False)
class TextArrays:
    """M sentences as L tokens each, of which the padding does not count.

    Args:
        words: What each token says by itself. Shape (M, L, D), float32.
        context: What it says in its sentence. Shape (M, L, D), float32.
        mask: False where there is padding. Shape (M, L), bool.
    """

    words: NDArray[np.float32]
    context: NDArray[np.float32]
    mask: NDArray[np.bool_]

    def __len__(self) -> int:
        """Count the sentences."""
        return len(self.mask)

    @staticmethod
    def stacked(sentences: "Sequence[TextArrays]") -> "TextArrays":
        """Return several sentences as one batch, padded to the longest."""
        longest = max(sentence.mask.shape[1] for sentence in sentences)
        words, context, mask = (
            np.concatenate([_padded(array, longest) for array in arrays])
            for arrays in zip(*((s.words, s.context, s.mask) for s in sentences), strict=True)
        )
        return TextArrays(words, context, mask)


def _padded(tokens: NDArray[Any], length: int) -> NDArray[Any]:
    """Return (M, L, …) as (M, `length`, …), zeros behind."""
    behind = [(0, 0)] * tokens.ndim
    behind[1] = (0, length - tokens.shape[1])
    return np.pad(tokens, behind)


@dataclass(frozen=True, eq=False)
class Reply:
    """What a network does about B pictures, and where it looked.

    Args:
        actions: Shape (B, A), float32, in [-1, 1].
        attention: Of each role over the front camera's picture, of sum 1. Shape (B, R, h, w).
    """

    actions: NDArray[np.float32]
    attention: NDArray[np.float32]


class Engine(Protocol):
    """Computes the network of one bundle. Its inputs have been checked."""

    @property
    def tolerance(self) -> float:
        """Largest difference of an action from the bundle's golden one."""

    def read(self, ids: NDArray[np.int64]) -> TextArrays:
        """Return the tokens of one sentence (1, L)."""

    def act(
        self, image: NDArray[np.uint8], text: TextArrays, proprio: NDArray[np.float32]
    ) -> Reply:
        """Return what the network does.

        Args:
            image: Pictures of V cameras. Shape (B, V, S, S, 3).
            text: B sentences.
            proprio: Shape (B, P).
        """


@dataclass(frozen=True)
class Computing:
    """How an engine computes.

    Args:
        device: Torch device.
    """

    device: str = "cpu"


class OpenEngine(Protocol):
    """Makes the engine of a bundle; what is registered in `ENGINES`."""

    def __call__(self, bundle: Bundle, computing: Computing) -> Engine:
        """Open a bundle.

        Raises:
            BundleError: If the bundle lacks what the engine computes from.
            InvalidValueError: If it cannot compute as asked.
            MissingExtraError: If a package is missing.
        """


ENGINES: Registry[OpenEngine] = Registry("engine")
