"""The vision-language actor: picture, words and joints in, an action out."""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from vlsim.errors import InvalidValueError
from vlsim.models.grounding import ROLES, Grounded, GroundingConfig, GroundingNet
from vlsim.observation import Channels

N_UV = 2 * len(ROLES)
POINTED = "primitive"
"""Control mode whose actions are points of the picture."""
STEERED = ("ee_delta", "joint_delta", "planar")
"""Control modes whose actions are small motions."""
SHIFT_SCALE = 0.1
"""One step of the optimiser must not move the aim by more than the exploration's width."""


@dataclass(frozen=True)
class ActorConfig:
    """Everything that decides the shapes of an actor."""

    control: str
    """Control mode that the actions are for."""
    vocabulary_size: int
    """Token ids that the words are drawn from."""
    n_words: int
    """Words of the longest instruction of its task."""
    channels: Channels
    """What it measures and does."""
    grounding: GroundingConfig = field(default_factory=GroundingConfig)
    hidden: int = 128
    """Width of the layers between what is seen and what is done (not for `primitive`)."""

    def __post_init__(self) -> None:
        """Refuse a control mode that has no head, and a choice of motions."""
        if self.control not in (POINTED, *STEERED):
            raise InvalidValueError(
                f"No head for control '{self.control}'. It can learn: {POINTED}, "
                f"{', '.join(STEERED)}."
            )
        if self.control == POINTED and self.channels.n_actions != N_UV:
            raise InvalidValueError(
                f"The head for control '{POINTED}' points at two places and chooses no motion: "
                f"{N_UV} entries, got {self.channels.n_actions}. Take another control."
            )


class PointingHead(nn.Module):
    """Acts where it looks: the attended points, shifted by what is seen there.

    For `primitive`, whose actions are points of the picture. The shift starts at 0, so that a
    grounded network acts sensibly before it has ever acted.
    """

    def __init__(self, n_features: int) -> None:
        """Build a head over rows of `n_features` that begin with the points."""
        super().__init__()
        self.normalise = nn.LayerNorm(n_features - N_UV)
        self.shift = nn.Linear(n_features - N_UV, N_UV)
        nn.init.zeros_(self.shift.weight)
        nn.init.zeros_(self.shift.bias)

    def forward(self, features: Tensor) -> Tensor:
        """Return mean actions (B, 4) for features (B, F)."""
        shift: Tensor = self.shift(self.normalise(features[:, N_UV:]))
        return features[:, :N_UV] + SHIFT_SCALE * shift


class SteeringHead(nn.Module):
    """Two hidden layers from the attended points and the arm's own pose to a motion.

    It does not get the features that the attention read: where a thing is, and not what it looks
    like, decides the way to it.
    """

    center: Tensor
    scale: Tensor

    def __init__(self, config: ActorConfig) -> None:
        """Build a head that starts close to standing still."""
        super().__init__()
        self.n_proprio = config.channels.n_proprio
        # The workspace becomes about -1 to 1; the other entries stay as they are.
        rest = self.n_proprio - 3
        self.register_buffer("center", torch.tensor([0.5, 0.0, 0.15] + [0.0] * rest), False)
        self.register_buffer("scale", torch.tensor([5.0, 5.0, 5.0] + [1.0] * rest), False)
        last = nn.Linear(config.hidden, config.channels.n_actions)
        with torch.no_grad():
            last.weight.mul_(0.1)
        self.layers = nn.Sequential(
            nn.Linear(N_UV + self.n_proprio, config.hidden),
            nn.Tanh(),
            nn.Linear(config.hidden, config.hidden),
            nn.Tanh(),
            last,
        )

    def forward(self, features: Tensor) -> Tensor:
        """Return mean actions (B, A) for features (B, F)."""
        proprio = (features[:, -self.n_proprio :] - self.center) * self.scale
        out: Tensor = self.layers(torch.cat([features[:, :N_UV], proprio], dim=1))
        return out


class Actor(nn.Module):
    """Grounds the words in the picture and acts on what it found."""

    def __init__(self, config: ActorConfig) -> None:
        """Build an untrained actor."""
        super().__init__()
        self.config = config
        self.grounding = GroundingNet(config.vocabulary_size, config.grounding)
        self.head: nn.Module
        if config.control == POINTED:
            self.head = PointingHead(self.n_features)
        else:
            self.head = SteeringHead(config)

    @property
    def n_features(self) -> int:
        """Entries of a feature row: points, what is seen there, proprioception."""
        n_seen = len(ROLES) * self.config.grounding.dim
        return N_UV + n_seen + self.config.channels.n_proprio

    def look(self, image: Tensor, roles: Tensor, proprio: Tensor) -> tuple[Tensor, Grounded]:
        """Return feature rows (B, F) and what the attention found.

        Args:
            image: Shape (B, 3, H, W), float in [0, 1].
            roles: What the sentence says of each role, from `grounding.read`. Shape (B, R, D).
            proprio: Shape (B, P), float.
        """
        found = self.grounding.find(image, roles[:, None])
        rows = torch.cat([found.uv.flatten(1), found.seen.flatten(1), proprio], dim=1)
        return rows, found

    def forward(self, image: Tensor, tokens: Tensor, proprio: Tensor) -> Tensor:
        """Return the deterministic action (B, A), not yet clipped to [-1, 1].

        Args:
            image: Shape (B, 3, H, W), float in [0, 1].
            tokens: Shape (B, L), int64.
            proprio: Shape (B, P), float.
        """
        roles = self.grounding.read(tokens[:, None])[:, 0]
        action: Tensor = self.head(self.look(image, roles, proprio)[0])
        return action
