"""Answers and captions that were made elsewhere, from a results file of VQAv2 or COCO."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vlsim.errors import InvalidValueError
from vlsim.evaluation.perception.task import Pictures
from vlsim.files import read_json
from vlsim.interface.perceiver import Answer, Pixels
from vlsim.reader import read_as

Ids = tuple[int, tuple[int, ...]]
"""Under which numbers a picture and its questions, in order, stand in files."""
SHOWN = 5
"""Missing ids that an error names."""


@dataclass(frozen=True)
class AnswerResult:
    """A record of VQAv2's results."""

    question_id: int
    answer: str


@dataclass(frozen=True)
class CaptionResult:
    """A record of COCO's results."""

    image_id: int
    caption: str


class GivenAnswers:
    """Answers the questions that it has answers to."""

    def __init__(self, answers: Mapping[tuple[bytes, str], str]) -> None:
        """Keep answers by the pixels of a picture and the question."""
        self._answers = answers

    def answer(self, pictures: Pixels, questions: Sequence[str]) -> list[Answer]:
        """Look the answers up."""
        return [
            Answer(self._answers[picture.tobytes(), question])
            for picture, question in zip(pictures, questions, strict=True)
        ]


class GivenCaptions:
    """Describes the pictures that it has captions of."""

    def __init__(self, captions: Mapping[bytes, str]) -> None:
        """Keep captions by the pixels of a picture."""
        self._captions = captions

    def caption(self, pictures: Pixels) -> list[str]:
        """Look the captions up."""
        return [self._captions[picture.tobytes()] for picture in pictures]


def read_predictions(
    file: Path, splits: Mapping[str, Pictures], ids: Mapping[str, Sequence[Ids]]
) -> GivenAnswers | GivenCaptions:
    """Return what a file says of the pictures of all splits, as a model.

    Args:
        file: A list of `{"question_id": …, "answer": …}`, or of `{"image_id": …, "caption": …}`.
            Records of other pictures are skipped.
        splits: The pictures by split.
        ids: Of the pictures of each split, in the same order.

    Raises:
        InvalidValueError: If the file is no such list, names an id twice, or lacks some of what is
            asked; says which.
    """
    records = read_json(file)
    if not isinstance(records, list) or not records or not isinstance(records[0], dict):
        raise InvalidValueError(
            f"{file} must be a list of answers (question_id, answer) or of captions (image_id, "
            "caption)."
        )
    given: dict[int, str] = {}
    are_captions = "image_id" in records[0] and "question_id" not in records[0]
    for number, record in enumerate(records, start=1):
        where = f"{file} record {number}"
        if are_captions:
            caption = read_as(CaptionResult, record, where)
            key, text = caption.image_id, caption.caption
        else:
            answer = read_as(AnswerResult, record, where)
            key, text = answer.question_id, answer.answer
        if key in given:
            raise InvalidValueError(f"{where}: the id {key} was in a record before.")
        given[key] = text

    answers: dict[tuple[bytes, str], str] = {}
    captions: dict[bytes, str] = {}
    missing = []
    for split, pictures in splits.items():
        for image, annotation, (picture, questions) in zip(
            pictures.images, pictures.annotations, ids[split], strict=True
        ):
            pixels = image.tobytes()
            if are_captions:
                captions[pixels] = given.get(picture, "")
                missing += [] if picture in given else [picture]
                continue
            for question, key in zip(annotation.questions, questions, strict=True):
                answers[pixels, question.text] = given.get(key, "")
                missing += [] if key in given else [key]
    if missing:
        noun = "image_id" if are_captions else "question_id"
        shown = ", ".join(map(str, missing[:SHOWN])) + (", …" if len(missing) > SHOWN else "")
        asked = len(captions) if are_captions else len(answers)
        raise InvalidValueError(f"{file} lacks {len(missing)} of {asked}: {noun} {shown}.")
    return GivenCaptions(captions) if are_captions else GivenAnswers(answers)
