"""Any vision tower of `transformers`, by the id or the folder of its weights."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from vlsim.models.pretrained import Tower, build_tower, load_image_rule, load_tower
from vlsim.models.vision.base import Vision


class PretrainedVision(Vision):
    """ViT, CLIP, SigLIP, DINO and their kin: patches of the tower, projected to `dim` features.

    The picture is resized to the tower's own size and normalised as its processor says.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, tower: Tower, settings: Mapping[str, Any], dim: int, tuning: str) -> None:
        """Wrap a tower; `settings` has its "mean" and "std"."""
        config = tower.model.config
        super().__init__(config.image_size, config.patch_size)
        self.tower, self.size, self._settings = tower, config.image_size, dict(settings)
        self.project = tower.projection(dim, tuning)
        for name in ("mean", "std"):
            rule = torch.tensor(settings[name]).view(3, 1, 1)
            self.register_buffer(name, rule, persistent=False)

    @property
    def settings(self) -> dict[str, Any]:
        """Whatever else is needed to build this part again, as JSON."""
        return self._settings | {"config": self.tower.model.config.to_dict()}

    def features(self, image: Tensor) -> Tensor:
        """Return features (B, N, D) of pictures (B, 3, H, W), float in [0, 1]."""
        size = (self.size, self.size)
        resized = nn.functional.interpolate(image, size, mode="bilinear", antialias=True)
        tokens = self.tower(pixel_values=(resized - self.mean) / self.std)
        # Class and register tokens come before the patches.
        out: Tensor = self.project(tokens[:, -(self.side**2) :])
        return out


def load_vision(source: str, dim: int, tuning: str) -> PretrainedVision:
    """Load the vision tower of a Hugging Face id or folder.

    Raises:
        InvalidValueError: If there is none, or what is there is no vision tower.
    """
    tower = load_tower(source, "vision_config", ("image_size", "patch_size"), "vision", tuning)
    return PretrainedVision(tower, load_image_rule(source), dim, tuning)


def rebuild_vision(settings: Mapping[str, Any], dim: int, tuning: str) -> PretrainedVision:
    """Build a tower that was loaded before, without weights."""
    return PretrainedVision(build_tower(settings["config"], tuning), settings, dim, tuning)
