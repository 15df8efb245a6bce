"""Batches of pictures with texts: what stands in them is what the annotations say."""

import numpy as np
import pytest
import torch

from vlsim.annotations import Annotation, Expression, Phrase, Question, Thing
from vlsim.data.pictures import Pictures
from vlsim.errors import InvalidValueError
from vlsim.language.tokenizer import picture_tokenizer
from vlsim.objectives.pictures import ExpressionSource, PictureSource, QuestionSource
from vlsim.seeding import stream

THINGS = (
    Thing(0, "cube", "red", "small", "plain", (-0.5, -0.5, 0.0, 0.0), (-0.25, -0.25)),
    Thing(2, "bowl", "blue", "large", "metal", None, (0.5, 0.5)),
)
ANNOTATION = Annotation(
    THINGS,
    questions=(Question("is there a bowl", "exist", "yes", phrases=(Phrase(2, 4, (1,)),)),),
    expressions=(Expression("the cube", 0, phrases=(Phrase(0, 2, (0,)),)),),
)
CPU = torch.device("cpu")


def pictures(*annotations: Annotation) -> Pictures:
    image = np.zeros((len(annotations), 8, 8, 3), np.uint8)
    image[..., 0] = 200
    return Pictures(image, annotations)


def drawn(
    kind: type[PictureSource], shown: Pictures, *, blind: bool = False
) -> dict[str, torch.Tensor]:
    source = kind(shown, picture_tokenizer(), 16, 2, 0.0, blind=blind)
    return source.draw(stream(0, "batch"), CPU)


def test_a_batch_says_what_is_there_and_what_phrases_name() -> None:
    asked, named = (
        drawn(kind, pictures(ANNOTATION)) for kind in (QuestionSource, ExpressionSource)
    )
    assert asked["boxes"][0, 0].tolist() == [-0.5, -0.5, 0.0, 0.0]
    assert asked["boxes"][0, 1:].isnan().all()
    assert asked["objects"][0, :3].tolist() == [[0, 0, 0, 0], [3, 2, 1, 2], [-1] * 4]
    assert asked["phrases"][0, 0, :, :3].tolist() == [[0, 1, 0], *[[-1, -1, -1]] * 3]
    (answer,) = asked["answers"][0, 0].tolist()
    assert picture_tokenizer().decode(np.array([answer])) == "yes"
    assert named["referent"].eq(0).all() and named["present"][0, 0].tolist()[:2] == [True, False]
    assert named["uv"][0, 0, 0].tolist() == [-0.25, -0.25]


def test_colours_are_exchanged_only_where_no_words_are_about_them() -> None:
    alone, asked = (drawn(kind, pictures(ANNOTATION)) for kind in (PictureSource, QuestionSource))
    is_red = alone["image"][:, 0, 0].mean((1, 2)) > 0.5
    known = alone["objects"][:, 0, 1] >= 0
    assert 0 < int(known.sum()) < 16 and bool(is_red[known].all()) and not bool(is_red.all())
    assert (alone["objects"][:, 0, [0, 2, 3]] == 0).all()
    assert (asked["image"][:, 0, 0] > 0.5).all() and (asked["objects"][:, 0, 1] == 0).all()


def test_pictures_without_texts_are_left_out_and_a_blind_batch_is_black() -> None:
    silent = Annotation(THINGS)
    found = drawn(QuestionSource, pictures(silent, ANNOTATION), blind=True)
    assert (found["answers"] > 0).all() and not found["image"].any()
    with pytest.raises(InvalidValueError, match="no pictures with expressions among 1 pictures"):
        drawn(ExpressionSource, pictures(silent))
