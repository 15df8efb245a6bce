"""Sentences to token ids: a word-level Hugging Face tokenizer over the words of training."""

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.language.vocabulary import INSTRUCTION_LENGTH, PICTURE_WORDS, WORDS

QUOTED = 3
"""Texts that were cut whose lost words a warning quotes."""

logger = logging.getLogger(__name__)

PAD, UNKNOWN = "[PAD]", "[UNK]"
"""Tokens of padding, and of a word that training never says."""
PAD_ID, UNKNOWN_ID = 0, 1
"""Their ids."""


class InstructionTokenizer:
    """Turns sentences into rows of `INSTRUCTION_LENGTH` ids; 0 is padding, 1 an unknown word.

    Case, commas and final punctuation are ignored. Words that training never shows, such as those
    of held-out phrasings, are unknown words.

    >>> ids = default_tokenizer().encode("Touch the red cube!")
    >>> ids.shape, int((ids > 0).sum())
    ((20,), 4)
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Wrap a Hugging Face tokenizer with [PAD] at 0 and [UNK] at 1."""
        for token, expected in ((PAD, PAD_ID), (UNKNOWN, UNKNOWN_ID)):
            if (got := tokenizer.token_to_id(token)) != expected:
                raise InvalidValueError(
                    f"The tokenizer must give {token} the id {expected}, got {got}."
                )
        self._tokenizer = tokenizer

    @property
    def vocabulary_size(self) -> int:
        """Return how many token ids there are room for: the largest, and one for 0."""
        return 1 + max(self._tokenizer.get_vocab().values())

    def n_words(self, text: str) -> int:
        """Count the words of a sentence."""
        return len(self._tokenizer.encode(text).ids)

    def encode(self, text: str, length: int = INSTRUCTION_LENGTH) -> NDArray[np.int64]:
        """Return the ids of one sentence. Shape (length,).

        Raises:
            InstructionError: If it has more than `length` words.
        """
        ids = self._tokenizer.encode(text).ids
        if len(ids) > length:
            raise InstructionError(
                f"The instruction has {len(ids)} words, allowed are {length}; shorten it."
            )
        row = np.zeros(length, np.int64)
        row[: len(ids)] = ids
        return row

    def encode_batch(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Return the ids of B sentences. Shape (B, L)."""
        rows = [self.encode(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, INSTRUCTION_LENGTH), np.int64)

    def encode_cut(self, texts: Sequence[str], length: int) -> NDArray[np.int64]:
        """Return the ids of the first `length` words of B texts about pictures. Shape (B, length).

        One warning says how many texts were cut, and the words that they lost, those of `QUOTED`
        texts at most. An instruction is never cut, because half of it asks for something else.
        """
        rows = np.zeros((len(texts), length), np.int64)
        cut: list[str] = []
        for row, text in zip(rows, texts, strict=True):
            encoding = self._tokenizer.encode(text)
            ids = encoding.ids
            row[: len(ids)] = ids[:length]
            if len(ids) > length:
                cut.append(text[encoding.offsets[length][0] :])
        if cut:
            lost = list(dict.fromkeys(cut))
            quoted = ", ".join(f"'{words}'" for words in lost[:QUOTED])
            more = f" and {len(lost) - QUOTED} more" if len(lost) > QUOTED else ""
            logger.warning(
                "%d of %d texts are longer than %d words; cut off: %s%s",
                *(len(cut), len(texts), length, quoted, more),
            )
        return rows

    def decode(self, ids: NDArray[np.int64]) -> str:
        """Return the words of one row of ids, unknown words as "[UNK]"."""
        tokens = (self._tokenizer.id_to_token(int(i)) for i in ids if i != PAD_ID)
        return " ".join(token or UNKNOWN for token in tokens)

    def to_json(self) -> str:
        """Return the text of tokenizer.json."""
        return str(self._tokenizer.to_str(pretty=True))

    @classmethod
    def from_json(cls, text: str) -> "InstructionTokenizer":
        """Build the tokenizer that `to_json` wrote.

        Raises:
            InvalidValueError: If the text is not a tokenizer.json with [PAD] at 0 and [UNK] at 1.
        """
        try:
            tokenizer = Tokenizer.from_str(text)
        # The library raises a bare Exception for any malformed text.
        except Exception as error:
            raise InvalidValueError(f"Not a tokenizer.json: {error}.") from error
        return cls(tokenizer)

    def save(self, path: Path) -> None:
        """Write tokenizer.json."""
        path.write_text(self.to_json(), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "InstructionTokenizer":
        """Read what `save` wrote.

        Raises:
            InvalidValueError: If the file is not a tokenizer.json; names the file.
        """
        try:
            return cls.from_json(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise InvalidValueError(f"{path}: {error}") from error


@cache
def default_tokenizer() -> InstructionTokenizer:
    """Return the tokenizer over the words of training."""
    return _over(WORDS)


@cache
def picture_tokenizer() -> InstructionTokenizer:
    """Return the tokenizer over the same words and those of what is said about pictures.

    To a policy these are unknown words: training never says them, and a policy shall not take the
    vector of a word that it never read for its meaning.
    """
    return _over((*WORDS, *PICTURE_WORDS))


def _over(words: Sequence[str]) -> InstructionTokenizer:
    ids = {word: i for i, word in enumerate([PAD, UNKNOWN, *words])}
    tokenizer = Tokenizer(models.WordLevel(ids, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Lowercase(), normalizers.Replace(Regex(r"[,.!?]"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return InstructionTokenizer(tokenizer)
