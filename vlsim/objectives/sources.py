"""Where batches come from: still scenes and demonstrations."""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vlsim.data.demonstrations import Demonstrations
from vlsim.data.still_pool import StillPool
from vlsim.errors import InvalidValueError
from vlsim.interface.observation import IMAGE, INSTRUCTION, PROPRIO, channels
from vlsim.language.tokenizer import UNKNOWN_ID
from vlsim.models.config import POINTED, ActorConfig
from vlsim.models.tokens import to_image
from vlsim.objectives.base import OBJECTIVES
from vlsim.objectives.batch import (
    ACTION,
    ATTENTION,
    CAPTION,
    MOVES,
    N_MOVES,
    OBJECTS,
    PRESENT,
    REFS,
    TRAJECTORY,
    UV,
    as_steps,
)
from vlsim.skills import SKILLS
from vlsim.world.hand import AT_HOME

MOTION = frozenset({MOVES, N_MOVES})
TRAJECTORY_STEPS = 8
"""Steps of a trajectory out of demonstrations."""


class Source(Protocol):
    """Draws the data of batches."""

    name: ClassVar[str]
    """What it holds, in words."""
    holds: ClassVar[frozenset[str]]
    """What its batches hold beside pictures and sentences."""

    def draw(self, rng: np.random.Generator, device: torch.device) -> dict[str, Tensor]:
        """Return the data of a random batch, the same for the same generator state."""


class StillSource:
    """Batches of a pool of still scenes."""

    name: ClassVar[str] = "still scenes"
    holds: ClassVar[frozenset[str]] = frozenset(
        {UV, PRESENT, OBJECTS, REFS, CAPTION, PROPRIO, *MOTION}
    )
    """Those of `MOTION` for actors of `primitive` only."""

    def __init__(
        self, pool: StillPool, config: ActorConfig, batch_size: int, word_dropout: float
    ) -> None:
        """Draw `batch_size` scenes at a time for an actor of `config`.

        A share of the words is replaced by [UNK].
        """
        self._pool, self._batch_size, self._word_dropout = pool, batch_size, word_dropout
        self._config = config

    def draw(self, rng: np.random.Generator, device: torch.device) -> dict[str, Tensor]:
        """Return the data of a random batch, the same for the same generator state."""
        return self.batch(rng.integers(len(self._pool), size=self._batch_size), rng, device)

    def batch(
        self, rows: NDArray[np.int64], rng: np.random.Generator, device: torch.device
    ) -> dict[str, Tensor]:
        """Return the data of these scenes; only which words are unknown is left to chance."""
        pool = self._pool
        tokens = pool.tokens[rows]
        # Padding that no sentence of the batch needs costs time and changes nothing.
        tokens = tokens[..., : max(1, int((tokens > 0).any((0, 1)).sum()))]
        data: dict[str, NDArray[Any]] = {
            INSTRUCTION: with_unknown(tokens, self._word_dropout, rng),
            UV: pool.uv[rows],
            PRESENT: pool.present[rows],
            OBJECTS: pool.objects[rows],
            REFS: pool.refs[rows],
            # What may be asked for in a scene is said of it, too.
            CAPTION: pool.tokens[rows, :1],
        }
        if self._config.control == POINTED:
            data |= self._motions(rows, rng)
        return to_tensors(pool.images[rows][:, None], data, device)

    def _motions(
        self, rows: NDArray[np.int64], rng: np.random.Generator
    ) -> dict[str, NDArray[Any]]:
        """Return what to do next in these scenes, with the hand at home, where it waits."""
        pool, whole = self._pool, channels(self._config.control)
        proprio, action = self._config.channels.columns_in(whole)
        skills = np.where(np.eye(len(SKILLS), dtype=bool)[pool.skills[rows]], 1, -1)
        moves = pool.moves[rows]
        chosen = np.broadcast_to(skills[:, :, None], (*moves.shape[:3], len(SKILLS)))
        moves = np.concatenate([moves, chosen], axis=-1).astype(np.float32)
        # What was done before says nothing of what comes next.
        before = moves[rng.permutation(len(rows)), 0, 0]
        pose = np.tile(np.array(AT_HOME, np.float32), (len(rows), 1))
        measured = np.concatenate([pose, before], axis=1)
        return {
            PROPRIO: measured[:, proprio],
            MOVES: moves[..., action],
            N_MOVES: pool.n_moves[rows],
        }


