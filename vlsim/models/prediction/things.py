"""Things: what stands where in a picture, found without words."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from vlsim.models.config import BackboneConfig
from vlsim.models.prediction.base import PREDICTION_HEADS, PredictionHead
from vlsim.models.tokens import ImageTokens
from vlsim.world.things import COLORS, KINDS, MATERIALS, SIZES

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "kind": tuple(KINDS),
    "colour": tuple(COLORS),
    "size": tuple(SIZES),
    "material": MATERIALS,
}
"""The attributes of a thing, each with its values; in the order of the columns of `objects`."""
VALUES = list(map(len, ATTRIBUTES.values()))
"""How many values each attribute has."""
LAYERS = 2
"""Heat maps: of what can be moved, and of what stays. What lies in a bowl has the same middle."""
MOST = 10
"""Things that are looked for in a picture."""
FOUND = 0.3
"""How sure a peak must be that it is a thing."""


@dataclass(frozen=True, eq=False)
class Cells:
    """What a head says at each of C cells, those of the second layer behind those of the first.

    Args:
        features: Shape (B, C, D), float.
        heat: How sure it is that a thing's middle lies here, as a logit. Shape (B, C), float.
        boxes: (u0, v0, u1, v1) of the thing here. Shape (B, C, 4), float.
        values: Logits of the values of its attributes, side by side. Shape (B, C, A), float.
    """

    features: Tensor
    heat: Tensor
    boxes: Tensor
    values: Tensor


@dataclass(frozen=True, eq=False)
class Things:
    """The K things that are seen best.

    Args:
        features: What a thing looks like, what it is and where, side by side. Shape (B, K, F).
        boxes: What is seen of it, (u0, v0, u1, v1). Shape (B, K, 4), float.
        values: Probabilities of the values of its attributes, side by side. Shape (B, K, A).
        mask: Whether there is such a thing. Shape (B, K), bool.
        chances: How probable it is that there is one. Shape (B, K), float.
    """

    features: Tensor
    boxes: Tensor
    values: Tensor
    mask: Tensor
    chances: Tensor

    def repeated(self, times: int) -> "Things":
        """Return every picture's things `times` times in a row."""
        parts = (self.features, self.boxes, self.values, self.mask, self.chances)
        return Things(*(part.repeat_interleave(times, dim=0) for part in parts))


def feature_size(config: BackboneConfig) -> int:
    """Return F, how many features a thing has."""
    return config.dim + sum(VALUES) + 4


@PREDICTION_HEADS.register("things")
class ThingHead(PredictionHead):
    """Says at every cell whether a thing's middle is there, its box and what it is.

    Source:
        Zhou et al. 2019, arXiv 1904.07850 (CenterNet); the two layers are our own.
    """

    def __init__(self, config: BackboneConfig) -> None:
        """Build a head that looks at the neighbourhood of each cell."""
        super().__init__(config)
        dim = config.dim
        self.around = nn.ModuleList(
            nn.Conv2d(dim, dim, 3, padding=reach, dilation=reach) for reach in (1, 2)
        )
        self.says = nn.Linear(dim, LAYERS * (1 + 4 + sum(VALUES)))
        # Things are rare: it begins by saying that there are none.
        nn.init.constant_(self.says.bias.view(LAYERS, -1)[:, 0], -4.0)

    def forward(self, image: ImageTokens) -> Cells:
        """Return what it says of pictures, seen by the front camera."""
        side = round(image.n_front**0.5)
        cells = image.features[:, : image.n_front].transpose(1, 2)
        cells = cells.reshape(len(cells), -1, side, side)
        for convolution in self.around:
            cells = torch.relu(cells + convolution(cells))
        features = cells.flatten(2).transpose(1, 2)
        said = (
            self.says(features).view(*features.shape[:2], LAYERS, -1).transpose(1, 2).flatten(1, 2)
        )
        heat, middle, size, values = torch.split(said, [1, 2, 2, sum(VALUES)], dim=-1)
        cell = 2 / side
        centre = image.grid[: image.n_front].repeat(LAYERS, 1) + cell * middle
        half = cell * functional.softplus(size)
        boxes = torch.cat([centre - half, centre + half], dim=-1)
        return Cells(features.repeat(1, LAYERS, 1), heat.squeeze(-1), boxes, values)


def peaks(cells: Cells) -> Things:
    """Return the things at the peaks of the heat maps, the surest first."""
    n = cells.heat.shape[1] // LAYERS
    side = round(n**0.5)
    heat = cells.heat.detach().view(-1, LAYERS, side, side)
    is_peak = heat == functional.max_pool2d(heat, 3, stride=1, padding=1)
    sure = torch.where(is_peak, torch.sigmoid(heat), 0.0).flatten(1)
    best, places = sure.topk(min(MOST, LAYERS * n), dim=1)

    def there(of_cells: Tensor) -> Tensor:
        return of_cells.gather(1, places[..., None].expand(-1, -1, of_cells.shape[-1]))

    values = torch.cat(
        [v.softmax(-1) for v in torch.split(there(cells.values), VALUES, dim=-1)], dim=-1
    )
    boxes = there(cells.boxes)
    features = torch.cat([there(cells.features), values, boxes], dim=-1)
    return Things(features, boxes, values, best > FOUND, best)
