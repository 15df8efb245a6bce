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


class PretrainedText(Text):
    """BERT, MiniLM, CLIP's text tower and their kin, projected to `dim` features.

    The tower reads words in pieces of its own. Its tokenizer splits word by word, so a table from
    vlsim's token ids to its pieces says the same as tokenizing the sentence.
    """

    pieces: Tensor
    ends: Tensor

    def __init__(self, tower: Tower, settings: Mapping[str, Any], dim: int, tuning: str) -> None:
        """Wrap a tower; `settings` has the "pieces" of every token id, and the two "ends"."""
        super().__init__()
        self.tower, self._settings = tower, dict(settings)
        self.project_words = tower.projection(dim, tuning)
        self.project = tower.projection(dim, tuning)
        self._most_pieces = int(tower.model.config.max_position_embeddings)
        self.most_words = self._most_pieces - 2  # at least a piece for each, and the two ends
        self.register_buffer("pieces", torch.tensor(settings["pieces"]), persistent=False)
        self.register_buffer("ends", torch.tensor(settings["ends"]), persistent=False)

    @property
    def settings(self) -> dict[str, Any]:
        """Whatever else is needed to build this part again, as JSON."""
        return self._settings | {"config": self.tower.model.config.to_dict()}

    def forward(self, ids: Tensor) -> TextTokens:
        """Return the tokens of sentences (M, L), int64: some for each word, and one at each end.

        Raises:
            InstructionError: If a sentence has more pieces than the tower has positions.
        """
        begin, end = self.ends.expand(ids.shape[0], 2)[..., None].unbind(1)
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
    from transformers import AutoTokenizer

    needed = ("vocab_size", "max_position_embeddings")
    tower = load_tower(source, "text_config", needed, "text", tuning)
    try:
        tokenizer = AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise InvalidValueError(f"'{source}' has no tokenizer that transformers reads.") from error
    empty = tokenizer("").input_ids
    if len(empty) != 2:
        raise InvalidValueError(
            f"The tokenizer of '{source}' puts {len(empty)} tokens round a sentence; one at each "
            "end is needed, as BERT and CLIP have it."
        )
    return PretrainedText(tower, {"pieces": _pieces(tokenizer), "ends": empty}, dim, tuning)


def rebuild_text(settings: Mapping[str, Any], dim: int, tuning: str) -> PretrainedText:
    """Build a tower that was loaded before, without weights."""
    return PretrainedText(build_tower(settings["config"], tuning), settings, dim, tuning)


def _pieces(tokenizer: Any) -> list[list[int]]:  # noqa: ANN401 (transformers has no common type)
    """Return the tower's pieces of each of vlsim's token ids, -1 where there are no more."""
    ours = default_tokenizer()
    pieces: list[list[int]] = [[] for _ in range(VOCABULARY_SIZE)]
    # Of padding and unknown words there are no pieces.
    for i in range(UNKNOWN_ID + 1, ours.vocabulary_size):
        word = ours.decode(np.array([i]))
        pieces[i] = list(tokenizer(word, add_special_tokens=False).input_ids)
    most = max(map(len, pieces))
    return [row + [-1] * (most - len(row)) for row in pieces]
