"""Which finished episodes count towards the numbers of an update."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple


class Finished(NamedTuple):
    """An episode that has ended."""

    began: int
    """Update in which it began."""
    is_success: bool
    on_referent: bool
    """Whether the object acted on was the one named."""
    return_: float
    """Sum of its rewards, not discounted."""


@dataclass(frozen=True)
class LogState:
    """Where a log stands, as a checkpoint has it."""

    began: list[int | None]
    """Update in which the episode of each environment began, null before its first step."""
    finished: list[Finished]
    """Episodes that are not released yet."""


class EpisodeLog:
    """Follows the episodes of several environments and releases them by the update they began in.

    Short episodes are mostly successes. If an episode counted as soon as it ended, the first
    updates would see the short ones only, and success would look too high until the long ones
    ended. So the episodes that began in an update count together, when the last of them has ended.

    Args:
        n_envs: Number of environments.
    """

    def __init__(self, n_envs: int) -> None:
        """Start before the first step."""
        self._began: list[int | None] = [None] * n_envs
        self._finished: list[Finished] = []

    def step(self, update: int, dones: Any, infos: list[dict[str, Any]]) -> None:  # noqa: ANN401
        """Take in a step of all environments, made for `update`."""
        for i, (done, info) in enumerate(zip(dones, infos, strict=True)):
            began = self._began[i]
            began = update if began is None else began
            self._began[i] = None if done else began
            if done:
                self._finished.append(
                    Finished(
                        began,
                        bool(info["success_once"]),
                        bool(info["attempted"] == info["referent"]),
                        float(info["episode"]["r"]),
                    )
                )

    def release(self) -> list[Finished]:
        """Return, once, the episodes of all updates of which none is under way any more."""
        oldest = min((b for b in self._began if b is not None), default=math.inf)
        released = [episode for episode in self._finished if episode.began < oldest]
        self._finished = [episode for episode in self._finished if episode.began >= oldest]
        return released

    @property
    def state(self) -> LogState:
        """What `restore` needs."""
        return LogState(list(self._began), list(self._finished))

    def restore(self, state: LogState) -> None:
        """Go on where another log was."""
        self._began, self._finished = list(state.began), list(state.finished)


def summary(episodes: list[Finished]) -> dict[str, float]:
    """Return the numbers of some episodes, by the names that `metrics.jsonl` has for them."""
    n = len(episodes)
    if not n:
        return {"episodes": 0}
    return {
        "episodes": n,
        "success_rate": sum(e.is_success for e in episodes) / n,
        "referent_accuracy": sum(e.on_referent for e in episodes) / n,
        "return": sum(e.return_ for e in episodes) / n,
    }
