"""Tell from what a robot does which sentence it follows."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from vlsim.interface.observation import INSTRUCTION
from vlsim.losses.instruction import instruction_loss
from vlsim.models.config import BackboneConfig
from vlsim.models.fusion.base import Attention
from vlsim.models.joint_space import JointSpace
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import STEP, TRAJECTORY, Batch
from vlsim.objectives.pairs import first_sentences


@OBJECTIVES.register("instruction")
class Instruction(Objective):
    """Tell which sentence of the batch a trajectory follows."""

    needs: ClassVar[frozenset[str]] = frozenset({TRAJECTORY})

    def __init__(self, config: BackboneConfig) -> None:
        """Build what reads steps: each looks at the picture, where it acts."""
        super().__init__(config)
        dim = config.dim
        self.step = nn.Linear(STEP, dim)
        self.place, self.look = nn.Linear(2, dim), Attention(dim, heads=1)
        self.space = JointSpace(dim)

    def forward(self, batch: Batch) -> Tensor:
        """Return the cross-entropy of the sentence that is followed, in nats."""
        image, text, ids = batch.image, first_sentences(batch), batch[INSTRUCTION][:, 0]
        cells = image.features + self.place(image.grid)
        trajectories = self.space.of_pictures(self.look(self.step(batch[TRAJECTORY]), cells))
        agreement = self.space.agreement(
            trajectories, self.space.of_sentences(text.context, text.mask)
        )
        # Each sentence stands for choice once, in its first row.
        rows = torch.arange(len(ids), device=ids.device)
        followed = (ids[:, None] == ids[None]).all(-1).byte().argmax(1)
        return instruction_loss(agreement.masked_fill(followed != rows, float("-inf")), followed)
