"""Other views of the same environment, for people who want something else than token ids."""

from collections.abc import Mapping
from typing import Any

import gymnasium as gym
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs
from gymnasium.vector.utils import create_shared_memory

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.interface.observation import INSTRUCTION
from vlsim.language.tokenizer import default_tokenizer


class InstructionText(gym.ObservationWrapper[Any, Any, Any], RecordConstructorArgs):
    """Gives the instruction as words, in a `gymnasium.spaces.Text`, instead of token ids.

    For policies that bring their own text encoder. Stable-Baselines3 knows no `Text` space, and
    Gymnasium's vectors of processes need `vector_kwargs={"shared_memory": False}` for it.

    Args:
        env: A vlsim environment.

    Raises:
        InvalidValueError: If `env` observes no instruction.

    Example:
        >>> from vlsim.envs import make_env
        >>> env = InstructionText(make_env("reach"))
        >>> env.reset(seed=0)[0]["instruction"]
        'move the gripper to the blue sphere'
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        """See the class."""
        # Gymnasium then knows how to make the wrapped environment again from its `spec`.
        RecordConstructorArgs.__init__(self)
        super().__init__(env)
        known = observed_spaces(self, INSTRUCTION)
        n_words = known[INSTRUCTION].shape[0]
        self.observation_space = spaces.Dict({**known, INSTRUCTION: Sentence(n_words)})

    def observation(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return the observation with words in it."""
        return {**observation, INSTRUCTION: self.env.get_wrapper_attr("task_description")}


class ResetOptions(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Begins every episode with the same reset options, such as an instruction of one's own.

    Args:
        env: A vlsim environment.
        options: What every reset asks for; options of a single reset count more.

    Example:
        >>> from vlsim.envs import make_env
        >>> env = ResetOptions(make_env("reach"), {"instruction": "touch the ball"})
        >>> env.reset(seed=0)[1]["instruction"]
        'touch the ball'
    """

    def __init__(self, env: gym.Env[Any, Any], options: Mapping[str, Any]) -> None:
        """See the class."""
        RecordConstructorArgs.__init__(self, options=options)
        super().__init__(env)
        self._options = dict(options)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin the episode of `seed` with the options."""
        return self.env.reset(seed=seed, options=self._options | (options or {}))


class Sentence(spaces.Text):
    """Every sentence of so many words, whatever its characters: what the environment says.

    It refuses to be shared between processes: Gymnasium 1.4 reads a `Text` out of shared memory
    once, when a vector of processes is made, and every observation would hold that first, empty
    text.
    """

    def __init__(self, n_words: int) -> None:
        """Allow `n_words` words; samples are one of at most as many letters."""
        super().__init__(n_words, min_length=0)

    def contains(self, x: object) -> bool:
        """Whether `x` is a text that the environment's tokenizer takes."""
        if not isinstance(x, str):
            return False
        try:
            default_tokenizer().encode(x, self.max_length)
        except InstructionError:
            return False
        return True

    def __repr__(self) -> str:
        """Say what is allowed."""
        return f"Sentence({self.max_length})"


@create_shared_memory.register(Sentence)
def _refuse_to_share(space: Sentence, n: int = 1, ctx: Any = None) -> Any:  # noqa: ANN401
    raise InvalidValueError(
        "Words cannot be shared between processes; pass "
        'vector_kwargs={"shared_memory": False} to make_vec.'
    )


def observed_spaces(wrapper: gym.Wrapper[Any, Any, Any, Any], *needed: str) -> dict[str, Any]:
    """Return the space of every key that the wrapped environment observes.

    Raises:
        InvalidValueError: If it does not observe a dictionary that has every key in `needed`.
    """
    space = wrapper.env.observation_space
    known = dict(space.spaces) if isinstance(space, spaces.Dict) else {}
    if missing := [key for key in needed if key not in known]:
        raise InvalidValueError(
            f"{type(wrapper).__name__} wraps an environment that observes "
            f"{' and '.join(repr(key) for key in needed)}; this one lacks "
            f"{missing[0]!r}. Wrap a vlsim environment, before wrappers that change it."
        )
    return known
