"""Where a student's batches come from: still scenes and its own states, with a teacher's labels."""

from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vlsim.compression.states import States
from vlsim.data.still_pool import StillPool
from vlsim.interface.observation import INSTRUCTION, PROPRIO
from vlsim.models.config import ActorConfig
from vlsim.objectives.batch import ACTION, ATTENTION
from vlsim.objectives.sources import TAUGHT, StillSource, to_tensors, with_unknown
from vlsim.training.config import ObjectiveConfig


class TaughtStills:
    """Batches of still scenes, with the teacher's attention beside the true labels."""

    name: ClassVar[str] = "still scenes with a teacher's labels"
    holds: ClassVar[frozenset[str]] = StillSource.holds | {ATTENTION}

    def __init__(
        self,
        pool: StillPool,
        attention: NDArray[np.float16],
        student: ActorConfig,
        config: ObjectiveConfig,
    ) -> None:
        """Draw scenes with the attention (N, S, R, K) to each."""
        self._stills = StillSource(pool, student, config.pool_batch, config.word_dropout)
        self._attention, self._batch_size = attention, config.pool_batch

    def draw(self, rng: np.random.Generator, device: torch.device) -> dict[str, Tensor]:
        """Return the data of a random batch, the same for the same generator state."""
        rows = rng.integers(len(self._attention), size=self._batch_size)
        attention = torch.from_numpy(self._attention[rows]).to(device)
        return self._stills.batch(rows, rng, device) | {ATTENTION: attention}


class TaughtStates:
    """Batches of the student's own states, with what the teacher sees and does there."""

    name: ClassVar[str] = "the student's own states"
    holds: ClassVar[frozenset[str]] = TAUGHT

    def __init__(
        self,
        states: States,
        attention: NDArray[np.float16],
        action: NDArray[np.float32],
        config: ObjectiveConfig,
    ) -> None:
        """Draw states with the attention (N, 1, R, K) and the action (N, A) in each."""
        self._states, self._attention, self._action = states, attention, action
        self._batch_size, self._word_dropout = config.pool_batch, config.word_dropout

    def draw(self, rng: np.random.Generator, device: torch.device) -> dict[str, Tensor]:
        """Return the data of a random batch, the same for the same generator state."""
        rows = rng.integers(len(self._states), size=self._batch_size)
        ids = with_unknown(self._states.ids[rows], self._word_dropout, rng)
        data: dict[str, NDArray[Any]] = {
            INSTRUCTION: ids[:, None],
            PROPRIO: self._states.proprio[rows],
            ATTENTION: self._attention[rows],
            ACTION: self._action[rows],
        }
        return to_tensors(self._states.images[rows], data, device)
