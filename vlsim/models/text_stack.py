"""One stack over words in three modes: it reads a sentence, judges it by a picture, or speaks."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vlsim.errors import InvalidValueError
from vlsim.language.tokenizer import PAD_ID
from vlsim.models.fusion.base import HEADS, Attention

LONGEST = 128
"""Most words of a text, with the one that begins it."""


@dataclass(frozen=True, eq=False)
class Memory:
    """What words can look at: a few tokens of a picture, such as its things.

    Args:
        features: Shape (M, K, D), float.
        mask: False where there is padding. Shape (M, K), bool.
    """

    features: Tensor
    mask: Tensor

    def repeated(self, times: int) -> "Memory":
        """Return those of every picture `times` times in a row."""
        return Memory(
            self.features.repeat_interleave(times, dim=0), self.mask.repeat_interleave(times, dim=0)
        )

    def picked(self, rows: Tensor) -> "Memory":
        """Return those of these rows, (P,) int64."""
        return Memory(self.features[rows], self.mask[rows])


class TextStack(nn.Module):
    """A transformer over words, with a causal mask and cross-attention that can be switched.

    | mode | causal | memory |
    |---|---|---|
    | read: a sentence by itself, for retrieval | no | none |
    | judge: does it fit the picture? | no | the picture's |
    | speak: the next word | yes | the picture's, or none |

    Self-attention, feed-forward layers and word vectors are the same in all modes. The scores of
    the next word use the word vectors, too.

    Source:
        Li et al. 2022, arXiv 2201.12086 (BLIP), section 3.1. There reading and speaking have
        self-attention layers of their own.
    """

    def __init__(self, vocabulary_size: int, dim: int, layers: int = 2) -> None:
        """Build a stack over `vocabulary_size` token ids; two more begin and end a text.

        Raises:
            InvalidValueError: If `dim` is not a multiple of the number of attention heads.
        """
        super().__init__()
        if dim % HEADS:
            raise InvalidValueError(f"dim must be a multiple of {HEADS}, got {dim}.")
        self.begin, self.end = vocabulary_size, vocabulary_size + 1
        self.words = nn.Embedding(vocabulary_size + 2, dim, padding_idx=PAD_ID)
        self.places = nn.Embedding(LONGEST, dim)
        for table in (self.words, self.places):
            nn.init.normal_(table.weight, std=0.02)
        self.layers = nn.ModuleList(_Layer(dim) for _ in range(layers))
        self.normalise = nn.LayerNorm(dim)
        self.bias = nn.Parameter(torch.zeros(vocabulary_size + 2))

    def begun(self, ids: Tensor) -> Tensor:
        """Return texts (M, L) with the token that begins them, (M, L + 1)."""
        return torch.cat([ids.new_full((len(ids), 1), self.begin), ids], dim=1)

    def ended(self, ids: Tensor) -> Tensor:
        """Return texts (M, L) with the token that ends them behind their last word, (M, L + 1)."""
        longer = torch.cat([ids, ids.new_full((len(ids), 1), PAD_ID)], dim=1)
        return longer.scatter(1, (ids != PAD_ID).sum(1, keepdim=True), self.end)

    def forward(self, ids: Tensor, memory: Memory | None = None, *, causal: bool) -> Tensor:
        """Return what each token says in its text, (M, L, D).

        Args:
            ids: Texts as `begun` returns them, padding behind the words. Shape (M, L), int64.
            memory: What the words look at, of M pictures; None switches cross-attention off.
            causal: Whether a word sees only those before it.

        Raises:
            InvalidValueError: If a text is longer than `LONGEST`.
        """
        length = ids.shape[1]
        if length > LONGEST:
            raise InvalidValueError(f"A text may have {LONGEST} words, got {length}; shorten it.")
        here = ids != PAD_ID
        sees = here[:, None, :].expand(-1, length, -1)
        if causal:
            sees = sees & torch.ones(length, length, dtype=torch.bool, device=ids.device).tril()
        words = self.words(ids) + self.places.weight[:length]
        for layer in self.layers:
            words = layer(words, sees, memory)
        out: Tensor = self.normalise(words) * here[..., None]
        return out

    def next_word(self, words: Tensor) -> Tensor:
        """Return logits (..., V + 2) of what comes after words (..., D) that `forward` returned."""
        logits: Tensor = words @ self.words.weight.T + self.bias
        # No word is padding: a text ends with a token of its own.
        return logits.index_fill(-1, torch.tensor([PAD_ID], device=words.device), -1e4)

    @torch.no_grad()
    def spoken(self, memory: Memory | None, rows: int, longest: int) -> Tensor:
        """Return the texts (M, L) that always take the most probable next word, 0 behind them.

        Args:
            memory: Of M pictures, None to speak without one.
            rows: How many texts, M.
            longest: Words after which a text that has not ended is cut.
        """
        text = self.words.weight.new_full((rows, 1), self.begin, dtype=torch.int64)
        ended = torch.zeros_like(text[:, 0], dtype=torch.bool)
        for _ in range(min(longest, LONGEST - 1)):
            word = self.next_word(self(text, memory, causal=True)[:, -1]).argmax(-1)
            ended = ended | (word == self.end)
            if bool(ended.all()):
                break
            # A text that has ended goes on with a word that is cut off below: padding would be
            # nothing to attend from.
            text = torch.cat([text, word.masked_fill(ended, self.end)[:, None]], dim=1)
        said = text[:, 1:]
        return said.masked_fill(said == self.end, PAD_ID)


class _Layer(nn.Module):
    """Words read each other, then the picture if there is one."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.normalise = nn.LayerNorm(dim)
        self.read, self.look = Attention(dim), Attention(dim)

    def forward(self, words: Tensor, sees: Tensor, memory: Memory | None) -> Tensor:
        words = self.read(words, self.normalise(words), sees)
        if memory is not None:
            words = self.look(words, memory.features, memory.mask)
        return words
