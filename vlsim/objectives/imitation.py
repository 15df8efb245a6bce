"""Do what the expert did: behaviour cloning."""

from typing import ClassVar

from torch import Tensor, nn

from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import ACTION, Batch
from vlsim.observation import PROPRIO


@OBJECTIVES.register("imitation")
class Imitation(Objective):
    """Do what the expert did in demonstrations."""

    needs: ClassVar[frozenset[str]] = frozenset({PROPRIO, ACTION})

    def forward(self, batch: Batch) -> Tensor:
        """Return the mean squared difference of the actions."""
        return nn.functional.mse_loss(batch.actor.head(batch.rows), batch[ACTION])
