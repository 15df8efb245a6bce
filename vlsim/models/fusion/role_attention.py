"""Role attention: each role of the sentence looks for its referent in the picture."""

import torch
from torch import Tensor, nn


class RoleAttention(nn.Module):
    """One attention map per role, from what the sentence says of it to what the picture shows.

    The score of a cell is the dot product of the role's vector with the cell's key, so that
    evidence for "red" and for "cube" adds up: a red cube is found without ever having been seen.
    """

    def __init__(self, dim: int, n_roles: int) -> None:
        """Build keys for `n_roles` roles over `dim` features."""
        super().__init__()
        self.n_roles = n_roles
        self.keys = nn.Conv2d(dim, n_roles * dim, 1)
        self.log_scale = nn.Parameter(torch.tensor(0.0))

    def forward(self, features: Tensor, roles: Tensor) -> Tensor:
        """Return the scores of every cell for every role and sentence.

        Args:
            features: Shape (B, D, h, w).
            roles: What S sentences of each picture say of each role. Shape (B, S, R, D).

        Returns:
            Unnormalised scores. Shape (B, S, R, h * w).
        """
        b, d, h, w = features.shape
        keys = self.keys(features).view(b, self.n_roles, d, h * w)
        scores: Tensor = torch.einsum("brdn,bsrd->bsrn", keys, roles)
        scale: Tensor = self.log_scale.exp() * d**-0.5
        return scores * scale
