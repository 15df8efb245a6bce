"""The head of `primitive` in tasks with several motions: which one, and from where to where."""

import torch
from torch import Tensor, nn
from torch.distributions import Independent, Normal

from vlsim.models.axes import Axes, under
from vlsim.models.config import N_POINTS, ActorConfig
from vlsim.models.heads.base import HEADS, ActionDistribution, ActionHead, row_axis
from vlsim.models.heads.pointing import PointingHead


@HEADS.register("hybrid")
class HybridHead(ActionHead):
    """Chooses a motion from all that is known, and acts where it looks, as `pointing` does."""

    def __init__(self, n_features: int, config: ActorConfig) -> None:
        """Build a head that begins with hardly a preference among the motions."""
        super().__init__(n_features, config)
        self.n_gaussian = N_POINTS
        self.points = PointingHead(n_features, config)
        last = nn.Linear(config.hidden, config.channels.n_actions - N_POINTS)
        with torch.no_grad():
            last.weight.mul_(0.1)
            last.bias.zero_()
        self.logits = nn.Sequential(
            nn.LayerNorm(n_features), nn.Linear(n_features, config.hidden), nn.ReLU(), last
        )
        self._row = f"{config.n_uv}+{row_axis(config)}"

    @property
    def axes(self) -> Axes:
        """Which channels its weights run over."""
        return {
            **under("points.", self.points.axes),
            "logits.0.weight": self._row,
            "logits.0.bias": self._row,
            "logits.1.weight": f". {self._row}",
        }

    def forward(self, features: Tensor) -> Tensor:
        """Return actions (B, 4 + S): the points, then 2 p - 1 of each motion's probability p."""
        chances = torch.softmax(self.logits(features), dim=-1)
        return torch.cat([self.points(features), 2 * chances - 1], dim=-1)

    def distribution(self, features: Tensor, log_std: Tensor) -> ActionDistribution:
        """Return Gaussian points and, independent of them, a choice of one motion."""
        return PointsAndChoice(self.points(features), log_std, self.logits(features))

    def errors(self, features: Tensor, actions: Tensor) -> Tensor:
        """Return the mean squared error of the points plus the cross-entropy of the choice."""
        choice = actions[..., N_POINTS:].argmax(-1, keepdim=True)
        log_chances = torch.log_softmax(self.logits(features), dim=-1)
        points = self.points.errors(features, actions[..., :N_POINTS])
        return points - log_chances.gather(-1, choice)[..., 0]


class PointsAndChoice:
    """Gaussian points, and one of S motions, as one action.

    An action (4 + S) has 1 where the motion is that was chosen, and -1 at the others. Of any
    action, the largest of these entries counts.
    """

    def __init__(self, points: Tensor, log_std: Tensor, logits: Tensor) -> None:
        """Give every row points (B, 4) with a standard deviation (4,), and logits (B, S)."""
        self._points = Independent(Normal(points, log_std.exp().expand_as(points)), 1)
        self._log_chances = torch.log_softmax(logits, dim=-1)

    def rsample(self) -> Tensor:
        """Draw actions, (B, 4 + S); only the points carry a gradient."""
        chances = self._log_chances.detach().exp()
        chosen = torch.zeros_like(chances).scatter(-1, chances.multinomial(1), 1.0)
        points: Tensor = self._points.rsample()
        return torch.cat([points, 2 * chosen - 1], dim=-1)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the log-density of the points plus the log-probability of the motion, (B,)."""
        points, entries = value[:, :N_POINTS], value[:, N_POINTS:]
        of_points: Tensor = self._points.log_prob(points)  # type: ignore[no-untyped-call]
        of_choice = self._log_chances.gather(-1, entries.argmax(-1, keepdim=True))
        return of_points + of_choice[:, 0]

    def entropy(self) -> Tensor:
        """Return the sum of both entropies, in nats, (B,)."""
        of_points: Tensor = self._points.entropy()  # type: ignore[no-untyped-call]
        return of_points - (self._log_chances.exp() * self._log_chances).sum(-1)
