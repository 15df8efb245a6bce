"""What every engine is: it computes a bundle's network, numpy in and numpy out.

An engine is a file in this folder and its import in `__init__.py`. What it needs besides numpy is
imported where a bundle is opened, so that the others work without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.compiling.engine_cache import EngineCache
from vlsim.deploy.compiling.options import BuildOptions
from vlsim.deploy.exported import FP32, PRECISIONS
from vlsim.errors import InvalidValueError
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

    def rows(self, which: slice) -> "TextArrays":
        """Return some of the sentences."""
        return TextArrays(self.words[which], self.context[which], self.mask[which])

    @property
    def n_words(self) -> int:
        """Tokens of each, L."""
        return int(self.mask.shape[1])

    def padded(self, n_words: int) -> "TextArrays":
        """Return the same sentences with as many tokens, the new ones zeros."""
        behind = ((0, 0), (0, n_words - self.n_words))
        words, context = (np.pad(a, (*behind, (0, 0))) for a in (self.words, self.context))
        return TextArrays(words, context, np.pad(self.mask, behind))

    @staticmethod
    def stacked(sentences: "Sequence[TextArrays]") -> "TextArrays":
        """Return several sentences as one batch, padded to the longest."""
        longest = max(sentence.n_words for sentence in sentences)
        alike = [sentence.padded(longest) for sentence in sentences]
        return TextArrays(
            np.concatenate([sentence.words for sentence in alike]),
            np.concatenate([sentence.context for sentence in alike]),
            np.concatenate([sentence.mask for sentence in alike]),
        )


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
        """Return what the network does, about any number of rows.

        Args:
            image: Pictures of V cameras. Shape (B, V, S, S, 3).
            text: B sentences.
            proprio: Shape (B, P).
        """


@dataclass(frozen=True)
class Computing:
    """How an engine computes.

    Args:
        precision: One of `PRECISIONS`.
        device: Torch device; engines without torch know only their own.
        threads: Threads of one call; 0 leaves them to the engine.
    """

    precision: str = FP32
    device: str = "cpu"
    threads: int = 0

    def __post_init__(self) -> None:
        """Refuse what no engine can do."""
        if self.precision not in PRECISIONS:
            raise InvalidValueError(
                f"precision must be one of {', '.join(PRECISIONS)}, got '{self.precision}'."
            )
        if self.threads < 0:
            raise InvalidValueError(f"threads must be at least 0, got {self.threads}.")


class OpenEngine(Protocol):
    """Makes the engine of a bundle; what is registered in `ENGINES`."""

    def __call__(self, bundle: Bundle, computing: Computing) -> Engine:
        """Open a bundle.

        Raises:
            BundleError: If the bundle lacks what the engine computes from.
            InvalidValueError: If it cannot compute as asked.
            MissingExtraError: If a package is missing.
        """


class CompileBundle(Protocol):
    """Compiles a bundle for this machine; what is registered in `COMPILERS`.

    Engines that have one open what it keeps. The others compile when a bundle is opened, if at all.
    """

    def __call__(self, bundle: Bundle, computing: Computing, options: BuildOptions) -> EngineCache:
        """Compile a bundle, unless that was done before; returns where the result is kept.

        Raises:
            BundleError: If the bundle lacks what is compiled, or the compiler does not read it.
            EngineError: If the compiler fails.
            InvalidValueError: If it cannot compile as asked.
            MissingExtraError: If a package is missing.
        """


ENGINES: Registry[OpenEngine] = Registry("engine")
COMPILERS: Registry[CompileBundle] = Registry("compiler")


def check_computing(
    name: str, computing: Computing, precisions: Sequence[str], where: str = "the CPU"
) -> None:
    """Refuse what the engine of a name cannot do where it computes.

    Raises:
        InvalidValueError: Says what it can do.
    """
    if computing.precision not in precisions:
        raise InvalidValueError(
            f"The engine '{name}' computes with {', '.join(precisions)}, got "
            f"'{computing.precision}'."
        )
    if computing.device != "cpu":
        raise InvalidValueError(
            f"The engine '{name}' computes on {where}, got the device '{computing.device}'; leave "
            "the device out, or use the engine 'torch'."
        )


def check_no_options(name: str, options: BuildOptions) -> None:
    """Refuse options for an engine that has nothing to choose.

    Raises:
        InvalidValueError: If one was chosen.
    """
    if options != BuildOptions():
        raise InvalidValueError(
            f"The backend '{name}' has no rows, workspace and versions to choose; leave these "
            "options out."
        )


def check_torch(name: str) -> None:
    """Refuse an engine that computes with torch where there is none.

    Raises:
        InvalidValueError: Says what to do.
    """
    if find_spec("torch") is None:
        raise InvalidValueError(
            f"The engine '{name}' needs the package 'torch', which is not installed here; write "
            "@onnxruntime behind the policy's name, or: pip install vlsim"
        )
