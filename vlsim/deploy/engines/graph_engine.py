"""What engines share that compute the exported graphs: which graphs, and what goes in and out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.engines.base import Computing, Reply, TextArrays
from vlsim.deploy.exported import POLICY_GRAPHS, TEXT_GRAPH, tolerance

Run: TypeAlias = Callable[[Mapping[str, NDArray[Any]]], Sequence[NDArray[Any]]]
"""Computes a graph: inputs by name, outputs in order."""


class GraphEngine:
    """Computes the two exported graphs of a bundle.

    Args:
        tolerance: Largest difference of an action from the bundle's golden one.
        text: Computes the graph of sentences.
        policy: Computes the graph that acts.
    """

    def __init__(self, tolerance: float, text: Run, policy: Run) -> None:
        """Take both graphs, opened."""
        self.tolerance = tolerance
        self._text, self._policy = text, policy

    def read(self, ids: NDArray[np.int64]) -> TextArrays:
        """Return the tokens of one sentence (1, L)."""
        return TextArrays(*self._text({"ids": ids}))

    def act(
        self, image: NDArray[np.uint8], text: TextArrays, proprio: NDArray[np.float32]
    ) -> Reply:
        """Return what the network does."""
        return Reply(*self._policy({"image": image, **vars(text), "proprio": proprio}))


def in_parts(run: Run, fewest: int, most: int) -> Run:
    """Return a graph that takes any number of rows.

    Args:
        run: Takes from `fewest` to `most` rows; rows that are missing are repeated ones.
        fewest: At least 1.
        most: At least `fewest`.
    """

    def run_all(inputs: Mapping[str, NDArray[Any]]) -> Sequence[NDArray[Any]]:
        n_rows = len(next(iter(inputs.values())))
        if fewest <= n_rows <= most:
            return run(inputs)
        found = []
        for start in range(0, n_rows, most):
            rows = range(start, min(start + most, n_rows))
            filled = [*rows, *[start] * (fewest - len(rows))]
            outputs = run({name: array[filled] for name, array in inputs.items()})
            found.append([output[: len(rows)] for output in outputs])
        return [np.concatenate(parts) for parts in zip(*found, strict=True)]

    return run_all


def open_graphs(
    bundle: Bundle, computing: Computing, open_graph: Callable[[Bundle, str, int], Run]
) -> GraphEngine:
    """Return the engine of a bundle.

    Args:
        bundle: The bundle.
        computing: How it computes.
        open_graph: Opens a graph of the bundle by its name, for a number of threads.

    Raises:
        BundleError: If it was not exported in this precision, or a graph cannot be opened.
    """
    # Graphs of this size gain nothing from more, and a robot's computer has other things to do.
    threads = computing.threads or 1
    return GraphEngine(
        tolerance(bundle, computing.precision),
        # What is told at reset is read with 32 bits, whatever acts.
        open_graph(bundle, TEXT_GRAPH, threads),
        open_graph(bundle, POLICY_GRAPHS[computing.precision], threads),
    )
