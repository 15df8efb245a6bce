"""Do what the expert did: behaviour cloning."""

from typing import ClassVar

from torch import Tensor

from vlsim.interface.observation import PROPRIO
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import ACTION, Batch


@OBJECTIVES.register("imitation")
class Imitation(Objective):
    """Do what the expert did in demonstrations."""

    needs: ClassVar[frozenset[str]] = frozenset({PROPRIO, ACTION})

    def forward(self, batch: Batch) -> Tensor:
        """Return how far the actor's head is from the expert's actions."""
        return batch.actor.head.errors(batch.rows, batch[ACTION]).mean()
