"""What a head draws actions from, as Stable-Baselines3 asks for it."""

from torch import Tensor

from vlsim.models.heads import ActionHead


class Exploration:
    """As much of Stable-Baselines3's `Distribution` as its policies use."""

    def __init__(
        self, head: ActionHead, rows: Tensor, log_std: Tensor, columns: list[int], size: int
    ) -> None:
        """Act on feature rows (B, F).

        Args:
            head: What acts.
            rows: What it reads.
            log_std: (n_gaussian,), as the head takes it.
            columns: Where the head's entries stand in an environment's action.
            size: Entries of an environment's action.
        """
        self._head, self._rows, self._columns, self._size = head, rows, columns, size
        self._distribution = head.distribution(rows, log_std)

    def get_actions(self, deterministic: bool = False) -> Tensor:
        """Return the best actions, or drawn ones, (B, A)."""
        best: Tensor = self._head(self._rows) if deterministic else self._distribution.rsample()
        actions = best.new_zeros(len(best), self._size)
        actions[:, self._columns] = best
        return actions

    def log_prob(self, actions: Tensor) -> Tensor:
        """Return the log-probabilities of actions (B, A), (B,)."""
        return self._distribution.log_prob(actions[:, self._columns])

    def entropy(self) -> Tensor:
        """Return the entropies in nats, (B,)."""
        return self._distribution.entropy()
