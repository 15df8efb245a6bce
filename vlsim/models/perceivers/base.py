"""What every model is: a backbone with prediction heads, trained on pictures with words."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from vlsim.interface.perceiver import Pixels
from vlsim.interface.preprocess import fit_picture
from vlsim.language.tokenizer import InstructionTokenizer
from vlsim.models.backbone import Backbone
from vlsim.models.config import BackboneConfig
from vlsim.models.prediction import build_heads
from vlsim.models.prediction.phrases import Named
from vlsim.models.prediction.things import Things, peaks
from vlsim.models.tokens import ImageTokens, TextTokens, to_image
from vlsim.plugins import load_parts
from vlsim.registry import Registry

ROWS = 64
"""Pictures that are looked at at once."""


class Model(nn.Module):
    """Answers for pictures and words with what its heads learned.

    A subclass is registered in `MODELS` under its name. What it can do is what methods of
    `vlsim.interface.perceiver` it has: `answer`, `locate`, `caption`, `match` or `next_words`.
    """

    parts: ClassVar[Mapping[str, str]] = {
        "vision": "space_to_depth",
        "text": "gru",
        "fusion": "role_attention",
    }
    """Parts of its backbone where none are named."""
    heads_used: ClassVar[tuple[str, ...]]
    """Its prediction heads by name."""
    objectives: ClassVar[Mapping[str, float]]
    """What `vlsim pretrain` teaches it: objectives with their weights."""
    texts: ClassVar[tuple[str, ...]] = ()
    """What it learns from beside pictures, names in `vlsim.objectives.pictures.TEXTS`."""

    def __init__(self, config: BackboneConfig, tokenizer: InstructionTokenizer) -> None:
        """Build an untrained model.

        Raises:
            UnknownNameError: If there is no part of a name.
            InvalidValueError: If parts and sizes do not fit, or a tower cannot be loaded.
        """
        super().__init__()
        self.backbone = Backbone(config)
        self.heads = build_heads(self.heads_used, config)
        self.tokenizer = tokenizer
        self.blind = False
        """Whether pictures are black to it: a baseline for what they are worth."""

    @property
    def description(self) -> dict[str, Any]:
        """What it is built from, as JSON."""
        return {"backbone": self.backbone.description, "blind": self.blind}

    def see(self, pictures: Pixels) -> ImageTokens:
        """Return the tokens of pictures (N, H, W, 3), uint8, of any size."""
        side = self.backbone.config.image_size
        fitted = np.stack([fit_picture(picture, side) for picture in pictures])
        if self.blind:
            fitted = np.zeros_like(fitted)
        return self.backbone.see(to_image(torch.from_numpy(fitted[:, None]).to(self.device)))

    def read(self, texts: Sequence[str]) -> TextTokens:
        """Return the tokens of texts."""
        return self.backbone.read(
            torch.from_numpy(token_rows(self.tokenizer, texts)).to(self.device)
        )

    def things(self, image: ImageTokens) -> Things:
        """Return what stands in pictures."""
        found: Things = peaks(self.heads["things"](image))
        return found

    @torch.no_grad()
    def embed(self, sentences: Sequence[str]) -> np.ndarray[Any, Any]:
        """Return the mean of what the words of each sentence say in it, of length 1, (M, D)."""
        text = self.read(sentences)
        mask = text.mask[..., None]
        words = torch.cat([text.words, text.context], dim=-1)
        mean = (words * mask).sum(1) / mask.sum(1).clamp(min=1)
        vectors: np.ndarray[Any, Any] = functional.normalize(mean, dim=-1).cpu().numpy()
        return vectors

    def named(self, things: Things, text: TextTokens) -> Named:
        """Return what the phrases of one text for each picture name."""
        named: Named = self.heads["phrases"](things, text)
        return named

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return self.backbone.vision.grid.device


MODELS: Registry[type[Model]] = Registry("model", load_parts)


def token_rows(tokenizer: InstructionTokenizer, texts: Sequence[str]) -> np.ndarray[Any, Any]:
    """Return token ids of texts, padded to the longest. Shape (N, L), int64, L at least 1."""
    longest = max([1, *(tokenizer.n_words(text) for text in texts)])
    return np.stack([tokenizer.encode(text, longest) for text in texts])


def in_portions(n: int) -> list[slice]:
    """Return slices of n rows, `ROWS` at a time.

    >>> in_portions(70)
    [slice(0, 64, None), slice(64, 70, None)]
    """
    return [slice(start, min(start + ROWS, n)) for start in range(0, n, ROWS)]


def box_of(edges: Tensor) -> tuple[float, float, float, float]:
    """Return a box (4,) as four numbers."""
    u0, v0, u1, v1 = edges.tolist()
    return u0, v0, u1, v1
