"""The grounded-language objectives: batches from the pool of still scenes, and their losses."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vlsim.data.still_pool import StillPool
from vlsim.errors import SimulationError
from vlsim.language.tokenizer import UNKNOWN_ID
from vlsim.losses.contrastive import compatible_pairs, contrastive_loss
from vlsim.losses.referent import referent_loss
from vlsim.models.backbone import Backbone
from vlsim.models.tokens import to_image
from vlsim.training.config import ObjectiveConfig


@dataclass(frozen=True, eq=False)
class GroundingBatch:
    """B still scenes with S sentences each, as tensors."""

    images: Tensor
    tokens: Tensor
    uv: Tensor
    present: Tensor
    objects: Tensor
    refs: Tensor


def draw_batch(
    pool: StillPool, config: ObjectiveConfig, rng: np.random.Generator, device: torch.device
) -> GroundingBatch:
    """Return a random batch of the pool, the same for the same generator state."""
    rows = rng.integers(len(pool), size=config.pool_batch)
    tokens = pool.tokens[rows]
    dropped = (rng.random(tokens.shape) < config.word_dropout) & (tokens > 0)
    return GroundingBatch(
        images=to_image(torch.from_numpy(pool.images[rows]).to(device)),
        tokens=torch.from_numpy(np.where(dropped, UNKNOWN_ID, tokens)).to(device),
        uv=torch.from_numpy(pool.uv[rows]).to(device),
        present=torch.from_numpy(pool.present[rows]).to(device),
        objects=torch.from_numpy(pool.objects[rows]).to(device),
        refs=torch.from_numpy(pool.refs[rows]).to(device),
    )


def grounding_losses(
    network: Backbone, batch: GroundingBatch, config: ObjectiveConfig
) -> dict[str, Tensor]:
    """Return the weighted loss of every objective that has a weight, by name."""
    image, text = network.vision(batch.images), network.read(batch.tokens.flatten(0, 1))
    losses = {}
    if config.referent > 0:
        scores = network.join(image, text).scores
        losses["referent"] = config.referent * point_at(
            network, scores, batch.uv.flatten(0, 1), batch.present.flatten(0, 1)
        )
    if config.contrastive > 0:
        b, s = batch.tokens.shape[:2]
        first = text.picked(torch.arange(0, b * s, s, device=batch.tokens.device))
        # How clearly each picture shows what each sentence says, summed over the sentence's roles.
        fit = (network.fusion.sharpness(image, first) * batch.present[:, 0]).sum(-1)
        same = compatible_pairs(batch.objects, batch.refs[:, 0])
        losses["contrastive"] = config.contrastive * contrastive_loss(fit, same)
    return losses


def point_at(network: Backbone, scores: Tensor, uv: Tensor, present: Tensor) -> Tensor:
    """Return the referent loss for scores (M, R, N), labels uv (M, R, 2) and present (M, R)."""
    half_a_cell = 1.0 / network.vision.side
    return referent_loss(scores, uv, present, network.vision.grid, half_a_cell)


def total_loss(losses: Mapping[str, Tensor], when: str) -> Tensor:
    """Return the sum of some losses.

    Raises:
        SimulationError: If one is not finite; names all, and says when.
    """
    total = torch.stack(list(losses.values())).sum()
    if not torch.isfinite(total):
        values = ", ".join(f"{name} {loss.item():g}" for name, loss in losses.items())
        raise SimulationError(f"A loss is not finite {when}: {values}. Use a lower learning rate.")
    return total
