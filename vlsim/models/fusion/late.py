"""Late fusion: picture and words meet in one small network, cell by cell, at the very end."""

import torch
from torch import Tensor, nn

from vlsim.models.axes import Axes
from vlsim.models.fusion.base import FUSION, Fusion
from vlsim.models.tokens import ImageTokens, TextTokens


@FUSION.register("late")
class Late(Fusion):
    """Two layers read a cell beside a role's vector, instead of a dot product of the two.

    What they learn of "red" and of "cube" need not add up.
    """

    def __init__(self, dim: int, n_roles: int) -> None:
        """Build the network that scores."""
        super().__init__(dim, n_roles)
        self.from_image, self.from_words = nn.Linear(dim, dim), nn.Linear(dim, dim)
        self.out = nn.Sequential(nn.ReLU(), nn.Linear(dim, dim), nn.ReLU(), nn.Linear(dim, 1))

    @property
    def axes(self) -> Axes:
        """Which channels its weights run over."""
        return {
            **self.shared_axes,
            "from_image.weight": "evidence image",
            "from_image.bias": "evidence",
            "from_words.weight": "evidence role",
            "from_words.bias": "evidence",
            "out.1.weight": "verdict evidence",
            "out.1.bias": "verdict",
            "out.3.weight": ". verdict",
        }

    def score(self, image: ImageTokens, roles: Tensor) -> Tensor:
        """Return the scores of every image token, (M, R, N), for role vectors (M, R, D)."""
        b = image.features.shape[0]
        cells = self.from_image(image.features)[:, None, None]
        words = self.from_words(roles).unflatten(0, (b, roles.shape[0] // b))[..., None, :]
        scores: Tensor = self.out(cells + words)[..., 0].flatten(0, 1)
        return scores

    def sharpness(self, image: ImageTokens, text: TextTokens) -> Tensor:
        """Return how well pictures and sentences agree, (I, J, R), by dot products."""
        keys = self.keys(image.features.mean(1)).unflatten(-1, (self.n_roles, -1))
        agreement: Tensor = torch.einsum("ird,jrd->ijr", keys, self.pool(text))
        scale: Tensor = self.log_scale.exp() * keys.shape[-1] ** -0.5
        return agreement * scale
