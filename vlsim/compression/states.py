"""The states that a student comes into when it acts by itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vlsim.interface.observation import INSTRUCTION, PROPRIO, channels, undecided
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig
from vlsim.models.tokens import to_image
from vlsim.seeding import derive


class Envs(Protocol):
    """Environments side by side that begin a new episode whenever one is over."""

    @property
    def num_envs(self) -> int:
        """How many there are, B."""

    def seed_episodes(self, seeds: Sequence[int]) -> None:
        """Fix the first episode of each; every later one follows from it."""

    def reset(self) -> Mapping[str, NDArray[Any]]:
        """Begin, and return the observations, B rows each."""

    def step(self, actions: NDArray[np.float32]) -> tuple[Any, ...]:
        """Act, (B, A), and return the observations first."""

    def close(self) -> None:
        """Stop."""


MakeEnvs: TypeAlias = Callable[[], Envs]


@dataclass(frozen=True, eq=False)
class States:
    """N states as an actor reads them.

    Args:
        images: Of V cameras. Shape (N, V, S, S, 3), uint8.
        ids: Token ids of the sentences. Shape (N, L), int64.
        proprio: Shape (N, P), float32.
    """

    images: NDArray[np.uint8]
    ids: NDArray[np.int64]
    proprio: NDArray[np.float32]

    def __len__(self) -> int:
        """Count the states."""
        return len(self.images)

    def tensors(self, rows: slice) -> tuple[Tensor, Tensor, Tensor]:
        """Return what an actor is given in some of them."""
        image = to_image(torch.from_numpy(self.images[rows]))
        return image, torch.from_numpy(self.ids[rows]), torch.from_numpy(self.proprio[rows])

    @staticmethod
    def join(parts: "Sequence[States]") -> "States":
        """Return the states of several, one after the other."""
        names = ("images", "ids", "proprio")
        return States(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def read_states(config: ActorConfig, observations: Mapping[str, NDArray[Any]]) -> States:
    """Return observations (B rows each) as an actor reads them."""
    proprio, _ = config.channels.columns_in(channels(config.control, config.channels.n_joints))
    return States(
        np.stack([observations[key] for key in config.backbone.image_keys], axis=1),
        observations[INSTRUCTION][:, : config.n_words],
        observations[PROPRIO][:, proprio],
    )


@torch.no_grad()
def visit(
    actor: Actor, envs: Envs, count: int, seed: int, on_states: Callable[[int], None]
) -> States:
    """Let an actor act until it was in `count` states, and return them.

    Args:
        actor: What acts, without noise.
        envs: Where.
        count: How many states; rounded up to a whole number of steps of all environments.
        seed: Of the episodes.
        on_states: Called with the number of new states after each step.
    """
    actor.eval()
    config = actor.config
    whole = channels(config.control, config.channels.n_joints)
    _, columns = config.channels.columns_in(whole)
    rest = undecided(config.channels, whole)
    envs.seed_episodes([derive(seed, "episode", i) for i in range(envs.num_envs)])
    observations = envs.reset()
    visited: list[States] = []
    for _ in range(-(-count // envs.num_envs)):
        visited.append(read_states(config, observations))
        image, ids, proprio = visited[-1].tensors(slice(None))
        actions = np.tile(rest, (envs.num_envs, 1))
        actions[:, columns] = actor(image, ids, proprio).clamp(-1, 1).numpy()
        observations = envs.step(actions)[0]
        on_states(envs.num_envs)
    return States.join(visited)
