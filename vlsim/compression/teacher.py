"""What a teacher says about pictures: where it looks, and what it does."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from vlsim.compression.states import States
from vlsim.data.still_pool import StillPool
from vlsim.models.actor import Actor
from vlsim.models.fusion import Fused
from vlsim.models.tokens import to_image

ROWS = 64
"""Pictures that are looked at together."""


class Teacher:
    """A policy that no longer learns; only its labels are kept.

    Args:
        actor: The network.
    """

    def __init__(self, actor: Actor) -> None:
        """Wrap an actor."""
        self.actor = actor.eval()

    @torch.no_grad()
    def of_stills(self, pool: StillPool) -> Iterator[NDArray[np.float16]]:
        """Yield its attention to still scenes, a few at a time. Shape (n, S, R, K)."""
        for start in range(0, len(pool), ROWS):
            rows = slice(start, start + ROWS)
            image = to_image(torch.from_numpy(pool.images[rows][:, None]))
            fused = self.actor.backbone(image, torch.from_numpy(pool.tokens[rows]))
            yield _attention(fused, len(image))

    @torch.no_grad()
    def of_states(self, states: States) -> tuple[NDArray[np.float16], NDArray[np.float32]]:
        """Return its attention (N, 1, R, K) and its actions (N, A) in states."""
        attention, actions = [], []
        for start in range(0, len(states), ROWS):
            image, ids, proprio = states.tensors(slice(start, start + ROWS))
            features, fused = self.actor.look(image, self.actor.backbone.read(ids), proprio)
            attention.append(_attention(fused, len(image)))
            actions.append(self.actor.head(features).clamp(-1, 1).numpy())
        return np.concatenate(attention), np.concatenate(actions)


def _attention(fused: Fused, rows: int) -> NDArray[np.float16]:
    weights = torch.softmax(fused.scores, dim=-1)
    return np.asarray(weights.view(rows, -1, *weights.shape[1:]).numpy(), np.float16)
