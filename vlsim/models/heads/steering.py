"""The head of the control modes whose actions are small motions."""

import torch
from torch import Tensor, nn

from vlsim.models.axes import Axes
from vlsim.models.config import ActorConfig
from vlsim.models.heads.base import HEADS, ActionHead, row_axis


@HEADS.register("steering")
class SteeringHead(ActionHead):
    """Two hidden layers from the attended points and the arm's own pose to a motion.

    With the front camera alone it does not get the features that the attention read: where a thing
    is, and not what it looks like, decides the way to it.
    """

    center: Tensor
    scale: Tensor

    def __init__(self, n_features: int, config: ActorConfig) -> None:
        """Build a head that starts close to standing still."""
        super().__init__(n_features, config)
        self.n_proprio = config.channels.n_proprio
        # Points lie in the front picture alone: what other cameras show is in the features.
        several = len(config.backbone.cameras) > 1
        self.n_looks = n_features - self.n_proprio if several else config.n_uv
        self._row = f"{config.n_uv}+{row_axis(config)}" if several else ""
        # The workspace becomes about -1 to 1; the other entries stay as they are.
        rest = self.n_proprio - 3
        self.register_buffer("center", torch.tensor([0.5, 0.0, 0.15] + [0.0] * rest), False)
        self.register_buffer("scale", torch.tensor([5.0, 5.0, 5.0] + [1.0] * rest), False)
        last = nn.Linear(config.hidden, config.channels.n_actions)
        with torch.no_grad():
            last.weight.mul_(0.1)
        self.layers = nn.Sequential(
            nn.Linear(self.n_looks + self.n_proprio, config.hidden),
            nn.Tanh(),
            nn.Linear(config.hidden, config.hidden),
            nn.Tanh(),
            last,
        )

    @property
    def axes(self) -> Axes:
        """Which channels its weights run over: none, where it sees points alone."""
        return {"layers.0.weight": f". {self._row}"} if self._row else {}

    def forward(self, features: Tensor) -> Tensor:
        """Return mean actions (B, A) for features (B, F)."""
        proprio = (features[:, -self.n_proprio :] - self.center) * self.scale
        out: Tensor = self.layers(torch.cat([features[:, : self.n_looks], proprio], dim=1))
        return out
