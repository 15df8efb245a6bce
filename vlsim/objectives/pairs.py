"""Pictures and sentences of a batch: which are true together, which hard to tell apart."""

import torch
from torch import Tensor

from vlsim.interface.observation import INSTRUCTION
from vlsim.losses.contrastive import compatible_pairs
from vlsim.models.prediction.things import Things
from vlsim.models.tokens import TextTokens
from vlsim.objectives.batch import OBJECTS, REFS, Batch


def things_of(batch: Batch) -> Things | None:
    """Return the things of the pictures, None if no head of the network finds any."""
    return batch.things if "things" in batch.heads else None


def first_sentences(batch: Batch) -> TextTokens:
    """Return the first sentence of each picture."""
    b, s = batch[INSTRUCTION].shape[:2]
    return batch.text.picked(torch.arange(0, b * s, s, device=batch[INSTRUCTION].device))


def true_pairs(batch: Batch) -> Tensor:
    """Return whether the first sentence of picture j is known to be true of picture i, (B, B).

    A sentence is true of every picture that it was said of, and where a batch holds facts, of all
    pictures that have what its phrases name.
    """
    ids = batch[INSTRUCTION][:, 0]
    same = (ids[:, None] == ids[None]).all(-1)
    if OBJECTS in batch.data and REFS in batch.data:
        return same | compatible_pairs(batch[OBJECTS], batch.of_roles(REFS)[:, 0])
    return same


def likeness(batch: Batch) -> Tensor:
    """Return the share of words that the first sentences of two pictures have in common, (B, B).

    A false sentence that differs in one word is harder to tell from the true one than any other.
    """
    ids = batch[INSTRUCTION][:, 0]
    here = ids > 0
    common = ((ids[:, None] == ids[None]) & here[None]).sum(-1)
    return common / here.sum(-1).clamp(min=1)
