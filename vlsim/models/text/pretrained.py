"""Any text tower of `transformers`, by the id or the folder of its weights."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.language.tokenizer import UNKNOWN_ID, default_tokenizer
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.models.pretrained import Tower, build_tower, load_tower
from vlsim.models.text.base import Text
from vlsim.models.tokens import TextTokens

_SAMPLE = "touch the red cube"


class PretrainedText(Text):
    """BERT, MiniLM, CLIP's text tower and their kin, projected to `dim` features.

    The tower reads words in pieces of its own. Its tokenizer splits word by word, so a table from
    vlsim's token ids to its pieces says the same as tokenizing the sentence.
    """

    pieces: Tensor
    begin: Tensor
    end: Tensor

    def __init__(self, tower: Tower, settings: Mapping[str, Any], dim: int, tuning: str) -> None:
        """Wrap a tower; `settings` has the "pieces" of each token id, "begin" and "end"."""
        super().__init__()
        self.tower, self._settings = tower, dict(settings)
        self.project_words = tower.projection(dim, tuning)
        self.project = tower.projection(dim, tuning)
        self._most_pieces = int(tower.model.config.max_position_embeddings)
        for name in ("pieces", "begin", "end"):
            table = torch.tensor(settings[name], dtype=torch.int64)
            self.register_buffer(name, table, persistent=False)
        # At least a piece for each word, and what stands round them.
        self.most_words = self._most_pieces - len(self.begin) - len(self.end)

    @property
    def settings(self) -> dict[str, Any]:
        """Whatever else is needed to build this part again, as JSON."""
        return self._settings | {"config": self.tower.model.config.to_dict()}

    def forward(self, ids: Tensor) -> TextTokens:
        """Return the tokens of sentences (M, L), int64: some for each word, and those round them.

        Raises:
            InstructionError: If a sentence has more pieces than the tower has positions.
        """
        begin, end = (around.expand(ids.shape[0], -1) for around in (self.begin, self.end))
        pieces = torch.cat([begin, self.pieces[ids].flatten(1), end], dim=1)
        pieces = self._fitted(pieces)
        mask = pieces >= 0
        pieces, counts = pieces.clamp(min=0), mask.long()
        positions = (counts.cumsum(1) - 1).clamp(min=0)
        context = self.tower(input_ids=pieces, attention_mask=counts, position_ids=positions)
        words = self.tower.model.get_input_embeddings()(pieces)
        return TextTokens(
            self.project_words(words) * mask[..., None],
            self.project(context) * mask[..., None],
            mask,
        )

    def _fitted(self, pieces: Tensor) -> Tensor:
        """Return the pieces in a row that is no longer than the tower allows, padding included."""
        if pieces.shape[1] <= self._most_pieces:
            return pieces
        here = pieces >= 0
        if (longest := int(here.sum(1).max())) > self._most_pieces:
            raise InstructionError(
                f"The instruction has {longest} pieces of words for the text tower, which reads "
                f"up to {self._most_pieces}; shorten it."
            )
        order = here.byte().argsort(dim=1, descending=True, stable=True)
        return pieces.gather(1, order[:, : self._most_pieces])


def load_text(source: str, dim: int, tuning: str) -> PretrainedText:
    """Load the text tower of a Hugging Face id or folder.

    Raises:
        InvalidValueError: If there is none, it has no tokenizer, or what is there reads no text.
    """
    needed = ("vocab_size", "max_position_embeddings")
    tower = load_tower(source, "text_config", needed, "text", tuning)
    return PretrainedText(tower, _pieces(source, _tokenizer(source)), dim, tuning)


def rebuild_text(settings: Mapping[str, Any], dim: int, tuning: str) -> PretrainedText:
    """Build a tower that was loaded before, without weights."""
    return PretrainedText(build_tower(settings["config"], tuning), settings, dim, tuning)


def _tokenizer(source: str) -> Any:  # noqa: ANN401 (transformers has no common type)
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    try:
        try:
            return AutoTokenizer.from_pretrained(source)
        except ImportError:
            # SigLIP's wants sentencepiece; its tokenizer.json says the same without.
            return PreTrainedTokenizerFast.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise InvalidValueError(
            f"'{source}' has no tokenizer that transformers reads; put its tokenizer.json (or "
            "vocab.txt) beside the weights."
        ) from error


def _pieces(source: str, tokenizer: Any) -> dict[str, Any]:  # noqa: ANN401 (the same)
    """Return the pieces of each of vlsim's token ids, -1 where there are no more, and the ends.

    Raises:
        InvalidValueError: If a sentence has other pieces than its words.
    """
    ours = default_tokenizer()
    pieces: list[list[int]] = [[] for _ in range(VOCABULARY_SIZE)]
    # Of padding and unknown words there are no pieces.
    for i in range(UNKNOWN_ID + 1, ours.vocabulary_size):
        word = ours.decode(np.array([i]))
        pieces[i] = list(tokenizer(word, add_special_tokens=False).input_ids)
    sentence = ours.encode(_SAMPLE)
    inside = [piece for i in sentence for piece in pieces[i]]
    whole = list(tokenizer(ours.decode(sentence)).input_ids)
    starts = range(len(whole) - len(inside) + 1)
    start = next((i for i in starts if whole[i : i + len(inside)] == inside), None)
    if start is None:
        raise InvalidValueError(
            f"The tokenizer of '{source}' does not split sentences word by word, as those of BERT, "
            "CLIP and SigLIP do."
        )
    most = max(map(len, pieces))
    return {
        "pieces": [row + [-1] * (most - len(row)) for row in pieces],
        "begin": whole[:start],
        "end": whole[start + len(inside) :],
    }
