"""What models have in common that see things."""

from collections.abc import Iterator

import torch

from vlsim.interface.perceiver import Pixels, SeenThing
from vlsim.models.perceivers.base import Model, box_of, in_portions
from vlsim.models.prediction.things import ATTRIBUTES, VALUES, Things


class Seeing(Model):
    """Says what stands where, by its head "things"."""

    @torch.no_grad()
    def see_things(self, pictures: Pixels) -> list[list[SeenThing]]:
        """Return the things of each picture, the surest first."""
        seen = []
        for rows in in_portions(len(pictures)):
            things = self.things(self.see(pictures[rows]))
            seen += [list(_each(things, row)) for row in range(len(things.mask))]
        return seen


def _each(things: Things, row: int) -> Iterator[SeenThing]:
    """Yield the things of a picture, each with the likeliest value of every attribute."""
    for k in torch.nonzero(things.mask[row]).flatten().tolist():
        chance, values = float(things.chances[row, k]), []
        parts = torch.split(things.values[row, k], VALUES)
        for names, part in zip(ATTRIBUTES.values(), parts, strict=True):
            best = int(part.argmax())
            values.append(names[best])
            chance *= float(part[best])
        kind, color, size, material = values
        yield SeenThing(kind, color, size, material, box_of(things.boxes[row, k]), chance)
