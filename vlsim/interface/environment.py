"""What an evaluation needs of an environment."""

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

Handle: TypeAlias = Any
"""An environment without its wrappers, as the scripted expert needs it."""


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
