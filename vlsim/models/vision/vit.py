"""A small vision transformer, built by `transformers` and trained from scratch."""

from torch import Tensor

from vlsim.models.vision.base import VISION, Vision

PATCH = 8
LAYERS, HEADS = 4, 4


@VISION.register("vit")
class VitVision(Vision):
    """Eight by eight pixels become a token; every token attends to all others."""

    dim_multiple = HEADS

    def __init__(self, dim: int, image_size: int) -> None:
        """Build an encoder to `dim` features."""
        super().__init__(image_size, patch=PATCH)
        from transformers import ViTConfig, ViTModel

        config = ViTConfig(
            image_size=image_size,
            patch_size=PATCH,
            hidden_size=dim,
            num_hidden_layers=LAYERS,
            num_attention_heads=HEADS,
            intermediate_size=2 * dim,
            # Faster than GELU on a CPU, and known to every exporter.
            hidden_act="relu",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        config._attn_implementation = "eager"
        self.tower = ViTModel(config, add_pooling_layer=False)

    def features(self, image: Tensor) -> Tensor:
        """Return features (B, N, D) of pictures (B, 3, H, W), float in [0, 1]."""
        tokens: Tensor = self.tower(pixel_values=2 * image - 1).last_hidden_state
        return tokens[:, 1:]  # the first is the class token