class DemonstrationSource:
    """Batches of steps of demonstrations."""

    name: ClassVar[str] = "demonstrations"
    holds: ClassVar[frozenset[str]] = frozenset({PROPRIO, ACTION, TRAJECTORY})

    def __init__(
        self,
        demonstrations: Demonstrations,
        config: ActorConfig,
        batch_size: int,
        word_dropout: float,
        *,
        blind: bool = False,
    ) -> None:
        """Draw `batch_size` steps at a time for an actor of `config`; blind ones have no words.

        Raises:
            InvalidValueError: If the demonstrations are of another control mode or size.
        """
        _check_fit(config, demonstrations)
        self._images = [demonstrations.pictures_of(key) for key in config.backbone.image_keys]
        self._steps, self._batch_size, self._n_words = demonstrations, batch_size, config.n_words
        whole = channels(config.control, config.channels.n_joints)
        self._proprio, self._action = config.channels.columns_in(whole)
        self._word_dropout, self._blind = word_dropout, blind

    def draw(self, rng: np.random.Generator, device: torch.device) -> dict[str, Tensor]:
        """Return the data of a random batch, the same for the same generator state."""
        steps = self._steps
        rows = rng.integers(len(steps), size=self._batch_size)
        tokens = steps.instruction[rows, : self._n_words] * (not self._blind)
        data: dict[str, NDArray[Any]] = {
            INSTRUCTION: with_unknown(tokens, self._word_dropout, rng)[:, None],
            PROPRIO: steps.proprio[rows][:, self._proprio],
            ACTION: steps.action[rows][:, self._action],
            TRAJECTORY: self._trajectories(rows),
        }
        pictures = np.stack([images[rows] for images in self._images], axis=1)
        return to_tensors(pictures, data, device)

    def _trajectories(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return poses and actions of the steps from these on, the last again after the end."""
        steps = self._steps
        ends = np.searchsorted(steps.episode, steps.episode[rows], side="right") - 1
        later = np.minimum(rows[:, None] + np.arange(TRAJECTORY_STEPS), ends[:, None])
        pose, action = steps.proprio[:, self._proprio], steps.action[:, self._action]
        return as_steps(torch.from_numpy(pose[later]), torch.from_numpy(action[later])).numpy()


ROLLOUT = frozenset({PROPRIO, UV, PRESENT, TRAJECTORY})
"""What the batches of PPO's own rollouts hold beside pictures and sentences."""
TAUGHT = frozenset({ATTENTION, PROPRIO, ACTION})
"""What a teacher says of its student's own states, in `vlsim compress`."""
HELD: dict[str, frozenset[str]] = {
    StillSource.name: StillSource.holds,
    DemonstrationSource.name: DemonstrationSource.holds,
    "PPO's rollouts": ROLLOUT,
    "the labels of a teacher": TAUGHT,
}
"""Everything that batches hold, by where they come from."""


def check_objectives(weights: Mapping[str, float]) -> None:
    """Refuse objectives that do not exist, or that no batch could ever be used for.

    Raises:
        UnknownNameError: If there is no objective of a name.
        InvalidValueError: If one needs what no batch holds.
    """
    for name in weights:
        needs = OBJECTIVES[name].needs
        if not any(needs <= holds for holds in HELD.values()):
            offers = "; ".join(f"{source}: {', '.join(sorted(h))}" for source, h in HELD.items())
            raise InvalidValueError(
                f"The objective '{name}' needs {', '.join(sorted(needs))}, which no batch holds "
                f"together. Batches hold, of {offers}."
            )


def with_unknown(
    tokens: NDArray[np.int64], share: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return token ids of which a share is replaced by [UNK]."""
    dropped = (rng.random(tokens.shape) < share) & (tokens > 0)
    return np.where(dropped, UNKNOWN_ID, tokens)


def to_tensors(
    pictures: NDArray[np.uint8], data: Mapping[str, NDArray[Any]], device: torch.device
) -> dict[str, Tensor]:
    """Return the data of a batch as tensors; pictures (B, V, S, S, 3) become floats."""
    tensors = {name: torch.from_numpy(array).to(device) for name, array in data.items()}
    return {IMAGE: to_image(torch.from_numpy(pictures).to(device)), **tensors}


def _check_fit(config: ActorConfig, demonstrations: Demonstrations) -> None:
    n_actions, side = demonstrations.action.shape[1], demonstrations.image.shape[1]
    expected = channels(config.control, config.channels.n_joints).n_actions
    if n_actions != expected:
        raise InvalidValueError(
            f"Demonstrations have actions of {n_actions} entries; those of control "
            f"'{config.control}' have {expected}."
        )
    if side != config.backbone.image_size:
        raise InvalidValueError(
            f"Demonstrations have pictures of {side} pixels, the actor sees "
            f"{config.backbone.image_size}."
        )
