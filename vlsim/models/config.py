"""Everything that decides the shapes of a network; imports no torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vlsim.errors import InvalidValueError
from vlsim.interface.action import POINTS
from vlsim.interface.cameras import MAIN
from vlsim.interface.labels import AIMED_ROLES, ROLES
from vlsim.interface.observation import IMAGE, Channels, camera_key

POINTED = "primitive"
"""Control mode whose actions are points of the picture."""
STEERED = ("ee_delta", "joint_delta", "planar")
"""Control modes whose actions are small motions."""
PREFIX = "hf:"
"""What the name of a part begins with whose weights come from a Hugging Face id or folder."""
N_POINTS = len(POINTS)
"""Entries of an action of `primitive` that are points; the others choose a motion."""


@dataclass(frozen=True)
class BackboneConfig:
    """Which parts a backbone is made of, and how large they are."""

    vocabulary_size: int
    """Token ids that the words are drawn from."""
    dim: int = 64
    """Features of an image token, of a word and of a role."""
    image_size: int = 64
    """Side of the pictures, pixels."""
    vision: str = "conv"
    """Name of a vision part, or "hf:SOURCE" for a tower of `transformers`."""
    text: str = "gru"
    """Name of a text part, or "hf:SOURCE" for a tower of `transformers`."""
    fusion: str = "role_attention"
    """Name of a fusion part."""
    vision_tuning: str = "frozen"
    """What of a pretrained vision tower learns: "frozen", "adapter" or "full"."""
    text_tuning: str = "frozen"
    """What of a pretrained text tower learns: "frozen", "adapter" or "full"."""
    vision_settings: Mapping[str, Any] = field(default_factory=dict)
    """Of a pretrained tower that was loaded before: how to build it again without its source."""
    text_settings: Mapping[str, Any] = field(default_factory=dict)
    """The same of the text tower."""
    cameras: tuple[str, ...] = (MAIN,)
    """Cameras that it sees through, the front one first."""
    roles: tuple[str, ...] = AIMED_ROLES
    """Roles that it finds the things of, out of `ROLES`, the aimed ones first."""

    def __post_init__(self) -> None:
        """Refuse a network that does not see what it points into, or has nothing to point with."""
        for name in ("cameras", "roles"):
            names = getattr(self, name)
            if isinstance(names, str) or not isinstance(names, Sequence):
                raise InvalidValueError(
                    f"{name} must be a tuple of names, such as ('{MAIN}',), got {names!r:.80}."
                )
            # JSON has lists.
            object.__setattr__(self, name, tuple(names))
        for noun in ("vision", "text"):
            part, tuning = getattr(self, noun), getattr(self, f"{noun}_tuning")
            if tuning != "frozen" and not part.startswith(PREFIX):
                raise InvalidValueError(
                    f"{noun}_tuning is for a pretrained tower ('{PREFIX}SOURCE'), got '{tuning}' "
                    f"with the {noun} part '{part}', which learns as a whole; leave it out."
                )
        if self.cameras[:1] != (MAIN,) or len(set(self.cameras)) < len(self.cameras):
            raise InvalidValueError(
                f"cameras must begin with '{MAIN}' and name each once, got "
                f"{', '.join(self.cameras) or 'none'}."
            )
        if self.roles != tuple(role for role in ROLES if role in {*AIMED_ROLES, *self.roles}):
            raise InvalidValueError(
                f"roles must be {', '.join(AIMED_ROLES)} and any that follow of "
                f"{', '.join(ROLES)}, in this order, got {', '.join(self.roles) or 'none'}."
            )

    @property
    def role_rows(self) -> list[int]:
        """Where its roles stand among those that labels are of."""
        return [ROLES.index(role) for role in self.roles]

    @property
    def image_keys(self) -> tuple[str, ...]:
        """Names of the pictures in an observation, in the order of the cameras."""
        return tuple(camera_key(IMAGE, name) for name in self.cameras)


@dataclass(frozen=True)
class ActorConfig:
    """Everything that decides the shapes of an actor."""

    control: str
    """Control mode that the actions are for."""
    n_words: int
    """Words of the longest instruction of its task."""
    channels: Channels
    """What it measures and does."""
    backbone: BackboneConfig
    hidden: int = 128
    """Width of the layers between what is seen and what is done (not for `primitive`)."""

    def __post_init__(self) -> None:
        """Refuse a control mode that has no head, and too few entries of an action."""
        if self.control not in (POINTED, *STEERED):
            raise InvalidValueError(
                f"No head for control '{self.control}'. It can learn: {POINTED}, "
                f"{', '.join(STEERED)}."
            )
        n_actions = self.channels.n_actions
        if self.control == POINTED and (n_actions < N_POINTS or n_actions == N_POINTS + 1):
            raise InvalidValueError(
                f"An action of '{POINTED}' has {N_POINTS} entries, and one more for each motion "
                f"where there are several; got {n_actions}."
            )

    @property
    def head(self) -> str:
        """Name of the head that acts."""
        if self.control != POINTED:
            return "steering"
        return "pointing" if self.channels.n_actions == N_POINTS else "hybrid"

    @property
    def reads_gist(self) -> bool:
        """Whether the head reads what the sentence as a whole says: which motion is meant."""
        return self.head == "hybrid"

    @property
    def n_uv(self) -> int:
        """Entries of a feature row that are attended points; they come first."""
        return 2 * len(self.backbone.roles)

    @property
    def n_features(self) -> int:
        """Entries of a feature row: points, what is seen there, proprioception, maybe the gist."""
        n_looks = len(self.backbone.roles) + self.reads_gist
        return self.n_uv + n_looks * self.backbone.dim + self.channels.n_proprio
