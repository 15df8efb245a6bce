"""Tell which sentence was said of which picture."""

from typing import ClassVar

import torch
from torch import Tensor

from vlsim.losses.contrastive import compatible_pairs, contrastive_loss
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import OBJECTS, PRESENT, REFS, Batch


@OBJECTIVES.register("contrastive")
class Contrastive(Objective):
    """Match instructions to images; those that are true of another image count as no mistake."""

    needs: ClassVar[frozenset[str]] = frozenset({PRESENT, OBJECTS, REFS})

    def forward(self, batch: Batch) -> Tensor:
        """Return the cross-entropy of the pairs of pictures and their first sentences, in nats."""
        image, text, present = batch.image, batch.text, batch.of_roles(PRESENT)
        b, s = present.shape[:2]
        first = text.picked(torch.arange(0, b * s, s, device=present.device))
        # How clearly each picture shows what each sentence says, summed over the sentence's roles.
        sharpness = batch.network.backbone.fusion.sharpness(image, first)
        fit = (sharpness * present[:, 0]).sum(-1)
        return contrastive_loss(fit, compatible_pairs(batch[OBJECTS], batch.of_roles(REFS)[:, 0]))
