"""Batches of pictures with what can be said of them."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vlsim.annotations import Annotation, Caption, Expression, Phrase, Question, Thing
from vlsim.data.pictures import Pictures
from vlsim.errors import InvalidValueError
from vlsim.interface.labels import ROLES
from vlsim.interface.observation import INSTRUCTION
from vlsim.language.tokenizer import PAD_ID, InstructionTokenizer
from vlsim.models.prediction.phrases import PHRASES as MOST_PHRASES
from vlsim.models.prediction.things import ATTRIBUTES
from vlsim.objectives.base import OBJECTIVES
from vlsim.objectives.batch import ANSWERS, BOXES, CAPTION, OBJECTS, PHRASES, PRESENT, REFERENT, UV
from vlsim.objectives.sources import to_tensors, with_unknown
from vlsim.world import MAX_OBJECTS

LONGEST_CAPTION = 127
"""Words of a caption that are learned."""
SEEN = frozenset({BOXES, OBJECTS})
EXCHANGED = 0.5
"""Share of pictures, shown without words, of which red, green and blue are exchanged."""
COLOUR = list(ATTRIBUTES).index("colour")
Arrays = dict[str, NDArray[Any]]


class PictureSource:
    """Batches of pictures alone, with the things in them."""

    name: ClassVar[str] = "pictures"
    holds: ClassVar[frozenset[str]] = SEEN

    def __init__(
        self,
        pictures: Pictures,
        tokenizer: InstructionTokenizer,
        batch_size: int,
        per_picture: int,
        word_dropout: float,
        *,
        blind: bool = False,
    ) -> None:
        """Draw pictures with texts; those without are left out.

        Args:
            pictures: What is drawn from.
            tokenizer: Of the texts.
            batch_size: Pictures at a time.
            per_picture: Texts of each.
            word_dropout: Share of words that are replaced by [UNK].
            blind: Make all pictures black.

        Raises:
            InvalidValueError: If no picture has such a text.
        """
        self._pictures, self._tokenizer, self._blind = pictures, tokenizer, blind
        self._batch_size, self._per_picture = batch_size, per_picture
        self._word_dropout = word_dropout
        self._things = [thing_arrays(a.things) for a in pictures.annotations]
        self._texts = [self._of(a) for a in pictures.annotations]
        self._rows = np.array([i for i, texts in enumerate(self._texts) if texts], np.int64)
        if not len(self._rows):
            raise InvalidValueError(f"There are no {self.name} among {len(pictures)} pictures.")
        self._ids = cache(self._encoded)

    def _of(self, annotation: Annotation) -> Sequence[Any]:
        """Return what is drawn from of a picture."""
        return (None,)

    def _text(self, item: Any) -> str:  # noqa: ANN401 (a question, an expression, …)
        return ""

    def _labels(self, annotation: Annotation, item: Any) -> Arrays:  # noqa: ANN401 (the same)
        """Return what a text is labelled with."""
        return {}

    def draw(self, rng: np.random.Generator, device: torch.device) -> dict[str, Tensor]:
        """Return the data of a random batch, the same for the same generator state."""
        rows = self._rows[rng.integers(len(self._rows), size=self._batch_size)]
        chosen = [self._chosen(self._texts[row], rng) for row in rows]
        return self.batch(rows, chosen, rng, device)

    def _chosen(self, texts: Sequence[Any], rng: np.random.Generator) -> list[Any]:
        """Return some texts of a picture."""
        return [texts[i] for i in rng.integers(len(texts), size=self._per_picture)]

    def _varied(
        self, images: NDArray[np.uint8], objects: NDArray[np.int8], rng: np.random.Generator
    ) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
        """Return pictures and things, changed by chance in what the labels do not depend on.

        Pictures alone are shown half the time with red, green and blue exchanged and with no labels
        of colours. So no kind is told by the colours that it has in training.
        """
        if self.holds != SEEN:
            return images, objects
        images, objects = images.copy(), objects.copy()
        for row in np.flatnonzero(rng.random(len(images)) < EXCHANGED):
            images[row] = images[row][..., rng.permutation(3)]
            objects[row, :, COLOUR] = -1
        return images, objects

    def batch(
        self,
        rows: NDArray[np.int64],
        chosen: Sequence[Sequence[Any]],
        rng: np.random.Generator,
        device: torch.device,
    ) -> dict[str, Tensor]:
        """Return the data of these pictures, with the texts that are chosen of each."""
        ids = [[self._ids(self._text(item)) for item in items] for items in chosen]
        longest = max([1, *(len(row) for of_one in ids for row in of_one)])
        tokens = np.full((len(rows), len(ids[0]), longest), PAD_ID, np.int64)
        for i, of_one in enumerate(ids):
            for j, row in enumerate(of_one):
                tokens[i, j, : len(row)] = row
        objects = np.stack([self._things[row][1] for row in rows])
        images, objects = self._varied(self._pictures.images[rows], objects, rng)
        images = images[:, None]
        data: Arrays = {
            INSTRUCTION: with_unknown(tokens, self._word_dropout, rng),
            BOXES: np.stack([self._things[row][0] for row in rows]),
            OBJECTS: objects,
        }
        labels = [
            [self._labels(self._pictures.annotations[row], item) for item in items]
            for row, items in zip(rows, chosen, strict=True)
        ]
        for name in labels[0][0]:
            data[name] = np.stack([np.stack([one[name] for one in of_one]) for of_one in labels])
        return to_tensors(np.zeros_like(images) if self._blind else images, data, device)

    def _encoded(self, text: str) -> NDArray[np.int64]:
        return self._tokenizer.encode(text, self._tokenizer.n_words(text))


class QuestionSource(PictureSource):
    """Batches of questions about pictures."""

    name: ClassVar[str] = "pictures with questions"
    holds: ClassVar[frozenset[str]] = SEEN | {PHRASES, ANSWERS}

    def _of(self, annotation: Annotation) -> Sequence[Question]:
        return annotation.questions

    def _text(self, item: Question) -> str:
        return item.text

    def _labels(self, annotation: Annotation, item: Question) -> Arrays:
        ids = self._ids(item.answer)
        if len(ids) != 1:
            raise InvalidValueError(f"An answer must be one word, got '{item.answer}'.")
        return {PHRASES: phrase_labels(item.phrases), ANSWERS: ids}


class ExpressionSource(PictureSource):
    """Batches of expressions, each of which names one thing of its picture."""

    name: ClassVar[str] = "pictures with expressions"
    holds: ClassVar[frozenset[str]] = SEEN | {PHRASES, REFERENT, UV, PRESENT}

    def _of(self, annotation: Annotation) -> Sequence[Expression]:
        return [e for e in annotation.expressions if annotation.things[e.thing].box is not None]

    def _text(self, item: Expression) -> str:
        return item.text

    def _labels(self, annotation: Annotation, item: Expression) -> Arrays:
        uv, present = np.zeros((len(ROLES), 2), np.float32), np.zeros(len(ROLES), bool)
        uv[0], present[0] = annotation.things[item.thing].centre, True
        return {
            PHRASES: phrase_labels(item.phrases),
            REFERENT: np.array(item.thing),
            UV: uv,
            PRESENT: present,
        }


class CaptionSource(PictureSource):
    """Batches of captions; as sentences some of their words are unknown, as captions none.

    The first of a picture is the one that lists what is there: it belongs to no other picture.
    """

    name: ClassVar[str] = "pictures with captions"
    holds: ClassVar[frozenset[str]] = SEEN | {CAPTION}

    def _of(self, annotation: Annotation) -> Sequence[Caption]:
        return annotation.captions

    def _chosen(self, texts: Sequence[Caption], rng: np.random.Generator) -> list[Caption]:
        return [texts[0], *super()._chosen(texts, rng)][: self._per_picture]

    def _text(self, item: Caption) -> str:
        return item.text

    def _labels(self, annotation: Annotation, item: Caption) -> Arrays:
        ids = self._ids(item.text)
        row = np.full(LONGEST_CAPTION, PAD_ID, np.int64)
        row[: len(ids)] = ids[:LONGEST_CAPTION]
        return {CAPTION: row}

    def batch(
        self,
        rows: NDArray[np.int64],
        chosen: Sequence[Sequence[Any]],
        rng: np.random.Generator,
        device: torch.device,
    ) -> dict[str, Tensor]:
        """Return the data of these pictures, captions no longer than the longest among them."""
        data = super().batch(rows, chosen, rng, device)
        longest = int((data[CAPTION] > PAD_ID).sum(-1).max())
        return data | {CAPTION: data[CAPTION][..., :longest]}


TEXTS: Mapping[str, type[PictureSource]] = {
    "questions": QuestionSource,
    "expressions": ExpressionSource,
    "captions": CaptionSource,
}
"""What a model can learn from."""


def check_learned(texts: Sequence[str], weights: Mapping[str, float]) -> None:
    """Refuse an objective that nothing could ever be learned by.

    Args:
        texts: What is learned from, names in `TEXTS`.
        weights: Of objectives by name.

    Raises:
        UnknownNameError: If there is no objective of a name.
        InvalidValueError: If one needs what no picture or text of these holds.
    """
    for name in weights:
        needs = OBJECTIVES[name].needs
        held = [PictureSource.holds, *(TEXTS[text].holds for text in texts)]
        if not any(needs <= holds for holds in held):
            raise InvalidValueError(
                f"The objective '{name}' needs {', '.join(sorted(needs))}, which pictures with "
                f"{' and '.join(texts) or 'no texts'} do not hold together."
            )


def thing_arrays(things: Sequence[Thing]) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Return boxes (K, 4), NaN where nothing is seen, and indices of attributes (K, F), or -1."""
    boxes = np.full((MAX_OBJECTS, 4), np.nan, np.float32)
    objects = np.full((MAX_OBJECTS, len(ATTRIBUTES)), -1, np.int8)
    for k, thing in enumerate(things):
        if thing.box is not None:
            boxes[k] = thing.box
        values = (thing.kind, thing.colour, thing.size, thing.material)
        objects[k] = [
            names.index(value) for names, value in zip(ATTRIBUTES.values(), values, strict=True)
        ]
    return boxes, objects


def phrase_labels(phrases: Sequence[Phrase]) -> NDArray[np.int64]:
    """Return which things phrases name, in the order in which they begin, -1 for none. (P, K).

    >>> phrase_labels([Phrase(3, 5, (1,))])[:2, :3].tolist()
    [[0, 1, 0], [-1, -1, -1]]
    """
    labels = np.full((MOST_PHRASES, MAX_OBJECTS), -1, np.int64)
    ordered = sorted(phrases, key=lambda phrase: (phrase.start, -phrase.end))
    for row, phrase in zip(labels, ordered, strict=False):
        row[:] = 0
        row[list(phrase.things)] = 1
    return labels
