"""An engine that remembers what it was shown, to calibrate and to compare another one by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.engines.base import Engine, Reply, TextArrays
from vlsim.deploy.exported import MOST_ROWS

BATCHES = (1, 2, MOST_ROWS)
"""Rows at once with which the actions of engines are compared."""


@dataclass(frozen=True, eq=False)
class Shown:
    """One row that a policy acted on, with what its network did.

    Args:
        image: Shape (V, S, S, 3).
        text: One sentence.
        proprio: Shape (P,).
        action: Shape (A,).
    """

    image: NDArray[np.uint8]
    text: TextArrays
    proprio: NDArray[np.float32]
    action: NDArray[np.float32]

    @property
    def inputs(self) -> dict[str, NDArray[Any]]:
        """What a graph that acts is given for this row alone, by name."""
        return {
            "image": self.image[None],
            "words": self.text.words,
            "context": self.text.context,
            "mask": self.text.mask,
            "proprio": self.proprio[None],
        }


@dataclass(frozen=True, eq=False)
class RecordingEngine:
    """Computes with another engine, and keeps the rows.

    Args:
        engine: The other one.
        rows: What was shown so far.
    """

    engine: Engine
    rows: list[Shown] = field(default_factory=list)

    @property
    def tolerance(self) -> float:
        """That of the other engine."""
        return self.engine.tolerance

    def read(self, ids: NDArray[np.int64]) -> TextArrays:
        """Return the tokens of one sentence (1, L)."""
        return self.engine.read(ids)

    def act(
        self, image: NDArray[np.uint8], text: TextArrays, proprio: NDArray[np.float32]
    ) -> Reply:
        """Return what the network does, and keep each row."""
        reply = self.engine.act(image, text, proprio)
        self.rows.extend(
            Shown(image[i], text.rows(slice(i, i + 1)), proprio[i], reply.actions[i])
            for i in range(len(image))
        )
        return reply


def largest_difference(engine: Engine, rows: Sequence[Shown], batch: int) -> float:
    """Return the largest difference of an engine's actions from those that were kept.

    Args:
        engine: Acts on all rows, `batch` at a time; the last ones are filled up with the first.
        rows: At least one.
        batch: Rows at once.
    """
    worst = 0.0
    for start in range(0, len(rows), batch):
        part = [rows[i % len(rows)] for i in range(start, start + batch)]
        reply = engine.act(
            np.stack([row.image for row in part]),
            TextArrays.stacked([row.text for row in part]),
            np.stack([row.proprio for row in part]),
        )
        expected = np.stack([row.action for row in part])
        # NaN is no number, and so no small one.
        worst = max(worst, float(np.nan_to_num(np.abs(reply.actions - expected), nan=np.inf).max()))
    return worst
