"""Cross-attention in both directions: words look at the picture, the picture looks at the words."""

from torch import nn

from vlsim.models.fusion.base import FUSION, HEADS, Attention, Fusion
from vlsim.models.tokens import ImageTokens, TextTokens

LAYERS = 2


@FUSION.register("cross_attention")
class CrossAttention(Fusion):
    """In every layer the words read the image tokens, then the image tokens read the words."""

    dim_multiple = HEADS

    def __init__(self, dim: int, n_roles: int) -> None:
        """Build the layers."""
        super().__init__(dim, n_roles)
        self.place = nn.Linear(2, dim)
        self.to_words = nn.ModuleList(Attention(dim) for _ in range(LAYERS))
        self.to_image = nn.ModuleList(Attention(dim) for _ in range(LAYERS))

    def join(self, image: ImageTokens, text: TextTokens) -> tuple[ImageTokens, TextTokens]:
        """Return image tokens and words after they have read each other."""
        image = image.repeated(text.mask.shape[0] // image.features.shape[0])
        cells, words = image.features + self.place(image.grid), text.context
        for to_words, to_image in zip(self.to_words, self.to_image, strict=True):
            words = to_words(words, cells)
            cells = to_image(cells, words, text.mask)
        return image.changed(cells), TextTokens(text.words, words, text.mask)
