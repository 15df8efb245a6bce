"""The head of `primitive`, whose actions are points of the picture."""

from torch import Tensor, nn

from vlsim.models.axes import Axes
from vlsim.models.config import N_POINTS, ActorConfig
from vlsim.models.heads.base import HEADS, ActionHead, row_axis

SHIFT_SCALE = 0.1
"""One step of the optimiser must not move the aim by more than the exploration's width."""


@HEADS.register("pointing")
class PointingHead(ActionHead):
    """Acts where it looks: the attended points, shifted by what is seen there.

    The shift starts at 0, so that a grounded network acts sensibly before it has ever acted.
    """

    def __init__(self, n_features: int, config: ActorConfig) -> None:
        """Build a head over the rows of an actor."""
        super().__init__(n_features, config)
        self.n_uv, self._row = config.n_uv, row_axis(config)
        width = n_features - self.n_uv
        self.normalise = nn.LayerNorm(width)
        self.shift = nn.Linear(width, N_POINTS)
        nn.init.zeros_(self.shift.weight)
        nn.init.zeros_(self.shift.bias)

    @property
    def axes(self) -> Axes:
        """Which channels its weights run over."""
        return {
            "normalise.weight": self._row,
            "normalise.bias": self._row,
            "shift.weight": f". {self._row}",
        }

    def forward(self, features: Tensor) -> Tensor:
        """Return mean actions (B, 4) for features (B, F)."""
        shift: Tensor = self.shift(self.normalise(features[..., self.n_uv :]))
        # The first points are those of the aimed roles.
        return features[..., :N_POINTS] + SHIFT_SCALE * shift
