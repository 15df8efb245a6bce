"""Annotations are plain data that goes to JSON and back."""

import json
from dataclasses import asdict

import pytest

from vlsim.annotations import Annotation, Caption, Expression, Pair, Phrase, Question, Thing
from vlsim.errors import InvalidValueError
from vlsim.reader import read_as

WHOLE = Annotation(
    things=(Thing(3, "cube", "red", "large", "plain", (-0.5, -0.5, 0.0, 0.25), (-0.25, 0.0)),),
    captions=(Caption("a red cube", (False, True, True), (Phrase(0, 3, (0,)),)),),
    questions=(Question("how many cubes are there", "count", "one", ["count", "cube"]),),
    expressions=(Expression("the cube left of the bowl", 0, nested=True),),
    pairs=(Pair("a red cube", "a blue cube", 1),),
)


def test_an_annotation_goes_to_json_and_back() -> None:
    assert read_as(Annotation, json.loads(json.dumps(asdict(WHOLE))), "An annotation") == WHOLE


def test_what_is_not_seen_has_no_box() -> None:
    hidden = Thing(0, "cube", "red", "large", "plain", None, (0.0, 0.0))
    assert read_as(Thing, json.loads(json.dumps(asdict(hidden))), "A thing") == hidden


def test_a_caption_has_a_mark_for_each_word() -> None:
    with pytest.raises(InvalidValueError, match="'a red cube' has 3 words, but 2 marks"):
        Caption("a red cube", (False, True))
