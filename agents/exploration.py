"""What a head draws actions from, as Stable-Baselines3 asks for it."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vlsim.models.heads import ActionHead


class Exploration:
    """As much of Stable-Baselines3's `Distribution` as its policies use."""

    def __init__(
        self,
        head: ActionHead,
        rows: Tensor,
        log_std: Tensor,
        columns: list[int],
        undecided: NDArray[np.float32],
    ) -> None:
        """Act on feature rows (B, F).

        Args:
            head: What acts.
            rows: What it reads.
            log_std: (n_gaussian,), as the head takes it.
            columns: Where the head's entries stand in an environment's action.
            undecided: An environment's action with what stands in its other entries, (A,).
        """
        self._head, self._rows, self._columns = head, rows, columns
        self._undecided = torch.from_numpy(undecided).to(rows.device)
        self._distribution = head.distribution(rows, log_std)

    def get_actions(self, deterministic: bool = False) -> Tensor:
        """Return the best actions, or drawn ones, (B, A)."""
        best: Tensor = self._head(self._rows) if deterministic else self._distribution.rsample()
        actions: Tensor = self._undecided.repeat(len(best), 1)
        actions[:, self._columns] = best
        return actions

    def log_prob(self, actions: Tensor) -> Tensor:
        """Return the log-probabilities of actions (B, A), (B,)."""
        return self._distribution.log_prob(actions[:, self._columns])

    def entropy(self) -> Tensor:
        """Return the entropies in nats, (B,)."""
        return self._distribution.entropy()
