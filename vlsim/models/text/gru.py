"""A small recurrent text encoder that reads in both directions."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from vlsim.models.axes import Axes
from vlsim.models.text.base import TEXT, Text
from vlsim.models.tokens import TextTokens


@TEXT.register("gru")
class GruText(Text):
    """Word vectors, a GRU over them, and one that begins at the last word.

    Not one GRU in both directions: it would begin with the padding, whose length then mattered.
    """

    # A recurrence is a tenth slower in bf16.
    in_bf16: ClassVar[bool] = False
    dim_multiple = 2
    context: ClassVar[str] = "forwards+backwards"

    def __init__(self, vocabulary_size: int, dim: int) -> None:
        """Build an encoder of `vocabulary_size` token ids to `dim` features."""
        super().__init__()
        self.words = nn.Embedding(vocabulary_size, dim, padding_idx=0)
        self.forwards = nn.GRU(dim, dim // 2, batch_first=True)
        self.backwards = nn.GRU(dim, dim // 2, batch_first=True)

    @property
    def axes(self) -> Axes:
        """Which channels its weights run over: a GRU has three gates."""
        axes = {"words.weight": ". words"}
        for name in ("forwards", "backwards"):
            axes |= {
                f"{name}.weight_ih_l0": f"3*{name} words",
                f"{name}.weight_hh_l0": f"3*{name} {name}",
                f"{name}.bias_ih_l0": f"3*{name}",
                f"{name}.bias_hh_l0": f"3*{name}",
            }
        return axes

    def forward(self, ids: Tensor) -> TextTokens:
        """Return the tokens of sentences (M, L), int64."""
        mask, words = ids > 0, self.words(ids)
        # The words of each sentence from its last to its first; the padding stays where it is.
        places = torch.arange(ids.shape[1], device=ids.device).expand_as(ids)
        last = (places * mask).amax(1, keepdim=True)
        mirrored = torch.where(places <= last, last - places, places)[..., None]
        turned = words.gather(1, mirrored.expand_as(words))
        back, _ = self.backwards(turned)
        back = back.gather(1, mirrored.expand(-1, -1, back.shape[-1]))
        context = torch.cat([self.forwards(words)[0], back], dim=-1)
        return TextTokens(words, context * mask[..., None], mask)
