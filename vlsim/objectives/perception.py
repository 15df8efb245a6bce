"""See what stands where: no words."""

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from vlsim.losses.boxes import box_loss
from vlsim.losses.heat_map import heat_map_loss, heat_of
from vlsim.models.prediction.things import LAYERS, VALUES
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import BOXES, OBJECTS, Batch
from vlsim.world.things import KINDS

UNKNOWN = -1
"""Index of a value that nobody knows, of an attribute of a thing that is there."""
SPREAD = 0.15
"""Standard deviation of the heat around a middle, in lengths of the thing's shorter side."""


@OBJECTIVES.register("perception")
class Perception(Objective):
    """Find all things, with their boxes, kinds, colours, sizes and materials."""

    needs: ClassVar[frozenset[str]] = frozenset({BOXES, OBJECTS})
    heads: ClassVar[tuple[str, ...]] = ("things",)

    def forward(self, batch: Batch) -> Tensor:
        """Return the losses of heat map, boxes and attributes, summed."""
        cells, boxes, objects = batch.cells, batch[BOXES], batch[OBJECTS].long()
        there = ~boxes.isnan().any(-1)
        boxes = boxes.nan_to_num()
        grid = batch.image.grid[: batch.image.n_front]
        layer = stays(objects[..., 0])
        places = nearest_cell((boxes[..., :2] + boxes[..., 2:]) / 2, len(grid)) + len(grid) * layer
        size = (boxes[..., 2:] - boxes[..., :2]).amin(-1)
        # The layers lie apart, as if they were two pictures side by side.
        apart = grid.new_tensor([[1000.0, 0.0]])
        both = torch.cat([grid + apart * n for n in range(LAYERS)])
        heat = heat_of(places, there, (SPREAD * size).clamp(min=1 / len(grid) ** 0.5), both)
        found = heat_map_loss(cells.heat, heat)

        def at_middles(of_cells: Tensor) -> Tensor:
            return of_cells.gather(1, places[..., None].expand(-1, -1, of_cells.shape[-1]))

        framed = box_loss(at_middles(cells.boxes), boxes, there)
        values = torch.split(at_middles(cells.values)[there], VALUES, dim=-1)
        labels = objects[there].unbind(-1)
        known = [
            functional.cross_entropy(logits, label, ignore_index=UNKNOWN, reduction="sum")
            / (label != UNKNOWN).sum().clamp(min=1)
            for logits, label in zip(values, labels, strict=True)
        ]
        return found + framed + torch.stack(known).sum()


_STAYS = torch.tensor([not kind.movable for kind in KINDS.values()])


def stays(kinds: Tensor) -> Tensor:
    """Return the layer of things by the indices of their kinds: 1 of those that stay."""
    return _STAYS.to(kinds.device)[kinds.clamp(min=0)].long()


def nearest_cell(uv: Tensor, n: int) -> Tensor:
    """Return which of n cells, row by row, points (..., 2) in image coordinates lie in, int64.

    >>> nearest_cell(torch.tensor([[0.1, -0.9], [1.0, 1.0]]), 4).tolist()
    [1, 3]
    """
    side = round(n**0.5)
    column, row = ((uv + 1) / 2 * side).long().clamp(0, side - 1).unbind(-1)
    cells: Tensor = row * side + column
    return cells
