"""Pictures in the formats of COCO captions, VQAv2 and RefCOCO, with what those have no field for.

Ids begin with that of the picture: 123 has the captions 12300, 12301 and so on.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.annotations import Annotation, Phrase, View
from vlsim.annotations.program import NO, NUMBERS, YES
from vlsim.files import Json
from vlsim.world.things import KINDS

ANSWERS = 10
"""Answers to each question, as in VQAv2; its measure is of ten. The simulator's all agree."""
OF_ONE = 100
"""Most captions, things, questions, sentences or pairs of a picture."""
TYPES = dict.fromkeys((YES, NO), "yes/no") | dict.fromkeys(NUMBERS, "number")
"""VQAv2's types of answers; all others are "other"."""
CATEGORIES = {kind: number for number, kind in enumerate(KINDS, start=1)}

PhraseRecord = tuple[int, int, tuple[int, ...]]
"""The first word, the word after the last, and which things these words name."""


@dataclass(frozen=True)
class ImageRecord:
    """A picture in instances.json and captions.json."""

    id: int
    file_name: str
    """In the folder images."""
    width: int
    height: int
    split: str


@dataclass(frozen=True)
class RunLengths:
    """A mask: lengths of runs of 0, 1, 0 … down the columns."""

    size: tuple[int, int]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class InstanceRecord:
    """A thing in instances.json."""

    id: int
    image_id: int
    category_id: int
    bbox: tuple[int, int, int, int]
    """x, y, width and height, pixels."""
    area: int
    iscrowd: int
    segmentation: RunLengths
    index: int
    """Which object of the scene it is."""
    color: str
    size: str
    material: str
    centre: tuple[float, float]
    """Of the thing in image coordinates, where it may be hidden."""


@dataclass(frozen=True)
class CaptionRecord:
    """A caption in captions.json."""

    id: int
    image_id: int
    caption: str
    decided: tuple[bool, ...]
    nats: tuple[float, ...]
    phrases: tuple[PhraseRecord, ...]


@dataclass(frozen=True)
class QuestionRecord:
    """A question in questions.json."""

    question_id: int
    image_id: int
    question: str
    program: Json
    phrases: tuple[PhraseRecord, ...]


@dataclass(frozen=True)
class GivenAnswer:
    """What one person answered."""

    answer: str
    answer_confidence: str
    answer_id: int


@dataclass(frozen=True)
class AnswerRecord:
    """The answers to a question in annotations.json."""

    question_id: int
    image_id: int
    question_type: str
    answer_type: str
    multiple_choice_answer: str
    answers: tuple[GivenAnswer, ...]


@dataclass(frozen=True)
class Sentence:
    """An expression in refs.json."""

    sent_id: int
    sent: str
    raw: str
    tokens: tuple[str, ...]
    nested: bool
    phrases: tuple[PhraseRecord, ...]


@dataclass(frozen=True)
class RefRecord:
    """A thing that expressions name, in refs.json."""

    ref_id: int
    ann_id: int
    image_id: int
    category_id: int
    file_name: str
    split: str
    sent_ids: tuple[int, ...]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class PairRecord:
    """A true and a false sentence in pairs.json."""

    id: int
    image_id: int
    caption: str
    negative: str
    word: int


def records_of(image: ImageRecord, annotation: Annotation, view: View) -> dict[str, list[Any]]:
    """Return all records of a picture by the list that they stand in (`picture_folder.FILES`)."""
    first = image.id * OF_ONE
    answers = [
        _answers(image.id, first + n, q.kind, q.answer) for n, q in enumerate(annotation.questions)
    ]
    captions = [
        CaptionRecord(first + n, image.id, c.text, c.decided, c.nats, _phrases(c.phrases))
        for n, c in enumerate(annotation.captions)
    ]
    return {
        "images": [image],
        "instances": _instances(image, annotation, view),
        "captions": captions,
        "questions": [
            QuestionRecord(first + n, image.id, q.text, q.program, _phrases(q.phrases))
            for n, q in enumerate(annotation.questions)
        ],
        "answers": answers,
        "refs": _refs(image, annotation),
        "pairs": [
            PairRecord(first + n, image.id, p.text, p.negative, p.word)
            for n, p in enumerate(annotation.pairs)
        ],
        "split": [_split(image, captions)],
    }


def as_line(record: object) -> str:
    """Return a record as JSON in one line."""
    return json.dumps(record, default=vars, ensure_ascii=False, separators=(",", ":"))


def _instances(image: ImageRecord, annotation: Annotation, view: View) -> list[InstanceRecord]:
    found = []
    for n, thing in enumerate(annotation.things):
        mask = view.mask(thing.index)
        rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
        x, y = int(columns[0]), int(rows[0])
        found.append(
            InstanceRecord(
                image.id * OF_ONE + n,
                image.id,
                CATEGORIES[thing.kind],
                (x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y),
                int(mask.sum()),
                0,
                run_lengths(mask),
                thing.index,
                thing.colour,
                thing.size,
                thing.material,
                thing.centre,
            )
        )
    return found


def run_lengths(mask: NDArray[np.bool_]) -> RunLengths:
    """Return a mask (H, W) as COCO's uncompressed run lengths.

    >>> run_lengths(np.array([[False, True], [False, True]])).counts
    (2, 2)
    >>> run_lengths(np.array([[True, False]])).counts
    (0, 1, 1)
    """
    values = mask.ravel(order="F")
    edges = [0, *(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist(), len(values)]
    counts = [end - start for start, end in pairwise(edges)]
    height, width = mask.shape
    return RunLengths((height, width), tuple([0, *counts] if values[0] else counts))


def _answers(image_id: int, question_id: int, kind: str, answer: str) -> AnswerRecord:
    answer_type = TYPES.get(answer, "other")
    given = tuple(GivenAnswer(answer, "yes", n + 1) for n in range(ANSWERS))
    return AnswerRecord(question_id, image_id, kind, answer_type, answer, given)


def _refs(image: ImageRecord, annotation: Annotation) -> list[RefRecord]:
    found = []
    first = image.id * OF_ONE
    for n, thing in enumerate(annotation.things):
        said = [
            Sentence(
                first + i, e.text, e.text, tuple(e.text.split()), e.nested, _phrases(e.phrases)
            )
            for i, e in enumerate(annotation.expressions)
            if e.thing == n
        ]
        if said:
            found.append(
                RefRecord(
                    first + n,
                    first + n,
                    image.id,
                    CATEGORIES[thing.kind],
                    image.file_name,
                    image.split,
                    tuple(sentence.sent_id for sentence in said),
                    tuple(said),
                )
            )
    return found


def _split(image: ImageRecord, captions: Sequence[CaptionRecord]) -> dict[str, Any]:
    """Return a picture's entry in a split file as Karpathy's."""
    sentences = [
        {"tokens": c.caption.split(), "raw": c.caption, "imgid": image.id, "sentid": c.id}
        for c in captions
    ]
    return {
        "imgid": image.id,
        "cocoid": image.id,
        "filepath": "images",
        "filename": image.file_name,
        "split": image.split,
        "sentids": [c.id for c in captions],
        "sentences": sentences,
    }


def _phrases(phrases: Sequence[Phrase]) -> tuple[PhraseRecord, ...]:
    return tuple((phrase.start, phrase.end, phrase.things) for phrase in phrases)
