"""Reads folders of pictures: part by part into what learners and the evaluation take."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from vlsim.annotations import (
    Annotation,
    Caption,
    Expression,
    Pair,
    Phrase,
    Question,
    Thing,
)
from vlsim.data.coco import (
    ANSWERS,
    CATEGORIES,
    AnswerRecord,
    CaptionRecord,
    ImageRecord,
    InstanceRecord,
    PairRecord,
    PhraseRecord,
    QuestionRecord,
    RefRecord,
)
from vlsim.data.picture_file import read_picture_file
from vlsim.data.picture_folder import IMAGES, read_manifest
from vlsim.data.pictures import CHUNK, Pictures
from vlsim.errors import InvalidValueError
from vlsim.files import Json, read_json
from vlsim.reader import read_as

Record = TypeVar("Record")
Placed = tuple[str, Record]
"""A record, after the words that name its place, such as "refs.json record 3"."""
KINDS = {number: kind for kind, number in CATEGORIES.items()}


def read_pictures(folder: Path, split: str = "train") -> Iterator[Pictures]:
    """Yield the pictures of a split in parts, in order; all its texts are read first.

    Of PNG files the arrays are those that `draw_pictures` draws.

    Raises:
        InvalidValueError: If the folder is unfinished, has no such split, or a record or a picture
            is not what it must be; names file, record and field.
    """
    manifest = read_manifest(folder)
    if not manifest.complete:
        raise InvalidValueError(
            f"{folder} is not finished; run the same vlsim collect again, it goes on from there."
        )
    if split not in manifest.splits:
        raise InvalidValueError(
            f"{folder} has no split '{split}', only {', '.join(manifest.splits)}."
        )
    texts = _Texts(folder, split)
    images = texts.images
    side = manifest.request.image_size
    for image in images:
        if not (folder / IMAGES / image.file_name).is_file():
            raise InvalidValueError(
                f"{folder / IMAGES / image.file_name} is missing; it is picture {image.id} of "
                "instances.json."
            )
    for start in range(0, len(images), CHUNK):
        part = images[start : start + CHUNK]
        pixels = np.zeros((len(part), side, side, 3), np.uint8)
        for row, image in zip(pixels, part, strict=True):
            path = folder / IMAGES / image.file_name
            read = read_picture_file(path)
            if read.shape != row.shape:
                raise InvalidValueError(
                    f"{path} has {read.shape[1]} x {read.shape[0]} pixels, the manifest says "
                    f"{side} x {side}."
                )
            row[:] = read
        yield Pictures(pixels, tuple(texts.annotation(image.id) for image in part))


def read_ids(folder: Path, split: str, count: int) -> list[tuple[int, tuple[int, ...]]]:
    """Return under which numbers the first pictures of a split stand, and their questions.

    The order is that of `read_pictures`, and that of the questions in an annotation.
    """
    texts = _Texts(folder, split)
    return [(image.id, texts.questions(image.id)) for image in texts.images[:count]]


class _Texts:
    """All records of a split by picture."""

    def __init__(self, folder: Path, split: str) -> None:
        """Read and check all files; of the other splits only that no id stands twice."""
        every = [image for _, image in _records(folder, "instances.json", "images", ImageRecord)]
        self.images = [image for image in every if image.split == split]
        self._ids = {image.id for image in self.images}
        others = frozenset(image.id for image in every) - self._ids

        def read(name: str, key: str, kind: type[Record]) -> list[Placed[Record]]:
            return _records(folder, name, key, kind, others)

        self._things = self._by_image(read("instances.json", "annotations", InstanceRecord))
        self._captions = self._by_image(read("captions.json", "annotations", CaptionRecord))
        self._questions = self._by_image(read("questions.json", "questions", QuestionRecord))
        answers = read("annotations.json", "annotations", AnswerRecord)
        self._check_answers(answers)
        self._answers = {answer.question_id: answer for _, answer in answers}
        self._refs = self._by_image(read("refs.json", "", RefRecord))
        self._pairs = self._by_image(read("pairs.json", "", PairRecord))
        self._sides = {image.id: (image.width, image.height) for image in self.images}

    def _check_answers(self, answers: Sequence[Placed[AnswerRecord]]) -> None:
        """Refuse answers that are not ten to each question."""
        self._by_image(answers)
        asked = {q.question_id: where for each in self._questions.values() for where, q in each}
        answered = {answer.question_id for _, answer in answers}
        for where, answer in answers:
            if len(answer.answers) != ANSWERS:
                raise InvalidValueError(
                    f"{where}: 'answers' has {len(answer.answers)} entries, it must have {ANSWERS}."
                )
            if answer.question_id not in asked:
                raise InvalidValueError(
                    f"{where}: 'question_id' {answer.question_id} is of no question in "
                    "questions.json."
                )
        for question_id, where in asked.items():
            if question_id not in answered:
                raise InvalidValueError(
                    f"{where}: 'question_id' {question_id} has no answers in annotations.json."
                )

    def _by_image(self, records: Sequence[Placed[Any]]) -> dict[int, list[Placed[Any]]]:
        found: dict[int, list[Placed[Any]]] = defaultdict(list)
        for where, record in records:
            if record.image_id not in self._ids:
                raise InvalidValueError(
                    f"{where}: 'image_id' {record.image_id} is no picture of instances.json."
                )
            found[record.image_id].append((where, record))
        return found

    def questions(self, image_id: int) -> tuple[int, ...]:
        """Return the ids of the questions about a picture, in the order of its annotation."""
        return tuple(question.question_id for _, question in self._questions[image_id])

    def annotation(self, image_id: int) -> Annotation:
        """Return what can be said of a picture."""
        instances = self._things[image_id]
        numbers = {record.id: n for n, (_, record) in enumerate(instances)}
        things = tuple(self._thing(where, record) for where, record in instances)
        expressions: list[tuple[int, Expression]] = []
        for where, ref in self._refs[image_id]:
            if ref.ann_id not in numbers:
                raise InvalidValueError(
                    f"{where}: 'ann_id' {ref.ann_id} is no thing of picture {image_id} in "
                    "instances.json."
                )
            for s in ref.sentences:
                phrases = _phrases(where, s.phrases, len(things))
                said = Expression(s.sent, numbers[ref.ann_id], s.nested, phrases)
                expressions.append((s.sent_id, said))
        return Annotation(
            things,
            tuple(
                Caption(c.caption, c.decided, _phrases(where, c.phrases, len(things)), c.nats)
                for where, c in self._captions[image_id]
            ),
            tuple(
                Question(
                    q.question,
                    self._answers[q.question_id].question_type,
                    self._answers[q.question_id].multiple_choice_answer,
                    q.program,
                    _phrases(where, q.phrases, len(things)),
                )
                for where, q in self._questions[image_id]
            ),
            tuple(said for _, said in sorted(expressions, key=lambda entry: entry[0])),
            tuple(Pair(p.caption, p.negative, p.word) for _, p in self._pairs[image_id]),
        )

    def _thing(self, where: str, record: InstanceRecord) -> Thing:
        kind = KINDS.get(record.category_id)
        if kind is None:
            raise InvalidValueError(f"{where}: 'category_id' {record.category_id} does not exist.")
        width, height = self._sides[record.image_id]
        x, y, w, h = record.bbox
        u0, u1 = (2 * column / width - 1 for column in (x, x + w))
        v0, v1 = (2 * row / height - 1 for row in (y, y + h))
        return Thing(
            record.index,
            kind,
            record.color,
            record.size,
            record.material,
            (u0, v0, u1, v1),
            record.centre,
        )


def _records(
    folder: Path, name: str, key: str, kind: type[Record], others: frozenset[int] = frozenset()
) -> list[Placed[Record]]:
    """Read the records of a list in a file but those of other pictures; no id stands twice."""
    data: Json = read_json(folder / name)
    if key:
        data = data.get(key) if isinstance(data, dict) else None
    if not isinstance(data, list):
        what = f"a list '{key}'" if key else "a list"
        raise InvalidValueError(f"{folder / name} must hold {what}.")
    found: list[Placed[Record]] = []
    places: dict[object, int] = {}
    # The first field of every record is its id.
    id_field = fields(kind)[0].name  # type: ignore[arg-type]
    for n, entry in enumerate(data, start=1):
        where = f"{folder / name} record {n}"
        identity = entry.get(id_field) if isinstance(entry, dict) else None
        if not isinstance(identity, int) or entry.get("image_id") not in others:
            record = read_as(kind, entry, where)
            identity = getattr(record, id_field)
            found.append((where, record))
        if identity in places:
            raise InvalidValueError(
                f"{where}: '{id_field}' {identity} is that of record {places[identity]} already."
            )
        places[identity] = n
    return found


def _phrases(where: str, phrases: Sequence[PhraseRecord], count: int) -> tuple[Phrase, ...]:
    for _, _, things in phrases:
        if any(not 0 <= thing < count for thing in things):
            raise InvalidValueError(
                f"{where}: 'phrases' names the things {list(things)}; the picture has {count}."
            )
    return tuple(Phrase(start, end, things) for start, end, things in phrases)
