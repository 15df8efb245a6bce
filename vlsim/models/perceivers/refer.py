"""Finds what an expression names."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import torch
from torch import Tensor

from vlsim.interface.perceiver import Pixels, Place
from vlsim.models.perceivers.base import MODELS, box_of, in_portions
from vlsim.models.perceivers.seeing import Seeing
from vlsim.models.prediction.things import Things


@MODELS.register("refer")
class Refer(Seeing):
    """Chooses among the things that it sees the one that an expression names."""

    heads_used: ClassVar[tuple[str, ...]] = ("things", "phrases")
    objectives: ClassVar[Mapping[str, float]] = {"perception": 1.0, "phrases": 1.0, "refer": 1.0}
    texts: ClassVar[tuple[str, ...]] = ("expressions",)

    @torch.no_grad()
    def locate(self, pictures: Pixels, expressions: Sequence[str]) -> list[Place]:
        """Find in picture i what expression i names."""
        places = []
        for rows in in_portions(len(pictures)):
            image = self.see(pictures[rows])
            named = self.named(self.things(image), self.read(expressions[rows]))
            chosen = named.scores[:, 0].softmax(-1)
            attention = attention_to(named.things, chosen, image.grid)
            best = chosen.argmax(-1)
            for row, thing in enumerate(best.tolist()):
                map_ = attention[row].cpu().numpy()
                places.append(Place(box_of(named.things.boxes[row, thing]), map_))
        return places


def attention_to(things: Things, chosen: Tensor, grid: Tensor) -> Tensor:
    """Return where a choice among things looks: a Gaussian as large as each thing, weighed by it.

    Args:
        things: Of M pictures.
        chosen: The weight of each thing. Shape (M, K), float.
        grid: Image coordinates of the cells of the map, row by row. Shape (N, 2), float.

    Returns:
        Shape (M, side, side), sum 1.
    """
    middle = (things.boxes[..., :2] + things.boxes[..., 2:]) / 2
    half = ((things.boxes[..., 2:] - things.boxes[..., :2]) / 2).clamp(min=1e-2)
    apart = (grid - middle[:, :, None]) / half[:, :, None]
    heat = (chosen[..., None] * torch.exp(-apart.square().sum(-1))).sum(1)
    heat = heat / heat.sum(-1, keepdim=True).clamp(min=1e-9)
    side = round(len(grid) ** 0.5)
    return heat.view(-1, side, side)
