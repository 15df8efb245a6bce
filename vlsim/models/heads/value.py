"""The critic: what a state is worth."""

from torch import Tensor, nn

from vlsim.models.config import ActorConfig
from vlsim.models.heads.base import HEADS, Head

WIDTH = 128


@HEADS.register("value")
class ValueHead(Head):
    """Two hidden layers from the facts that only training knows to the expected return."""

    def __init__(self, n_features: int, config: ActorConfig) -> None:
        """Build a critic of rows of `n_features` facts."""
        super().__init__(n_features, config)
        self.layers = nn.Sequential(
            nn.Linear(n_features, WIDTH),
            nn.Tanh(),
            nn.Linear(WIDTH, WIDTH),
            nn.Tanh(),
            nn.Linear(WIDTH, 1),
        )

    def forward(self, features: Tensor) -> Tensor:
        """Return values (B, 1) of rows of facts (B, F)."""
        values: Tensor = self.layers(features)
        return values
